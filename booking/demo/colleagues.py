"""Somebody the demo's enterprise has invited, who has not come in yet."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from booking.demo.diary import Diary
from booking.demo.tenants import Household
from booking.letters import accounts
from booking.people.invitations import invite
from booking.people.models import Role
from booking.people.tickets import NewTicket

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
    invite(
        diary.session,
        household.enterprise,
        email=EMAIL,
        name=NAME,
        role=Role.MEMBER,
        ticket=ticket,
        by=by,
        now=now,
    )
