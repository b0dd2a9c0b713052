"""Addresses that mails lead to, and lines of the bell in words. Personal links are signed here, when the mail is written,
and stored nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from servicedesk.notifications import rules
from servicedesk.ratings.rules import sign
from servicedesk.surveys import rules as surveys


class Links:
    """`public_url` is the address people type; every link begins with it, whatever a request's Host header said. `speak`
    gives a marked sentence in a language: the catalogues are the doors'."""

    def __init__(self, public_url: str, secret: str, speak: Callable[[str, str], str]) -> None:
        self.public_url, self.secret, self.speak = public_url, secret, speak

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

    def bell(self) -> str:
        return f"{self.public_url}/notifications"

    def wishes(self) -> str:
        """Where somebody chooses what they are written about."""
        return f"{self.public_url}/account/notifications"

    def unsubscribe(self, person_id: int) -> str:
        """Ends gathered mail without signing in."""
        return f"{self.public_url}/unsubscribe/{rules.sign(self.secret, person_id)}"

    def said(self, kind: str, facts: Mapping[str, Any], language: str) -> str:
        """What a line under the bell says."""
        return self.speak(rules.SENTENCES[kind], language) % rules.sentence_values(facts, language)
