"""What makes a day easier for the demo's people, and what they still wait for.

Stars, a habit, guests, a quota, a tablet at a door; two firms ask for a longer day, and one has got it; of the
story's colleagues one is invited and has not come in yet, one may book up to a sum, and asks for more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select

from booking.audit.actions import BookingRights
from booking.charges.pricing import quote
from booking.demo.demand import DEMO_SEAT, Fate, Wish
from booking.demo.diary import Diary
from booking.demo.tenants import Household
from booking.letters import accounts
from booking.letters.branch import need_answered
from booking.needs.models import Need
from booking.needs.raise_need import NeedAsker, SaidNeed, raise_need
from booking.needs.rules import NeedKind
from booking.needs.steps import answer_need
from booking.people.accounts import invite_colleague, set_rights
from booking.people.models import Role
from booking.people.tickets import NewTicket
from booking.reservations.guests.invite import invite
from booking.reservations.guests.rules import AskedAlong, Visitor
from booking.reservations.habits.habits import star
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.quotas.models import Quota
from booking.reservations.quotas.rules import Per, QuotaPeriod
from booking.reservations.quotas.set_quota import set_quota
from booking.reservations.reserve import reserve
from booking.spaces.extended.extended_hours import grant_hours
from booking.spaces.extended.read_hours import read_hours
from booking.spaces.models import Kind, Space
from booking.spaces.rules import ExtendedDay
from booking.usage.door.devices import add_device
from booking.values import Money, Refusal, Span, local_day

DAY, WEEK, MINUTE = timedelta(days=1), timedelta(weeks=1), timedelta(minutes=1)
WEEKS = 5
USUAL, MINUTES = time(9, 30), 120
STARRED = ("B221", "A201")
DOOR = "B221"
MOST_MINUTES = 6 * 60


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


FRIDAY = 4


def _next_weekday(now: datetime) -> date:
    """Give tomorrow, or the Monday after it: a desk is had on working days."""
    day = now.date() + DAY
    return day + (7 - day.weekday()) * DAY if day.weekday() > FRIDAY else day


GUESTS = (
    Visitor("顾清", "gu@visitor.example", "南桥设计"),
    Visitor("Mira Holt", "holt@visitor.example", "Tide Labs"),
)


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


GRANTED = "下周四路演厅开到22点，客户代表晚上才到，还有一场演示。"
OPEN = "下周五会议室能不能开到23点？要和海外的同事连线评审。"
ANSWER = "同意：路演厅那天开到 22:00。现在就可以预订。"


def plan_longer_hours(
    diary: Diary, households: Sequence[Household], spaces: Mapping[str, Space], now: datetime
) -> None:
    """Let the first be said three days ago and granted the day after, the second be said yesterday."""
    hall, room = spaces["A102"], spaces["A307"]

    def ask(of: Household, words: str, space: Space, at: datetime) -> Need:
        member = of.members[-1]
        said = SaidNeed(NeedKind.WISH, words, space, enterprise=of.enterprise)
        by = of.actor(member)
        return raise_need(diary.session, diary.park, NeedAsker(member), said, by=by, now=at).need

    def ask_for_the_hall(at: datetime) -> None:
        need = ask(households[2], GRANTED, hall, at)
        diary.at(at + timedelta(hours=23), lambda then: grant(need, then))

    def grant(need: Need, at: datetime) -> None:
        read = read_hours(need.words, local_day(need.raised_at, diary.park.zone))
        if read.day is not None:
            day = ExtendedDay(read.day, read.opens, read.closes)
            grant_hours(
                diary.session, diary.park, hall, day, need.words, by=diary.admin, now=at, need_id=need.id
            )
            answer_need(diary.session, need.id, ANSWER, need_answered, by=diary.admin, now=at)

    today = datetime.combine(local_day(now, diary.park.zone), time(10, 20), tzinfo=diary.park.zone)
    first, second = today - timedelta(days=3), today - timedelta(days=1)
    if households[2].since < first.date():
        diary.at(first, ask_for_the_hall)
    if households[4].since < second.date():
        diary.at(second, lambda at: ask(households[4], OPEN, room, at))


DAYS_AGO = 2
NAME, EMAIL = "沈禾", "shen@e01.demo.example"


def plan_invitation(diary: Diary, households: Sequence[Household], now: datetime) -> None:
    """Let the story's manager invite a colleague: pending in the list, and a letter whose link is masked."""
    when = (now - timedelta(days=DAYS_AGO)).replace(hour=10, minute=20, second=0, microsecond=0)
    household = next(one for one in households if one.is_story)
    diary.at(when, partial(_invite, diary, household))


def _invite(diary: Diary, household: Household, now: datetime) -> None:
    by = diary.manager(household)
    ticket = NewTicket(partial(accounts.invitation, inviter=by.name), asked_by_id=by.member_id)
    invite_colleague(
        diary.session,
        household.enterprise,
        email=EMAIL,
        name=NAME,
        role=Role.MEMBER,
        ticket=ticket,
        by=by,
        now=now,
    )


SEAT, MOST = 2, BookingRights(frozenset({Kind.HALL.value}), Money.yuan(200))
ASKED_AGO = timedelta(minutes=95)
DAYS_AHEAD, LONG = 12, timedelta(hours=5)
BEGINS = (time(13), time(9))
REVIEW = "产品评审"


def plan_rights(
    diary: Diary, households: Sequence[Household], spaces: Sequence[Space], now: datetime
) -> None:
    """Let one of the story's people have a limit, and ask for more: it waits on the manager's today."""
    household = next(one for one in households if one.is_story)
    rooms = [one for one in spaces if one.kind is Kind.MEETING_ROOM]
    diary.at(now - timedelta(days=DAYS_AGO), partial(_limit, diary, household))
    diary.at(now - ASKED_AGO, partial(_ask_above, diary, household, rooms))


def _limit(diary: Diary, household: Household, now: datetime) -> None:
    set_rights(diary.session, household.members[SEAT], MOST, by=diary.manager(household), now=now)


def _ask_above(diary: Diary, household: Household, rooms: Sequence[Space], now: datetime) -> None:
    """Ask for the first long afternoon, or morning, that is free and costs more than may be booked alone."""
    member = household.members[SEAT]
    by = replace(household.actor(member), rights=member.rights)
    for span in _long_times(diary, now):
        for room in rooms:
            price = quote(diary.session, diary.park, household.enterprise, room, span).total
            if MOST.up_to is None or price <= MOST.up_to:
                continue
            try:
                with diary.session.begin_nested():
                    reserve(diary.session, room, span, quote=price, by=by, now=now, people=4, purpose=REVIEW)
            except Refusal:
                continue
            return


def _long_times(diary: Diary, now: datetime) -> Iterator[Span]:
    today = now.astimezone(diary.park.zone).date()
    for ahead in range(1, DAYS_AHEAD):
        for begin in BEGINS:
            start = datetime.combine(today + timedelta(days=ahead), begin, tzinfo=diary.park.zone)
            yield Span(start, start + LONG)
