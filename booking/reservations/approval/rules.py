"""Who has to say yes to a booking: nobody, the manager of its enterprise, or the park. Pure.

What a page says before and what decides is one function (docs/rules.md, Who may book what).
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Self

from booking.audit.actions import BookingRights
from booking.values import FAR_FUTURE, Money, Refusal, Span


class Answerer(StrEnum):
    """Who answers a request."""

    MANAGER = "manager"  # of the enterprise; where the park has to agree too, it is asked after that
    PARK = "park"


class WhyAsk(StrEnum):
    """Why an employee does not book something on their own."""

    KIND = "kind"
    OPEN_ENDED = "open_ended"
    SUM = "sum"


class Booking(NamedTuple):
    """What of a booking its rights are judged by."""

    kind: str
    quote: Money
    open_ended: bool = False  # a store without a last day, which is quoted to the end of its first month
    space_id: int | None = None  # where, and from when, for what changes
    starts_at: datetime | None = None
    shared: bool = False  # the quote is more than was quoted: what is booked may take its free minutes first

    @classmethod
    def at(cls, space_id: int, kind: str, span: Span, quote: Money) -> Self:
        """Take it from a space and a time."""
        return cls(kind, quote, span.end >= FAR_FUTURE, space_id, span.start)


@dataclass(eq=False)
class NeedsManager(Refusal):
    """What one has is not changed into what one may not book alone; `up_to` where the sum is too high.

    `shared` where it is too high because of what else is booked.
    """

    why: WhyAsk
    kind: str
    quote: Money
    up_to: Money | None
    shared: bool = False


@dataclass(eq=False)
class WaitNeedsManager(NeedsManager):
    """One waits for nothing that one may not book alone; a request for it would be refused as taken."""


@dataclass(eq=False)
class EndNeedsManager(NeedsManager):
    """What one has ends no later than one may have alone; the time `since` then may be asked for."""

    since: datetime = field(kw_only=True)
    by_day: bool = field(kw_only=True)


@dataclass(eq=False)
class NobodyToAsk(Refusal):
    """The manager would be asked, and the enterprise has none who signs in."""


@dataclass(eq=False)
class NotYoursToAnswer(Refusal):
    """Somebody else is asked."""

    answerer: Answerer


def why_ask(rights: BookingRights | None, wish: Booking, *, agreed: Booking | None = None) -> WhyAsk | None:
    """Tell why a manager is asked first; None where one books alone. A store without an end always asks.

    `agreed` is what stands already: to change it into what is no dearer, and as open, asks nobody.
    """
    if rights is None or (agreed is not None and _no_more_than(agreed, wish)):
        return None
    if wish.kind in rights.asks_for:
        return WhyAsk.KIND
    if wish.open_ended:
        return WhyAsk.OPEN_ENDED
    return WhyAsk.SUM if rights.up_to is not None and wish.quote > rights.up_to else None


def _no_more_than(agreed: Booking, wish: Booking) -> bool:
    if agreed.open_ended and not _quoted_alike(agreed, wish):
        return False
    ends_now = agreed.open_ended and not wish.open_ended
    no_dearer = ends_now or wish.quote <= agreed.quote
    return no_dearer and wish.kind == agreed.kind and wish.open_ended <= agreed.open_ended


def _quoted_alike(agreed: Booking, wish: Booking) -> bool:
    """Tell whether the quote of an open end measures the wish, too: that of another store only from then."""
    from_then = wish.open_ended and wish.starts_at == agreed.starts_at
    return from_then or wish.space_id == agreed.space_id


def who_answers(
    rights: BookingRights | None, wish: Booking, *, park_approves: bool, agreed: Booking | None = None
) -> Answerer | None:
    """Tell who is asked first; None where it is booked at once."""
    if why_ask(rights, wish, agreed=agreed) is not None:
        return Answerer.MANAGER
    return Answerer.PARK if park_approves else None


def check_alone(rights: BookingRights | None, wish: Booking, *, agreed: Booking | None = None) -> None:
    """Raise NeedsManager where the manager would be asked, and cannot be by a mere request."""
    why = why_ask(rights, wish, agreed=agreed)
    if why is not None and rights is not None:
        raise NeedsManager(why, wish.kind, wish.quote, rights.up_to, wish.shared)


def check_wait(rights: BookingRights | None, wish: Booking) -> None:
    """Raise WaitNeedsManager for what one may not book alone, and so not wait for."""
    try:
        check_alone(rights, wish)
    except NeedsManager as one:
        raise WaitNeedsManager(one.why, one.kind, one.quote, one.up_to, one.shared) from one


def check_end_alone(
    rights: BookingRights | None, wish: Booking, *, agreed: Booking, since: datetime, by_day: bool
) -> None:
    """Raise EndNeedsManager for a later end than one may have alone."""
    try:
        check_alone(rights, wish, agreed=agreed)
    except NeedsManager as one:
        facts = (one.why, one.kind, one.quote, one.up_to, one.shared)
        raise EndNeedsManager(*facts, since=since, by_day=by_day) from one
