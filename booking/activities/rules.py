"""Rules of activities: how long before one is published, who gets a place, and the refusals.

And when one of some hours had best begin in a week of its hall, as far as anybody can tell.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking.spaces.rules import Hours
from booking.values import Refusal, Span

NOTICE = timedelta(hours=72)
MINUTE = timedelta(minutes=1)
OPENS_BEFORE = timedelta(minutes=30)  # who comes may say so from then on
REMINDED_BEFORE = timedelta(hours=24)
ASKED_FOR = timedelta(days=14)  # so long afterwards one may still say whether it was useful
PUBLISH_MINUTE = 8 * 60  # of the local day it is scheduled for
MOST_PLACES = 2000
MOST_WITH_ADDRESS = 5  # sign-ups of one activity, with an address that anybody may have typed


@dataclass(eq=False)
class NoticeTooShort(Refusal):
    """Less than 72 hours remain, and no reason says why; `latest` is when it could last be published."""

    latest: datetime


@dataclass(eq=False)
class BegunBefore(Refusal):
    """It would begin before now, or before it is published."""

    starts_at: datetime


@dataclass(eq=False)
class PublishDayPast(Refusal):
    """It is to be published at a time that has passed."""

    publish_at: datetime


@dataclass(eq=False)
class HallTaken(Refusal):
    """The hall cannot be had then."""

    space_id: int
    span: Span


@dataclass(eq=False)
class HallClosedThen(Refusal):
    """The hall is not open for all of it; `hours` are those of that day, None where it is closed all day.

    `part` says what is to be put right: "day", "starts" or "ends".
    """

    space_id: int
    day: date
    hours: Hours | None
    part: str


@dataclass(eq=False)
class MorePlacesThanSeats(Refusal):
    """The hall seats fewer than there are places."""

    capacity: int


@dataclass(eq=False)
class FewerPlacesThanPeople(Refusal):
    """So many have a place already."""

    people: int


@dataclass(eq=False)
class NobodyInvited(Refusal):
    """It is for some enterprises, and none is named."""


@dataclass(eq=False)
class AlreadyPublished(Refusal):
    """When and where are known to those it is for, and stay; what else there is may change."""


@dataclass(eq=False)
class CalledOffBefore(Refusal):
    """It was called off, and stays so; a copy can be made of it."""

    called_off_at: datetime


@dataclass(eq=False)
class HeldByActivity(Refusal):
    """The closure is an activity's hall: it is given back by calling the activity off."""

    title: str


@dataclass(eq=False)
class ActivityOver(Refusal):
    """It has begun, or is over."""

    ended: bool


@dataclass(eq=False)
class NotOpenYet(Refusal):
    """Nobody is there yet; `opens_at` is from when on one can say so."""

    opens_at: datetime


@dataclass(eq=False)
class NotInvited(Refusal):
    """It is for other enterprises."""


@dataclass(eq=False)
class AlreadySignedUp(Refusal):
    """This person has signed up; one person does so once."""

    name: str


@dataclass(eq=False)
class AddressFull(Refusal):
    """So many signed up with this address, which nobody has confirmed; more letters would be a nuisance."""

    most: int


@dataclass(eq=False)
class SignInToArrive(Refusal):
    """Who signed up with an account says so with it: anybody may know their name."""


@dataclass(eq=False)
class NotAtTheDoor(Refusal):
    """Who is there says so by the code on the hall's door; a link can be followed from anywhere."""


@dataclass(eq=False)
class NotThere(Refusal):
    """Only who came says whether it was useful."""


@dataclass(eq=False)
class SaidBefore(Refusal):
    """One person says once whether it was useful."""


def latest_publication(starts_at: datetime) -> datetime:
    """Give the last instant at which it can be published without a reason."""
    return starts_at - NOTICE


def notice_minutes(published_at: datetime, starts_at: datetime) -> int:
    """Count the whole minutes of notice; 72 hours to the second are 4,320."""
    return (starts_at - published_at) // MINUTE


def check_notice(published_at: datetime, starts_at: datetime, reason: str) -> None:
    """Raise BegunBefore, or NoticeTooShort where it is less than 72 hours and there is no reason."""
    if starts_at <= published_at:
        raise BegunBefore(starts_at)
    if published_at > latest_publication(starts_at) and not reason.strip():
        raise NoticeTooShort(latest_publication(starts_at))


def outside_hours(first: int, last: int, hours: Hours | None) -> str:
    """Name what of a stretch of minutes after midnight lies outside the day's hours; empty for nothing."""
    if hours is None:
        return "day"
    if not hours.opens <= first < hours.closes:
        return "starts"
    return "ends" if last > hours.closes else ""


def free_seat(taken: Collection[int], places: int) -> int | None:
    """Give the lowest number of a place that nobody has; None where there is none."""
    return next((seat for seat in range(1, places + 1) if seat not in taken), None)


def check_before_start(now: datetime, starts_at: datetime, ends_at: datetime) -> None:
    """Raise ActivityOver: places are given back, and given to who waits, until it begins."""
    if now >= starts_at:
        raise ActivityOver(ended=now >= ends_at)


def check_door(door: str, scan_code: str) -> None:
    """Raise NotAtTheDoor unless `door` is the code that hangs there."""
    if door != scan_code:
        raise NotAtTheDoor


def check_not_over(now: datetime, ends_at: datetime) -> None:
    """Raise ActivityOver once it has ended."""
    if now >= ends_at:
        raise ActivityOver(ended=True)


def is_open(now: datetime, starts_at: datetime, ends_at: datetime) -> bool:
    """Tell whether who is at the door can say so."""
    return starts_at - OPENS_BEFORE <= now < ends_at


WORK_BEGINS, WORK_ENDS = 9, 18  # o'clock, on working days: people invited from offices are there then
MOST = 3


@dataclass(frozen=True, slots=True)
class HourOfHall:
    """An hour in which the hall is open: `busy` says how much enterprises are about, by any measure."""

    day: date
    hour: int
    free: bool
    busy: int
    works: bool  # the day is a working day

    @property
    def in_working_hours(self) -> bool:
        """Tell whether people are at work then."""
        return self.works and WORK_BEGINS <= self.hour < WORK_ENDS


def best_times(hours: Sequence[HourOfHall], length: int) -> Sequence[tuple[date, int]]:
    """Give the best beginning of each day, the least busy first, three at most; `length` in hours.

    Within working hours; where none of the week is free, any hour in which the hall is open.
    """
    runs = list(_runs(hours, length))
    working = [run for run in runs if all(hour.in_working_hours for hour in run)]
    ranked = sorted(working or runs, key=lambda run: (sum(one.busy for one in run), run[0].day, run[0].hour))
    best: dict[date, int] = {}
    for run in ranked:
        best.setdefault(run[0].day, run[0].hour)
    return list(best.items())[:MOST]


def _runs(hours: Sequence[HourOfHall], length: int) -> Iterator[Sequence[HourOfHall]]:
    """Give each stretch of so many free hours of one day, one after the other."""
    inside = sorted(hours, key=lambda one: (one.day, one.hour))
    for at in range(len(inside) - length + 1):
        run = inside[at : at + length]
        last = run[-1]
        together = last.day == run[0].day and last.hour - run[0].hour == length - 1
        if together and all(one.free for one in run):
            yield run
