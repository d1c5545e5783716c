"""The nearest span to one that was wanted: that the rules allow, or that is free. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from booking.reservations import refusals as no
from booking.reservations.rules import MINUTE, MINUTES_OF_DAY, BookingContext, check_new, local_instant
from booking.spaces.rules import Hours
from booking.values import Refusal, Span

MOST_STEPS = 12
"""Each step mends one thing and may break another: an hour that is past becomes one after closing."""


def nearest_allowed(span: Span, at: BookingContext) -> Span | None:
    """Mend a span until the rules allow it, its length kept where it can be; None where nothing near does."""
    for _ in range(MOST_STEPS):
        try:
            check_new(span, at)
        except Refusal as refusal:
            mended = _later(span, refusal, at) or _shaped(span, refusal, at)
            if mended is None or mended == span:
                return None
            span = mended
        else:
            return span
    return None


def _later(span: Span, refusal: Refusal, at: BookingContext) -> Span | None:
    """Mend when it begins."""
    match refusal:
        case no.InThePast():
            return _from_now_on(span, at)
        case no.TooSoon():
            return _moved(span, _on_the_step(_earliest(at), at))
        case no.BeyondHorizon(last_day=last):
            return _on_day(span, last, at)
        case no.ClosedThatDay(day=day):
            return _on_an_open_day(span, day, at)
        case no.OutsideOpeningHours():
            return _within_hours(span, at)
    return None


def _shaped(span: Span, refusal: Refusal, at: BookingContext) -> Span | None:
    """Mend how long it is, and where it stands on the grid."""
    match refusal:
        case no.OffTheStep(step_minutes=step):
            return _stepped(span, step, at)
        case no.CrossesMidnight(day=day):
            return _until_closing(span, day, at)
        case no.TooShort(minimum_minutes=least):
            return Span(span.start, span.start + -(-least // _step(at)) * _step(at) * MINUTE)
        case no.TooLong(maximum_minutes=most, by_day=True):
            return Span(span.start, day_start(span.start + most * MINUTE, at))
        case no.TooLong(maximum_minutes=most):
            return Span(span.start, span.start + most // _step(at) * _step(at) * MINUTE)
    return None


ONE_DAY = timedelta(days=1)


def _from_now_on(span: Span, at: BookingContext) -> Span:
    """Take the same hours of today; where they have begun, the next there are today, or those of tomorrow."""
    today = at.now.astimezone(at.zone).date()
    same_hours = _on_day(span, today, at)
    if same_hours.start >= _this_minute(at):
        return same_hours
    if span.start.astimezone(at.zone).date() == today:
        return _moved(span, _on_the_step(_earliest(at), at))
    return _on_day(span, today + ONE_DAY, at)


MOST_DAYS = 14
"""How far the calendar of the booking context has to reach on both sides of the day."""


def _on_an_open_day(span: Span, closed: date, at: BookingContext) -> Span | None:
    """Take the same hours of the nearest open day that lies ahead, rather a later than an earlier one."""
    for distance in range(1, MOST_DAYS + 1):
        for day in (closed + distance * ONE_DAY, closed - distance * ONE_DAY):
            found = _on_day(span, day, at)
            if at.hours_on(day) is not None and found.start >= _earliest(at):
                return found
    return None


def _until_closing(span: Span, day: date, at: BookingContext) -> Span:
    """Let it end when the day closes; what begins later goes into the opening hours."""
    opened = at.open_on(day)
    return Span(span.start, opened.end) if opened and span.start < opened.end else _within_hours(span, at)


def _within_hours(span: Span, at: BookingContext) -> Span:
    """Push it into the opening hours; of today, where those are over, into tomorrow's."""
    day = span.start.astimezone(at.zone).date()
    hours = at.hours_on(day) or Hours(at.opening.opens_minute, at.opening.closes_minute)
    opens = local_instant(day, -(-hours.opens // _step(at)) * _step(at), at.zone)
    closes = local_instant(day, hours.closes // _step(at) * _step(at), at.zone)
    length = min(span.length, closes - opens)
    start = min(max(span.start, opens), closes - length)
    if start < _earliest(at):
        return _on_day(Span(start, start + length), day + ONE_DAY, at)
    return Span(start, start + length)


def _stepped(span: Span, step: int, at: BookingContext) -> Span:
    """Round both ends to the nearest step, a half up; what vanishes lasts one step."""
    start, end = (_rounded(instant, step, at) for instant in (span.start, span.end))
    return Span(start, max(end, start + step * MINUTE))


def _rounded(instant: datetime, step: int, at: BookingContext) -> datetime:
    half = timedelta(minutes=step) / 2
    midnight = day_start(instant, at)
    return midnight + (instant - midnight + half) // (step * MINUTE) * (step * MINUTE)


def _on_the_step(instant: datetime, at: BookingContext) -> datetime:
    """Give the first step at or after an instant."""
    midnight, step = day_start(instant, at), _step(at) * MINUTE
    return midnight - (midnight - instant) // step * step


def _on_day(span: Span, day: date, at: BookingContext) -> Span:
    """Give the same hours of another day, as its clocks show them."""
    local = span.start.astimezone(at.zone)
    return _moved(span, local_instant(day, local.hour * 60 + local.minute, at.zone))


def _moved(span: Span, start: datetime) -> Span:
    return Span(start, start + span.length)


def _step(at: BookingContext) -> int:
    return MINUTES_OF_DAY if at.by_day else at.opening.step_minutes


def day_start(instant: datetime, at: BookingContext) -> datetime:
    """Give the midnight with which the day of an instant begins, by the park's clock."""
    return local_instant(instant.astimezone(at.zone).date(), 0, at.zone)


def _this_minute(at: BookingContext) -> datetime:
    return at.now.replace(second=0, microsecond=0)


def _earliest(at: BookingContext) -> datetime:
    return _this_minute(at) + at.opening.lead_minutes * MINUTE


class StartGrid(NamedTuple):
    """Where a use may begin: every `step` counted from `origin`."""

    origin: datetime
    step: timedelta

    def not_before(self, instant: datetime) -> datetime:
        """Give the first grid point at or after the instant."""
        return self.origin - (self.origin - instant) // self.step * self.step

    def not_after(self, instant: datetime) -> datetime:
        """Give the last grid point at or before the instant."""
        return self.origin + (instant - self.origin) // self.step * self.step


def gaps(busy: Iterable[Span], window: Span) -> Iterator[Span]:
    """Walk through what is free of the window, in order; `busy` may overlap and come in any order."""
    reached = window.start
    for span in sorted(busy):
        if span.start > reached:
            if span.start >= window.end:
                break
            yield Span(reached, span.start)
        reached = max(reached, span.end)
    if reached < window.end:
        yield Span(reached, window.end)


def nearest(
    wanted: Span, free: Iterable[Span], grid: StartGrid, most: int, *, same_clock: bool = False
) -> Sequence[Span]:
    """Give in each free stretch the one place of the wanted length nearest to the wanted start.

    The nearest first; of two equally near the earlier. With `same_clock`, a stretch of a later day gives
    the place nearest to the same time of that day: who asked for ten o'clock means ten o'clock tomorrow.
    """
    found = []
    for stretch in free:
        first, last = grid.not_before(stretch.start), grid.not_after(stretch.end - wanted.length)
        if first <= last:
            days_on = max(0, (last - wanted.start) // ONE_DAY) if same_clock else 0
            start = min(max(grid.not_after(wanted.start + days_on * ONE_DAY), first), last)
            found.append(Span(start, start + wanted.length))
    found.sort(key=lambda span: (abs(span.start - wanted.start), span.start))
    return found[:most]
