"""A mail server on the loopback that keeps what it gets, and behaves badly when told to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

KNOWN = {b"user": b"p/w"}


class Mailbox:
    """`refuse` answers at MAIL, RCPT or DATA, or at RCPT to a domain (under its name). `hang_up` and `say_nothing` happen when
    the whole mail has come and before it is acknowledged; `got` has it all the same: (sender, receivers, content)."""

    def __init__(self) -> None:
        self.got, self.connections, self.refuse = [], 0, {}
        self.hang_up = self.say_nothing = False
        self.address = ""

    @property
    def url(self) -> str:
        return f"smtp://{self.address}"

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self.refuse.get("MAIL", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = self.refuse.get("RCPT") or self.refuse.get(address.rpartition("@")[2])
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "DATA" in self.refuse:
            return self.refuse["DATA"]
        self.got.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        if self.hang_up:
            server.transport.abort()
        if self.say_nothing:
            await asyncio.sleep(3600)
        return "250 OK"


@contextmanager
def serving(box: Mailbox) -> Iterator[Mailbox]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(
        box, hostname="127.0.0.1", port=port, auth_require_tls=False,
        authenticator=lambda _s, _x, _e, _m, data: AuthResult(success=KNOWN.get(data.login) == data.password, handled=False),
    )  # fmt: skip
    controller.start()
    box.address = f"127.0.0.1:{port}"
    try:
        yield box
    finally:
        controller.stop()
