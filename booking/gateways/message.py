"""Writes an envelope as an Internet message, the same for every transport."""

import re
from dataclasses import dataclass
from email.charset import BASE64, Charset
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses, quote

from booking.mail.transport import Envelope, GivenUp
from booking.values.file_name import file_name
from booking.values.one_line import CONTROLS, one_line

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
        ((name, spec),) = getaddresses([text])
        local, _, domain = spec.rpartition("@")
        local.encode("ascii")
        return Address(name, addr_spec=f"{local}@{domain.encode('idna').decode('ascii')}")
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
