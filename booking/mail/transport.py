"""How letters are sent: the port to the mail system, and the rules of trying again.

An envelope and the transport that takes it; when a letter is tried again, and when a person must look at it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from booking.values import Refusal, backoff


class TransportError(Exception):
    """A letter was not sent; `reason` is what the other side said, for the list and the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TryLater(TransportError):  # noqa: N818 - it says what to do
    """A temporary failure: unreachable, timed out, refused for now, rate-limited, or a wrong configuration.

    The letter may even have been sent, with the answer lost.
    """


class GivenUp(TransportError):  # noqa: N818 - it says what to do
    """A permanent failure: the other side refused this letter. A person must look at it."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a letter; `name` may be Chinese, `media_type` is like `application/pdf`."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A letter ready to be sent.

    `bounces_to`, where set, is the bare address that bounces go to instead of the sender.
    `message_id` is like `<key@park.example>` and stays the same however often the letter is tried;
    `written_at` (aware) becomes its Date. `sender` and `to` are one address each, `a@b.example` or
    `名称 <a@b.example>`. Without `html` the letter is plain text.
    """

    message_id: str
    written_at: datetime
    sender: str
    to: str
    subject: str
    text: str = field(repr=False)  # may hold a link that opens an account
    html: str | None = field(default=None, repr=False)
    enclosures: tuple[Enclosure, ...] = ()
    bounces_to: str = ""


class Transport(Protocol):
    """Sends letters, each at least once; a repeated one has the same Message-ID."""

    def deliver(self, envelope: Envelope) -> None:
        """Send it; returning means that the other side has accepted it. Raises TryLater or GivenUp."""
        ...


LOCKED_FOR = timedelta(minutes=3)  # longer than the slowest SMTP session
RATE_WINDOW = timedelta(minutes=1)
LATE_AFTER = timedelta(minutes=30)
NOT_NEEDED = "not needed any more"  # kept as the error of a letter whose link would open nothing
TOO_LATE = "too late"  # of one that tells of what is over, or is not so any more
TAKEN_BACK = "taken back"  # and of one that was not sent before what it tells was called off
FORGOTTEN = "forgotten"  # of one whose reader is no longer to be known
GUESTS = "guest:"  # begins the keys of letters whose readers are forgotten, from the trail as well
KEPT_BACK = (TOO_LATE, TAKEN_BACK, FORGOTTEN)  # nobody sends these again


@dataclass(eq=False)
class LetterNotFailed(Refusal):
    """Only a letter that could not be delivered is sent again by hand."""

    to: str


FIRST_PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=4)
MOST_ATTEMPTS = 20  # about two days


def pause_after(attempts: int) -> timedelta:
    """Give the pause after so many attempts (1, 2, …): 2 minutes, doubling, at most 4 hours."""
    return backoff(attempts, first=FIRST_PAUSE, longest=LONGEST_PAUSE)
