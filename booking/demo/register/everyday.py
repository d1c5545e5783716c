"""What makes a day easier for the demo's people: stars, a habit, guests, a quota, a tablet at a door."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from booking.demo.demand import DEMO_SEAT, Fate, Wish
from booking.demo.diary import Diary
from booking.demo.tenants import Household
from booking.reservations.guests.invite import invite
from booking.reservations.guests.rules import AskedAlong, Visitor
from booking.reservations.habits.star import star
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.quotas.models import Quota
from booking.reservations.quotas.quotas import set_quota
from booking.reservations.quotas.rules import Per, QuotaPeriod
from booking.spaces.models import Kind, Space
from booking.usage.door.devices import add_device

DAY, WEEK, MINUTE = timedelta(days=1), timedelta(weeks=1), timedelta(minutes=1)
WEEKS = 5
USUAL, MINUTES = time(9, 30), 120
FRIDAY = 4
STARRED = ("B221", "A201")
DOOR = "B221"
MOST_MINUTES = 6 * 60
GUESTS = (
    Visitor("顾清", "gu@visitor.example", "南桥设计"),
    Visitor("Mira Holt", "holt@visitor.example", "Tide Labs"),
)


def plan_everyday(
    diary: Diary, households: Sequence[Household], spaces: Sequence[Space], now: datetime
) -> None:
    """Plan a habit of the weeks behind; and, just before now, what the pages show of the rest."""
    now = now.astimezone(diary.park.zone)
    ours = households[0]
    for week in range(1, WEEKS + 1):
        day = _next_weekday(now) - week * WEEK
        start = datetime.combine(day, USUAL, tzinfo=now.tzinfo)
        if day > ours.since:
            asked = start - 70 * 60 * MINUTE
            wish = Wish(
                ours, DEMO_SEAT, Kind.WORKSTATION, start, MINUTES, 1, asked, Fate.COMES, -3, -4, sure=True
            )
            diary.plan(wish)
    by_code = {space.code: space for space in spaces}

    def arrange(at: datetime) -> None:
        for code in STARRED:
            star(diary.session, by_code[code], by=ours.actor(ours.members[DEMO_SEAT]), now=at)
        facts = {"kind": Kind.MEETING_ROOM, "per": Per.PERSON, "period": QuotaPeriod.DAY}
        quota = Quota(
            park_id=diary.park.id, from_minute=0, until_minute=24 * 60, minutes=MOST_MINUTES, **facts
        )
        set_quota(diary.session, quota, by=diary.admin, now=at)
        key = f"{diary.random.getrandbits(96):024x}"
        add_device(diary.session, by_code[DOOR], "半日门口的平板", "zh", key, by=diary.admin, now=at)
        _expect_guests(diary, ours, at)

    diary.at(now - 2 * MINUTE, arrange)


def _next_weekday(now: datetime) -> date:
    """Give tomorrow, or the Monday after it: a desk is had on working days."""
    day = now.date() + DAY
    return day + (7 - day.weekday()) * DAY if day.weekday() > FRIDAY else day


def _expect_guests(diary: Diary, ours: Household, at: datetime) -> None:
    """Ask a colleague and two guests along to the next meeting that has seats for them."""
    host = ours.members[DEMO_SEAT]
    meeting = diary.session.scalar(
        select(Reservation)
        .join(Space, Space.id == Reservation.space_id)
        .where(Reservation.member_id == host.id, Reservation.state == ReservationState.BOOKED)
        .where(Reservation.starts_at > at, Space.kind == Kind.MEETING_ROOM, Space.capacity > len(GUESTS) + 1)
        .order_by(Reservation.starts_at)
        .limit(1)
    )
    if meeting is not None:
        along = AskedAlong(frozenset({ours.members[0].id}), GUESTS)
        invite(diary.session, meeting.id, along, by=ours.actor(host), now=at)
