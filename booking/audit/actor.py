"""Who does something: a signed-in member, or the system itself."""

from dataclasses import dataclass
from typing import Self

from booking.values.money import Money


@dataclass(frozen=True, slots=True)
class BookingRights:
    """What an employee books without asking their manager: kinds but for these, up to a sum a booking."""

    asks_for: frozenset[str] = frozenset()  # kinds of space
    up_to: Money | None = None  # the quote of one booking; None: whatever it costs


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as facts that outlive the member's row."""

    name: str
    member_id: int | None = None
    park_id: int | None = None
    enterprise_id: int | None = None
    request_id: str | None = None
    wants_copies: bool = False  # of letters on what they do themselves
    rights: BookingRights | None = None  # None: books whatever the rules allow

    @classmethod
    def system(cls, job: str, park_id: int | None = None) -> Self:
        """Make the actor of a job or shell command."""
        return cls(name=job, park_id=park_id)
