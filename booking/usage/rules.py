"""The laws of using a place, and their refusals."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking.reservations.models import ReservationState
from booking.reservations.refusals import ClosedThatDay, OutsideOpeningHours, RequestPart
from booking.reservations.rules import BookingContext
from booking.spaces.models import Kind
from booking.values import Refusal

OVERSTAY_STEP = timedelta(minutes=15)
"""An overstay holds its place a quarter of an hour at a time, while nobody else has it."""


@dataclass(eq=False)
class TooEarly(Refusal):
    """Check-in opens a few minutes before the start."""

    opens_at: datetime


@dataclass(eq=False)
class TooLate(Refusal):
    """The reserved time is over."""

    ended_at: datetime


@dataclass(eq=False)
class NotToCheckIn(Refusal):
    """Only a booked reservation can be checked in; `state` is what it is instead."""

    state: ReservationState


@dataclass(eq=False)
class StillInUse(Refusal):
    """Whoever was there before has not left yet."""

    space_name: str
    space_name_en: str | None = None


@dataclass(eq=False)
class AlreadyOut(Refusal):
    """The stay ended before."""

    ended_at: datetime


@dataclass(eq=False)
class EventMeansAnother(Refusal):
    """The id was used for something else before: two devices share it, or one counts anew."""

    key: str


@dataclass(eq=False)
class NothingToUndo(Refusal):
    """The stay did not end by somebody checking out, or its times were corrected since."""

    stay_id: int


@dataclass(eq=False)
class NotYourCheckOut(Refusal):
    """Only who checked out, or the front desk, may take it back."""

    stay_id: int


@dataclass(eq=False)
class UndoOver(Refusal):
    """A check-out can be taken back for two minutes."""

    until: datetime


@dataclass(eq=False)
class FreedTimeGone(Refusal):
    """The time that the check-out freed was given to somebody else, or is held for who waits."""

    space_name: str
    space_name_en: str | None = None


@dataclass(eq=False)
class NotByWalkingIn(Refusal):
    """Storage is reserved by days, and a retired space cannot be had."""

    space_name: str
    space_name_en: str | None = None


@dataclass(eq=False)
class EndBeforeStart(Refusal):
    """A stay cannot end before it started."""

    started_at: datetime


@dataclass(eq=False)
class NotYet(Refusal):
    """What really happened cannot lie in the future."""

    now: datetime


@dataclass(eq=False)
class OverlapsAnotherStay(Refusal):
    """Somebody else was there then: the figures cannot both be true."""

    starts_at: datetime
    ends_at: datetime


@dataclass(eq=False)
class NothingToReview(Refusal):
    """Only a stay whose check-out was forgotten waits for its true end."""

    stay_id: int


@dataclass(eq=False)
class NothingToCorrect(Refusal):
    """The stay is recorded with these very times already, and nobody doubts them."""

    started_at: datetime
    ended_at: datetime


@dataclass(eq=False)
class StalePage(Refusal):
    """Somebody changed the stay since the page was drawn."""

    version: int


def check_in_opens(starts_at: datetime, early_minutes: int) -> datetime:
    """Tell from when on one may check in (docs/rules.md: from 10 minutes before the start)."""
    return starts_at - timedelta(minutes=early_minutes)


def check_may_check_in(
    state: ReservationState,
    starts_at: datetime,
    ends_at: datetime,
    *,
    kind: Kind,
    early_minutes: int,
    now: datetime,
) -> None:
    """Refuse what is not booked, not yet open, or already over."""
    if state is not ReservationState.BOOKED:
        raise NotToCheckIn(state)
    opens_at = starts_at if kind is Kind.STORAGE else check_in_opens(starts_at, early_minutes)
    if now < opens_at:
        raise TooEarly(opens_at)
    if now >= ends_at:
        raise TooLate(ends_at)


UNDO_FOR = timedelta(minutes=2)


def may_be_undone_until(ended_at: datetime) -> datetime:
    """Tell until when a check-out may be taken back (docs/rules.md: two minutes)."""
    return ended_at + UNDO_FOR


FORGOTTEN_AFTER = timedelta(minutes=60)
"""How long after the reserved end a stay may go on before it counts as forgotten."""


def forgotten_end(
    planned_end: datetime, now: datetime, *, next_claim: datetime | None = None
) -> datetime | None:
    """Tell where a stay that nobody checked out of ended; None while it may still go on.

    It is forgotten an hour past its reserved end, or as soon as somebody else's time has begun. Then it ended
    at its reserved end, or where the next claim began if that is earlier, whoever asks and however late.
    """
    begun = next_claim is not None and next_claim <= now
    if now < planned_end or not (begun or now >= planned_end + FORGOTTEN_AFTER):
        return None
    return planned_end if next_claim is None else min(planned_end, next_claim)


def open_until(at: BookingContext) -> datetime:
    """Tell when a space that is open now closes; raises ClosedThatDay or OutsideOpeningHours."""
    opened = at.open_on(_today(at))
    if opened is None:
        raise ClosedThatDay(_today(at))
    if not opened.start <= at.now < opened.end:
        raise _outside(at)
    return opened.end


def _today(at: BookingContext) -> date:
    return at.now.astimezone(at.zone).date()


def _outside(at: BookingContext, part: RequestPart = RequestPart.START) -> Refusal:
    """Say when it is open today."""
    hours = at.hours_on(_today(at))
    return OutsideOpeningHours(*hours, part=part) if hours else ClosedThatDay(_today(at))


SHORTEST_WALK_IN = timedelta(minutes=15)


def walk_in_end(until: datetime, at: BookingContext) -> datetime:
    """Judge until when somebody walks in: a quarter of an hour at least, and not past closing.

    Raises ClosedThatDay, OutsideOpeningHours.
    """
    closes = open_until(at)
    if until > closes:
        raise _outside(at, RequestPart.UNTIL)
    return max(until, min(at.now + SHORTEST_WALK_IN, closes))


ROUND_LENGTHS = (15, 30, 60, 90, 120, 180, 240)
MOST_CHOICES = 4
"""How many ends are offered beside the latest one."""


def end_choices(start: datetime, earliest: datetime, latest: datetime) -> list[datetime]:
    """Offer ends after round lengths from `start`, none before `earliest`, and `latest` itself at the end."""
    ends = [start + timedelta(minutes=minutes) for minutes in ROUND_LENGTHS]
    fitting = [end for end in ends if earliest <= end < latest]
    return [*fitting[:MOST_CHOICES], latest] if latest >= earliest else fitting[:MOST_CHOICES]
