"""Sends letters, each as an Internet message: to an SMTP server, or for the demo into a folder."""

import contextlib
import os
import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import UTC
from email.charset import BASE64, Charset
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, quote
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from booking.mail.transport import Envelope, GivenUp, TransportError, TryLater
from booking.values.mailbox import named_address
from booking.values.names import file_name
from booking.values.reading import CONTROLS, one_line

_UTF8 = Charset("utf-8")
_UTF8.header_encoding = BASE64


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to be sent: bare addresses, and its bytes.

    Where `bounces_to` is set, bounces go there and should not contain the text.
    """

    sender: str
    to: str
    content: bytes
    bounces_to: str = ""

    @property
    def domain(self) -> str:
        """The sender's domain, for EHLO."""
        return self.sender.rpartition("@")[2]


_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")


def compose(envelope: Envelope) -> Message:
    """Write the message; GivenUp where it can never be one (addresses, Message-ID, broken text).

    Line breaks in the subject and in names become spaces, so that nothing can add a header.
    """
    if not _MESSAGE_ID.fullmatch(envelope.message_id):
        reason = f"not a Message-ID: {envelope.message_id!r}"
        raise GivenUp(reason)
    sender, to = read_address(envelope.sender), read_address(envelope.to)
    try:
        content = _headers(envelope, sender, to) + _body(envelope).as_bytes()
    except (MessageError, UnicodeError, ValueError) as error:
        reason = f"cannot be written as a message: {error}"
        raise GivenUp(reason) from error
    bounces_to = read_address(envelope.bounces_to).addr_spec if envelope.bounces_to else ""
    return Message(sender.addr_spec, to.addr_spec, content, bounces_to)


def read_address(text: str) -> Address:
    """Read the one address in `a@b.example` or `名称 <a@b.example>`; GivenUp for anything else."""
    reason = f"not an address: {text!r}"
    if CONTROLS.search(text):
        raise GivenUp(reason)
    try:
        return named_address(text)
    except (MessageError, ValueError, IndexError) as error:
        raise GivenUp(reason) from error


def _headers(envelope: Envelope, sender: Address, to: Address) -> bytes:
    """Write the headers that say who, what and when.

    Not by EmailMessage: its folding loses spaces in long Chinese subjects, loses the address after a
    long name, and reads what looks like an encoded word in a text as one.
    """
    lines = {
        "From": _mailbox("From", sender),
        "To": _mailbox("To", to),
        "Subject": _words("Subject", one_line(envelope.subject)),
        "Date": format_datetime(envelope.written_at),
        "Message-ID": envelope.message_id,
        "Auto-Submitted": "auto-generated",  # asks holiday notices not to answer (RFC 3834)
    }
    return "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode("ascii")


def _mailbox(header: str, address: Address) -> str:
    name = one_line(address.display_name)
    if not name:
        return f"<{address.addr_spec}>"
    phrase = f'"{quote(name)}"' if _is_plain(name) else _words(header, name)
    return f"{phrase}\r\n <{address.addr_spec}>"


def _words(header: str, text: str) -> str:
    """Write a text as it is where that is safe, and else as encoded words (RFC 2047)."""
    return text if _is_plain(text) else Header(text, _UTF8, header_name=header).encode(linesep="\r\n")


_SHORT = 60


def _is_plain(text: str) -> bool:
    return text.isascii() and len(text) <= _SHORT and "=?" not in text


def _body(envelope: Envelope) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message.set_content(envelope.text, charset="utf-8", cte="base64")
    if envelope.html is not None:
        message.add_alternative(envelope.html, subtype="html", charset="utf-8", cte="base64")
    for enclosure in envelope.enclosures:
        main, _, sub = enclosure.media_type.partition("/")
        name = file_name(enclosure.name)
        params = _of_calendar(enclosure.content) if enclosure.media_type == CALENDAR else None
        message.add_attachment(enclosure.content, maintype=main, subtype=sub, filename=name, params=params)
    return message


CALENDAR = "text/calendar"
_METHOD = re.compile(rb"^METHOD:(\w+)\r?$", re.MULTILINE)


def _of_calendar(content: bytes) -> dict[str, str]:
    """Say in the header what a calendar file asks for, as programs look for it there (RFC 6047)."""
    found = _METHOD.search(content)
    return {"charset": "utf-8"} | ({"method": found[1].decode()} if found else {})


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


@dataclass(frozen=True, slots=True)
class FolderTransport:
    """Writes `20261103T083600Z-<Message-ID>.eml`; a repeated letter replaces itself.

    The files hold links that open accounts: only their owner may read them, and a folder made here.
    """

    folder: Path

    def deliver(self, envelope: Envelope) -> None:
        """Write the file, whole or not at all; raises TryLater if the disk refuses."""
        letter = compose(envelope)
        path = self.folder / _file_name(envelope)
        part = path.with_suffix(".part")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.unlink(missing_ok=True)
            with open(part, "xb", opener=_for_the_owner) as file:
                file.write(letter.content)
            part.replace(path)
        except OSError as error:
            reason = f"cannot write {path.name}: {error}"
            raise TryLater(reason) from error


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _file_name(envelope: Envelope) -> str:
    key = envelope.message_id.strip("<>")
    readable = re.sub(r"[^A-Za-z0-9._-]+", "_", key)[:60]
    unique = sha256(key.encode()).hexdigest()[:8]
    return f"{envelope.written_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{readable}-{unique}.eml"
