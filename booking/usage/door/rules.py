"""What a door says, from which moment on: told ahead, so that it goes on without a network."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from booking.values import Span


class DoorLook(StrEnum):
    """What a door looks like."""

    FREE = "free"
    SOON = "soon"  # nobody is there, and what is left before the next use is kept to tidy up
    EXPECTED = "expected"  # booked, and nobody has checked in yet
    LAPSED = "lapsed"  # nobody has checked in in time, and it is being released
    BUSY = "busy"
    TIDY = "tidy"  # nobody is there, and it is tidied up after the last use
    CLOSED = "closed"


class DoorClaim(NamedTuple):
    """A claim as a door knows it: no names. `plan` is without what is kept free after it."""

    span: Span
    plan: Span
    expected: bool = False
    closed: bool = False


class DoorMoment(NamedTuple):
    """What holds from `at` on: until when (None: nobody knows), for which plan, and what follows."""

    at: datetime
    look: DoorLook
    until: datetime | None
    plan: Span | None = None
    following: tuple[Span, ...] = ()
    half_hour: bool = False  # so much can still be had


HALF_HOUR = timedelta(minutes=30)
RELEASED_WITHIN = timedelta(minutes=1)
"""So often the job runs that releases what nobody checked in."""


class DoorDay(NamedTuple):
    """What a door is told: claims in order of time, when it is open, and whether somebody stays over."""

    claims: Sequence[DoorClaim]
    opened: Sequence[Span]
    early: timedelta  # so long before its start a booking may be checked in
    grace: timedelta  # so long after it the booking is kept
    stays_over: bool = False
    buffer: timedelta = timedelta(0)  # kept free after a use

    def moments(self, now: datetime, end: datetime) -> list[DoorMoment]:
        """Tell what holds from now on until `end`, one moment for each change.

        A booking that nobody checked in in time is gone a minute later, unless it is there still.
        """
        told: list[DoorMoment] = []
        for at in sorted({now, *(one for one in self._changes() if now < one < end)}):
            there = [one for one in self.claims if at == now or not self._is_gone(one, at)]
            moment = self._replace(claims=there).at(at, over=self.stays_over and at == now)
            if not told or moment[1:] != told[-1][1:]:
                told.append(moment)
        return told

    def _is_gone(self, claim: DoorClaim, at: datetime) -> bool:
        return claim.expected and claim.span.start + self.grace + RELEASED_WITHIN <= at

    def _changes(self) -> Iterator[datetime]:
        for claim in self.claims:
            start, released = claim.span.start, claim.span.start + self.grace
            yield from (start, claim.plan.end, claim.span.end, start - self.buffer)
            yield start - self.buffer - HALF_HOUR
            if claim.expected:
                yield from (start - self.early, released, released + RELEASED_WITHIN)
        for span in self.opened:
            yield from (span.start, span.end - HALF_HOUR, span.end)

    def at(self, at: datetime, *, over: bool) -> DoorMoment:
        """Tell what holds at an instant, while all of these claims stand."""
        following = tuple(one.plan for one in self.claims if one.span.start > at and not one.closed)[:MOST]
        here = [one for one in self.claims if one.span.contains(at)]
        used = next((one for one in here if one.plan.contains(at) and not one.expected), None)
        if used is not None:
            look = DoorLook.CLOSED if used.closed else DoorLook.BUSY
            return DoorMoment(at, look, self._free_again(used.plan.end), None, following)
        if booked := next((one for one in here if one.expected), None):
            until = booked.span.start + self.grace
            if at < until or not over:
                look = DoorLook.EXPECTED if at < until else DoorLook.LAPSED
                return DoorMoment(at, look, until, booked.plan, following)
        if over:
            return DoorMoment(at, DoorLook.BUSY, None, None, following)
        return self._while_nobody_has_it(
            at, following, tidied=max((one.span.end for one in here), default=at)
        )

    def _while_nobody_has_it(self, at: datetime, following: tuple[Span, ...], tidied: datetime) -> DoorMoment:
        opened = next((span for span in self.opened if span.start <= at < span.end), None)
        if opened is None:
            opens = min((span.start for span in self.opened if span.start > at), default=None)
            return DoorMoment(at, DoorLook.CLOSED, opens, None, following)
        coming = next((one for one in self.claims if one.span.start > at), None)
        if coming is not None and coming.expected and coming.span.start - self.early <= at:
            return DoorMoment(
                at, DoorLook.EXPECTED, coming.span.start + self.grace, coming.plan, following[1:]
            )
        if tidied > at:
            return DoorMoment(at, DoorLook.TIDY, tidied, None, following)
        until = min(opened.end, coming.span.start - self.buffer) if coming else opened.end
        if coming is not None and until <= at:
            return DoorMoment(at, DoorLook.SOON, coming.span.start, None, following)
        return DoorMoment(at, DoorLook.FREE, until, None, following, until - at > HALF_HOUR)

    def _free_again(self, reached: datetime) -> datetime:
        """Walk along uses that touch each other."""
        for claim in self.claims:
            if claim.plan.start <= reached:
                reached = max(reached, claim.plan.end)
        return reached


MOST = 3
"""How many bookings to come a door names."""
