"""A mail server on this machine that speaks real SMTP and refuses what it was told to refuse."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.harness.mail import free_port

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    from aiosmtpd.smtp import Envelope, Session


@dataclass
class Pillarbox:
    """What the server keeps, and what it says. An answer is used once, then all is well again."""

    letters: list[bytes] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    offers: list[str] = field(default_factory=list)
    senders: list[tuple[str, list[str]]] = field(default_factory=list)
    wait: float = 0.0
    port: int = field(default_factory=free_port)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.greetings.append(hostname)
        session.host_name = hostname
        return [*responses[:-1], *(f"250-{offer}" for offer in self.offers), responses[-1]]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        self.senders.append((address, [option for option in options if not option.startswith("SIZE=")]))
        return self.answers.pop("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.pop("RCPT", "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = self.answers.pop("DATA", "250 OK")
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.letters.append(envelope.content)
        await asyncio.sleep(self.wait)
        return answer

    async def handle_QUIT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        return self.answers.pop("QUIT", "221 Bye")


class _Known(SMTP):
    """Takes what `offers` may bring, which aiosmtpd does not know (RFC 3461)."""

    def _getparams(self, params: Any) -> dict[str, Any] | None:
        found = super()._getparams(params)
        if found is not None and "DSN" in self.event_handler.offers:
            found.pop("RET", None)
        return found


class _Door(Controller):
    def factory(self) -> SMTP:
        return _Known(self.handler, **self.SMTP_kwargs)


def _knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, secret: Any) -> AuthResult:
    known = LoginPassword(b"park", b"right")
    return AuthResult(success=secret == known, handled=secret == known)


@contextlib.contextmanager
def mail_server(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, sign_in: bool = False
) -> Iterator[Pillarbox]:
    """Serve on a free port, `pillarbox.port`, until the block ends."""
    pillarbox = Pillarbox()
    controller = _Door(
        pillarbox,
        hostname="127.0.0.1",
        port=pillarbox.port,
        ssl_context=tls,
        tls_context=starttls,
        authenticator=_knows if sign_in else None,
        auth_required=sign_in,
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield pillarbox
    finally:
        controller.stop()
