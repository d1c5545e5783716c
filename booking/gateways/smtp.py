"""Sends letters to an SMTP server."""

import contextlib
import smtplib
import ssl
from dataclasses import dataclass
from enum import StrEnum

from booking.gateways.message import Message, compose
from booking.mail.transport import Envelope, GivenUp, TransportError, TryLater


class Tls(StrEnum):
    """How the line is kept private: STARTTLS (port 587), TLS from the start (465), or not at all (25)."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """One connection a letter. `timeout` is in seconds, for each step of the conversation.

    A server that cannot be reached, does not offer the TLS asked for, or rejects our name and password
    is TryLater: the letter is not at fault. Once the server has taken the letter, nothing that goes wrong
    afterwards matters.
    """

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: Tls = Tls.STARTTLS
    timeout: float = 15.0
    tls_context: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        """Keep the password out of logs."""
        return f"SmtpTransport({self.host}:{self.port}, {self.tls})"

    def deliver(self, envelope: Envelope) -> None:
        """Hand the letter to the server; raises TryLater or GivenUp."""
        letter = compose(envelope)
        try:
            client = self._dial(letter.domain)
        except (OSError, smtplib.SMTPException) as error:
            reason = f"cannot reach the mail server: {error}"
            raise TryLater(reason) from error
        try:
            self._sign_in(client)
            _hand_over(client, letter)
        finally:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                client.quit()
            client.close()

    def _dial(self, greeting: str) -> smtplib.SMTP:
        # The greeting is given, because finding out this machine's own name may wait for a name server.
        if self.tls is Tls.TLS:
            return smtplib.SMTP_SSL(
                self.host, self.port, greeting, timeout=self.timeout, context=self._context()
            )
        return smtplib.SMTP(self.host, self.port, greeting, timeout=self.timeout)

    def _sign_in(self, client: smtplib.SMTP) -> None:
        try:
            if self.tls is Tls.STARTTLS:
                client.starttls(context=self._context())
            if self.user:
                client.login(self.user, self.password or "")
        except (OSError, smtplib.SMTPException) as error:
            reason = f"the mail server does not let us in: {error}"
            raise TryLater(reason) from error

    def _context(self) -> ssl.SSLContext:
        return self.tls_context or ssl.create_default_context()


def _hand_over(client: smtplib.SMTP, letter: Message) -> None:
    try:
        client.ehlo_or_helo_if_needed()
        # RFC 3461, where the server knows it: what is returned holds the headers alone.
        headers_only = ["RET=HDRS"] if letter.bounces_to and client.has_extn("dsn") else []
        client.sendmail(letter.bounces_to or letter.sender, [letter.to], letter.content, headers_only)
    except smtplib.SMTPRecipientsRefused as refused:
        ((code, said),) = refused.recipients.values()
        raise _judge(code, said) from refused
    except smtplib.SMTPResponseException as refused:
        raise _judge(refused.smtp_code, refused.smtp_error) from refused
    except (OSError, smtplib.SMTPException) as error:
        reason = f"the conversation broke off: {error}"
        raise TryLater(reason) from error


_PERMANENT = 500
# Chinese providers refuse bursts with 550, which elsewhere means for good.
_BURST = ("frequency limited", "frequency limit", "too many", "rate limit", "try again later")


def _judge(code: int, said: bytes | str) -> TransportError:
    """Tell what an answer means for the letter (RFC 5321, 4.2.1: 4yz for the moment, 5yz for good)."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    reason = f"{code} {words}"
    burst = any(phrase in words.casefold() for phrase in _BURST)
    return TryLater(reason) if code < _PERMANENT or burst else GivenUp(reason)
