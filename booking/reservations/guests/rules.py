"""Who may be asked along, how a list of guests is read, and what they are told; pure."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from booking.values import Refusal
from booking.values.mailbox import bare_address, read_mailbox
from booking.values.names import check_name
from booking.values.reading import readable

MOST_GUESTS = 50
"""So many colleagues and guests one booking has at most; a larger party is an activity, with sign-up."""


@dataclass(eq=False)
class TooManyGuests(Refusal):
    """More people than one booking may name."""

    count: int
    most: int = MOST_GUESTS


MOST_LETTERS, LETTERS_WITHIN = 5, timedelta(hours=1)
"""So many letters one guest's mailbox gets in so long; what is news then is told later, as it stands."""

MOST_ADDRESSES = 200
"""So many guests with a mailbox one host names within a day: each of them gets letters in the park's name."""


@dataclass(eq=False)
class TooManyAddresses(Refusal):
    """More mailboxes outside than one host may have written to within a day."""

    count: int
    most: int = MOST_ADDRESSES


@dataclass(eq=False)
class GuestUnnamed(Refusal):
    """A line of the list says no name, or one longer than a name; lines count from 1."""

    line: int


@dataclass(eq=False)
class GuestMailUnread(Refusal):
    """A line of the list has an address that no mail reaches."""

    line: int
    text: str


EXPECTED_FROM = timedelta(hours=2)
"""So long before the start the front desk notes that a guest has come."""


def expected_from(starts_at: datetime) -> datetime:
    """Tell from when on a guest may have come for what begins then."""
    return starts_at - EXPECTED_FROM


@dataclass(eq=False)
class NotExpectedYet(Refusal):
    """Nobody has come so long before the start."""

    expected_from: datetime


@dataclass(eq=False)
class NotAColleague(Refusal):
    """Somebody who was chosen is no colleague, or has left."""


class Visitor(NamedTuple):
    """A guest as the host names them; mail and company may be empty."""

    name: str
    email: str = ""
    company: str = ""


class AskedAlong(NamedTuple):
    """Who is to come along: colleagues by the ids of their accounts, and guests."""

    colleagues: frozenset[int] = frozenset()
    visitors: tuple[Visitor, ...] = ()

    def __len__(self) -> int:
        """Count heads, the host apart."""
        return len(self.colleagues) + len(self.visitors)

    def __bool__(self) -> bool:
        """Tell whether there is anybody."""
        return len(self) > 0


NOBODY = AskedAlong()

KEPT = timedelta(days=30)
"""So long after a booking is over it is known who was asked along: time to look up who came, no longer."""

LONGEST_NAME, LONGEST_COMPANY = 60, 80

SEPARATORS = re.compile(r"[,;|、\t]+")
MAIL = re.compile(r"<?[^\s<>,;|、]*@[^\s<>,;|、]*>?")


def read_visitors(text: str) -> tuple[Visitor, ...]:
    """Read a list of guests, one a line: name, then mail and company in any order, or neither.

    Commas, semicolons and tabs of either width part them; a Chinese name and company are parted by a blank as
    well. Who stands there twice counts once. Raises GuestUnnamed, GuestMailUnread, NameHoldsAddress, and
    TooManyGuests before it reads on, however long the list.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if readable(line)]
    if len(lines) > MOST_GUESTS:
        raise TooManyGuests(len(lines))
    return tuple(dict.fromkeys(_read(number, line) for number, line in lines))


def _read(number: int, line: str) -> Visitor:
    seen = "".join(char for char in line if char == "\t" or char.isprintable())
    plain = unicodedata.normalize("NFKC", seen)
    mail = MAIL.search(plain)
    email = _mail(number, mail[0]) if mail else ""
    rest = MAIL.sub(",", plain, count=1) if mail else plain
    name, *others = list(_parts(rest)) or [""]
    company = " ".join(others)
    if not name or len(name) > LONGEST_NAME or len(company) > LONGEST_COMPANY:
        raise GuestUnnamed(number)
    return Visitor(check_name(name, "guests"), email, check_name(company, "guests"))


def _mail(number: int, text: str) -> str:
    """Read a mailbox, in the brackets that mail programs put around it too; one, however it is typed."""
    typed = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    try:
        return bare_address(read_mailbox(typed))
    except ValueError as error:
        raise GuestMailUnread(number, text) from error


def _parts(text: str) -> Iterator[str]:
    """Part name and company; a blank parts them only behind a Chinese name, English names have blanks."""
    pieces = [readable(" ".join(piece.split())) for piece in SEPARATORS.split(text)]
    first, *others = [piece for piece in pieces if piece] or [""]
    name, _, company = first.partition(" ")
    parted = (readable(name), readable(company))
    if all(parted) and not name.isascii():
        yield from parted
    elif first:
        yield first
    yield from others


def visitors_text(visitors: Collection[Visitor]) -> str:
    """Write a list of guests as it is read."""
    return "\n".join(", ".join(part for part in one if part) for one in visitors)


def check_number(wanted: AskedAlong) -> None:
    """Judge how many are asked along."""
    if len(wanted) > MOST_GUESTS:
        raise TooManyGuests(len(wanted))


def check_addresses(before: Collection[str], more: Collection[str]) -> None:
    """Judge how many mailboxes a host names within a day; one named again counts once."""
    known, named = ({bare_address(one) for one in some} - {""} for some in (before, more))
    count = len(known | named)
    if count > MOST_ADDRESSES and named - known:
        raise TooManyAddresses(count)


class Visit(NamedTuple):
    """Where somebody is expected, and when."""

    space_id: int
    starts_at: datetime
    ends_at: datetime


def is_news(told: Visit | None, now_is: Visit | None) -> bool:
    """Tell whether somebody has to hear of it: it begins to be so, is otherwise, or is no longer so."""
    return told != now_is
