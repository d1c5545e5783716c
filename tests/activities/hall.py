"""A park with a hall of thirty seats and three enterprises, and the hands that do things there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from booking.activities.arrive import arrive
from booking.activities.models import ActivityKind, Audience, SignUp
from booking.activities.plan_activity import ActivityPlan, plan_activity
from booking.activities.publish import call_off, publish
from booking.activities.sign_up import Attendee, attendee_by_name, leave, sign_up
from booking.audit.actions import Actor
from booking.mail.outbox import LetterText
from booking.people.models import Role, Size
from booking.spaces.models import Kind
from booking.values import Span
from tests.harness.times import SHANGHAI

FRIDAY = datetime(2026, 11, 6, 14, 0, tzinfo=SHANGHAI)
"""When activities of these tests begin: 77 hours after the tests do."""


def letter(*_facts: object) -> LetterText:
    return LetterText("活动", "活动")


def people_of(session: Any, activity_id: int) -> Any:
    """List who signed up and did not leave, in the order in which they did."""
    there = (SignUp.activity_id == activity_id, SignUp.left_at.is_(None))
    return session.scalars(select(SignUp).where(*there).order_by(SignUp.id)).all()


@dataclass
class Hall:
    """The park and its people; each hand commits as a view does."""

    world: Any
    session: Any
    now: datetime

    def __post_init__(self) -> None:
        self.park = self.world.park()
        self.area = self.world.area(self.park)
        self.world.rule(self.park, Kind.HALL, horizon_days=200)
        self.space = self.world.space(self.area, Kind.HALL, name="会客厅", capacity=30)
        self.branch = self.world.member(self.park, Role.BRANCH)
        sizes = (Size.MICRO, Size.SMALL, Size.LARGE)
        self.enterprises = [self.world.enterprise(self.park, size=size) for size in sizes]
        self.managers = [self.world.member(one, Role.MANAGER, password_hash="x") for one in self.enterprises]
        self.by = Actor(self.branch.name, self.branch.id, self.park.id)
        self.tokens = (f"token-{number}" for number in count(1))

    def plan(self, **facts: Any) -> ActivityPlan:
        start = facts.pop("start", FRIDAY)
        filled = {
            "kind": ActivityKind.SALON,
            "title": "年末沙龙",
            "words": "",
            "audience": Audience.ALL,
            "places": 2,
            "space": self.space,
            "span": Span(start, start + timedelta(hours=2)),
        }
        return ActivityPlan(**(filled | facts))

    def draft(self, **facts: Any) -> Any:
        made = plan_activity(
            self.session, self.plan(**facts), code=next(self.tokens), by=self.by, now=self.now
        )
        self.session.commit()
        return made

    def published(self, **facts: Any) -> Any:
        return self.publish(self.draft(**facts))

    def publish(self, activity: Any, reason: str = "", now: datetime | None = None) -> Any:
        publish(self.session, activity.id, reason, letter=letter, by=self.by, now=now or self.now)
        self.session.commit()
        return activity

    def who(self, activity: Any, name: str, firm: str = "邻园企业", email: str | None = None) -> Attendee:
        return attendee_by_name(self.session, activity, name, firm, email)

    def join(self, activity: Any, who: Any, now: datetime | None = None) -> Any:
        who = self.who(activity, who) if isinstance(who, str) else who
        made = sign_up(self.session, activity.id, who, token=next(self.tokens), now=now or self.now)
        self.session.commit()
        return made

    def leave(self, made: Any, now: datetime | None = None) -> Any:
        leave(self.session, made.id, letter=letter, now=now or self.now)
        self.session.commit()
        return made

    def arrive(self, activity: Any, who: Any, now: datetime = FRIDAY) -> Any:
        who = self.who(activity, who) if isinstance(who, str) else who
        door = activity.space.scan_code
        made = arrive(self.session, activity.id, who, door=door, token=next(self.tokens), now=now)
        self.session.commit()
        return made

    def call_off(self, activity: Any, reason: str = "讲师生病", now: datetime | None = None) -> Any:
        call_off(self.session, activity.id, reason, letter=letter, by=self.by, now=now or self.now)
        self.session.commit()
        return activity
