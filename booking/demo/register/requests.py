"""What the demo's member asked the park for: a hall, in whose place the park just proposed another time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from booking.charges.pricing import quote
from booking.demo.demand import DEMO_SEAT
from booking.demo.diary import Diary
from booking.demo.tenants import Household
from booking.reservations.alternatives import Asker, alternatives
from booking.reservations.approval.proposals import propose
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.reserve import reserve
from booking.reservations.rules import local_instant
from booking.spaces.models import Kind, Space
from booking.values.money import Money
from booking.values.month import local_day
from booking.values.refusal import Refusal
from booking.values.span import Span

HOURS_AGO, JUST_NOW = timedelta(hours=5), timedelta(minutes=2)
FIRST_DAY, LAST_DAY = 4, 12
TWO, FOUR = 14 * 60, 16 * 60
PEOPLE, PURPOSE = 20, "客户沙龙"
WORDS = "这个下午要布置展览，换一天更从容。"


def plan_requests(
    diary: Diary, households: Sequence[Household], spaces: Sequence[Space], now: datetime
) -> None:
    """Let them ask in the afternoon of a coming day, and the park propose another time."""
    ours, halls = households[0], [one for one in spaces if one.kind is Kind.HALL]
    asked: list[Reservation] = []

    def ask(at: datetime) -> None:
        for hall, span in _wanted(diary, halls, at):
            with suppress(Refusal), diary.session.begin_nested():
                asked.append(_ask(diary, ours, hall, span, at))
                return

    def answer(at: datetime) -> None:
        for one in asked:
            if one.state is ReservationState.REQUESTED:
                _propose(diary, ours, one, at)

    diary.at(now - HOURS_AGO, ask)
    diary.at(now - JUST_NOW, answer)


def _wanted(diary: Diary, halls: Sequence[Space], at: datetime) -> Iterator[tuple[Space, Span]]:
    zone = diary.park.zone
    today = local_day(at, zone)
    for number in range(FIRST_DAY, LAST_DAY):
        day = today + timedelta(days=number)
        span = Span(local_instant(day, TWO, zone), local_instant(day, FOUR, zone))
        yield from ((hall, span) for hall in halls)


def _ask(diary: Diary, ours: Household, hall: Space, span: Span, at: datetime) -> Reservation:
    by, price = ours.actor(ours.members[DEMO_SEAT]), _price(diary, ours, hall, span)
    return reserve(diary.session, hall, span, quote=price, by=by, now=at, people=PEOPLE, purpose=PURPOSE)


def _propose(diary: Diary, ours: Household, asked: Reservation, at: datetime) -> None:
    span, session = Span(asked.starts_at, asked.ends_at), diary.session
    found = alternatives(session, diary.park, asked.space, span, at, Asker(asked.people)).times
    for other in [one for one in found if one != span][:1]:
        price = _price(diary, ours, asked.space, other)
        propose(session, asked.id, asked.space, other, WORDS, quote=price, by=diary.admin, now=at)


def _price(diary: Diary, ours: Household, space: Space, span: Span) -> Money:
    return quote(diary.session, diary.park, ours.enterprise, space, span).total
