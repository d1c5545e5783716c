"""What a door says, from which moment on: told ahead, so that it goes on without a network."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from booking.values import Span


class DoorLook(StrEnum):
    """What a door looks like."""

    FREE = "free"
    EXPECTED = "expected"  # booked, and nobody has checked in yet
    BUSY = "busy"
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


class DoorDay(NamedTuple):
    """What a door is told: claims in order of time, when it is open, and whether somebody stays over."""

    claims: Sequence[DoorClaim]
    opened: Sequence[Span]
    early: timedelta  # so long before its start a booking may be checked in
    grace: timedelta  # so long after it the booking is kept
    stays_over: bool = False

    def moments(self, now: datetime, end: datetime) -> list[DoorMoment]:
        """Tell what holds from now on until `end`, one moment for each change."""
        told: list[DoorMoment] = []
        for at in sorted({now, *(one for one in self._changes() if now < one < end)}):
            moment = self._at(at, over=self.stays_over and at == now)
            if not told or moment[1:] != told[-1][1:]:
                told.append(moment)
        return told

    def _changes(self) -> Iterator[datetime]:
        for claim in self.claims:
            yield from (claim.span.start, claim.span.end)
            if claim.expected:
                yield from (claim.span.start - self.early, claim.span.start + self.grace)
        for span in self.opened:
            yield from (span.start, span.end)

    def _at(self, at: datetime, *, over: bool) -> DoorMoment:
        following = tuple(one.plan for one in self.claims if one.span.start > at and not one.closed)[:MOST]
        claim = next((one for one in self.claims if one.span.start <= at < one.span.end), None)
        if claim is not None and claim.expected and at < claim.span.start + self.grace:
            return DoorMoment(at, DoorLook.EXPECTED, claim.span.start + self.grace, claim.plan, following)
        if claim is not None:
            look = DoorLook.CLOSED if claim.closed else DoorLook.BUSY
            return DoorMoment(at, look, self._free_again(claim.span.end), None, following)
        if over:
            return DoorMoment(at, DoorLook.BUSY, None, None, following)
        return self._while_nobody_has_it(at, following)

    def _while_nobody_has_it(self, at: datetime, following: tuple[Span, ...]) -> DoorMoment:
        opened = next((span for span in self.opened if span.start <= at < span.end), None)
        if opened is None:
            opens = min((span.start for span in self.opened if span.start > at), default=None)
            return DoorMoment(at, DoorLook.CLOSED, opens, None, following)
        coming = next((one for one in self.claims if one.span.start > at), None)
        if coming is not None and coming.expected and coming.span.start - self.early <= at:
            return DoorMoment(
                at, DoorLook.EXPECTED, coming.span.start + self.grace, coming.plan, following[1:]
            )
        until = min(opened.end, coming.span.start) if coming else opened.end
        return DoorMoment(at, DoorLook.FREE, until, None, following)

    def _free_again(self, reached: datetime) -> datetime:
        """Walk along claims that touch each other."""
        for claim in self.claims:
            if claim.span.start <= reached:
                reached = max(reached, claim.span.end)
        return reached


MOST = 3
"""How many bookings to come a door names."""
