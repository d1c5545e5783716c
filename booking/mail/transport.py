"""The port to the mail: a finished letter in its envelope, and who can carry it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


class TransportError(Exception):
    """A letter did not go out; `reason` is what the other side said, for the list and the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TryLater(TransportError):  # noqa: N818 - it says what to do
    """Not now: unreachable, timed out, refused for the moment, too many at once, or set up wrongly.

    The letter is not at fault, and may even have gone out with the answer lost on the way.
    """


class GivenUp(TransportError):  # noqa: N818 - it says what to do
    """Never like this: the other side refused this letter for good. A person must look at it."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a letter; `name` may be Chinese, `media_type` is like `application/pdf`."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A letter ready to go.

    `bounces_to`, where set, is the bare address to which mail servers return it instead of to its sender.
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
    """Takes letters out of the house, at least once each; a repeated one bears the same Message-ID."""

    def deliver(self, envelope: Envelope) -> None:
        """Hand it over; returning means that the other side has taken it. Raises TryLater or GivenUp."""
        ...
