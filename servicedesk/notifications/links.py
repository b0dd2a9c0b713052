"""Addresses that mails lead to. Rating links are signed here, when the mail is written, and stored nowhere."""

from __future__ import annotations

from servicedesk.ratings.rules import sign
from servicedesk.surveys import rules as surveys


class Links:
    """`public_url` is the address people type; every link begins with it, whatever a request's Host header said."""

    def __init__(self, public_url: str, secret: str) -> None:
        self.public_url, self.secret = public_url, secret

    def home(self) -> str:
        return f"{self.public_url}/"

    def mine(self) -> str:
        """What somebody works on, and stands in for."""
        return f"{self.public_url}/queue?assignee=me"

    def ticket(self, ticket_id: int) -> str:
        return f"{self.public_url}/tickets/{ticket_id}"

    def rate(self, invitation_id: str) -> str:
        return f"{self.public_url}/rate/{sign(self.secret, invitation_id)}"

    def survey(self, invitation_id: str) -> str:
        return f"{self.public_url}/survey/{surveys.sign(self.secret, invitation_id)}"

    def report(self, month: str) -> str:
        return f"{self.public_url}/reports/{month}"

    def department_report(self, month: str, key: str) -> str:
        return f"{self.public_url}/reports/{month}/{key}"

    def unexplained(self, month: str) -> str:
        return f"{self.public_url}/reports/breaches?month={month}&standing=unexplained"

    def actions(self) -> str:
        """What somebody sees to, and for leads what their departments undertake."""
        return f"{self.public_url}/improvements"

    def agreement(self, agreement_id: int) -> str:
        return f"{self.public_url}/agreements/{agreement_id}"

    def calendar(self, key: str, year: int) -> str:
        return f"{self.public_url}/admin/calendars?calendar={key}&year={year}"
