"""What a mailbox is, for guests, accounts and sign-ups alike: one bare address, and what it is known by."""

from email.errors import MessageError
from email.headerregistry import Address
from email.utils import getaddresses

from email_validator import validate_email

from booking.values.reading import half_width_email


def read_mailbox(text: str) -> str:
    """Give the address that was typed, half-width; ValueError where it is anything but `name@domain`.

    A name, a comment or quotes around it, a group or a number in place of the domain would be a way to write
    one mailbox as if it was many, or a mailbox that no letter reaches. Without SMTPUTF8 its name is in ASCII
    (RFC 5321); a domain that programs write in two ways (straße.de) leads to one of two mailboxes.
    """
    email = half_width_email(text)
    read = validate_email(email, check_deliverability=False, allow_smtputf8=False)
    if read.ascii_domain != ascii_domain(read.domain):
        raise ValueError(text)
    return email


def bare_address(text: str) -> str:
    """Give what a mailbox is known by, whatever stands around it and however it is written: in small letters.

    That is what mail to it goes to. What mail cannot read is known by itself.
    """
    try:
        local, _, domain = named_address(text).addr_spec.lower().rpartition("@")
        return f"{local}@{domain.encode().decode('idna')}"
    except (MessageError, ValueError, IndexError):
        return text.lower()


def named_address(text: str) -> Address:
    """Read the one address in `a@b.example` or `名称 <a@b.example>` as mail does.

    Raises MessageError, ValueError or IndexError for anything else.
    """
    ((name, spec),) = getaddresses([text])
    local, _, domain = spec.rpartition("@")
    local.encode("ascii")
    return Address(name, addr_spec=f"{local}@{ascii_domain(domain)}")


def ascii_domain(domain: str) -> str:
    """Write a domain as mail servers know it; ValueError where it cannot be."""
    return domain.encode("idna").decode("ascii")
