"""The story's colleagues: one invited who has not come in yet, one who may book up to a sum, and asks for more."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial

from booking.audit.actor import BookingRights
from booking.charges.pricing import quote
from booking.demo.diary import Diary
from booking.demo.tenants import Household
from booking.letters import accounts
from booking.people.accounts import set_rights
from booking.people.invitations import invite_colleague
from booking.people.models import Role
from booking.people.tickets import NewTicket
from booking.reservations.reserve import reserve
from booking.spaces.models import Kind, Space
from booking.values.money import Money
from booking.values.refusal import Refusal
from booking.values.span import Span

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
