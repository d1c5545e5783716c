"""A mail server that keeps what it gets, and can be told to refuse."""

from __future__ import annotations

import email
import email.policy
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.controller import Controller

from tests.harness.run import HANGS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from aiosmtpd.smtp import SMTP, Envelope, Session

ACCEPTED = "250 Message accepted for delivery"
REFUSED = "550 5.1.1 no such user here"
BUSY = "421 4.3.2 too many connections, try again later"


def free_port() -> int:
    """Find a port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class SmtpSink:
    """Where a test's mail ends; `answers` are used up first, one a mail, then `answer` for ever."""

    host: str
    port: int
    answer: str = ACCEPTED
    answers: list[str] = field(default_factory=list)
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    attempts: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - theirs
        """Keep the mail if the answer is yes."""
        self.attempts += 1
        answer = self.answers.pop(0) if self.answers else self.answer
        if answer.startswith("250"):
            self.messages.append(_parsed(envelope))
            self.recipients.extend(envelope.rcpt_tos)
            self.senders.append(envelope.mail_from or "")
        return answer


def _parsed(envelope: Envelope) -> EmailMessage:
    content = envelope.content
    assert isinstance(content, bytes)
    return email.message_from_bytes(content, policy=email.policy.default)


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """Listen on a free port and collect `messages`, parsed, in order of arrival."""
    sink = SmtpSink("127.0.0.1", free_port())
    controller = Controller(sink, hostname=sink.host, port=sink.port, ready_timeout=HANGS)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


@pytest.fixture
def smtp_refusing(smtp_sink: SmtpSink) -> SmtpSink:
    """Refuse every mail for good (550)."""
    smtp_sink.answer = REFUSED
    return smtp_sink


@pytest.fixture
def smtp_busy_once(smtp_sink: SmtpSink) -> SmtpSink:
    """Turn the first mail away for now (421) and take the rest."""
    smtp_sink.answers.append(BUSY)
    return smtp_sink


@pytest.fixture
def smtp_unreachable() -> SmtpSink:
    """Name a place where nobody listens."""
    return SmtpSink("127.0.0.1", free_port())
