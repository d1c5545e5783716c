"""A park with people who ask and people who answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from tests.harness.times import SHANGHAI

FRIDAY_AT_FOUR = datetime(2026, 10, 9, 16, tzinfo=SHANGHAI)


def at(month, day, hour=9, minute=0, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def told(what, *rest):
    """Write a letter that tells what was answered or decided."""
    from booking.mail.outbox import LetterText

    return LetterText("诉求", getattr(what, "answer", None) or what.what)


def told_done(decision, *rest):
    """Write a letter that tells what is done."""
    from booking.mail.outbox import LetterText

    return LetterText("办结", decision.what)


@dataclass
class Round:
    """A park, its own people, an enterprise with a member, and verbs with what does not matter filled in."""

    session: Any
    world: Any

    def __post_init__(self):
        from booking.people.models import Role

        world = self.world
        self.park = world.park()
        self.admin = world.member(self.park, Role.ADMIN, name="安澜", password_hash="x")
        self.branch = world.member(self.park, Role.BRANCH, name="向晨", password_hash="x")
        self.enterprise = world.enterprise(self.park, short_name="栎芽")
        self.member = world.member(self.enterprise, Role.MEMBER, name="林一", password_hash="x")
        self.manager = world.member(self.enterprise, Role.MANAGER, name="周可", password_hash="x")
        self.area = world.area(self.park)
        self.space = world.space(self.area)

    def by(self, member):
        from booking.audit.actions import Actor

        return Actor(member.name, member.id, member.park_id, member.enterprise_id)

    def said(self, words="投影打不开", kind=None, *, by=None, now=FRIDAY_AT_FOUR, token="", **facts):
        from booking.needs.raise_need import NeedAsker, SaidNeed, raise_need
        from booking.needs.rules import NeedKind

        member = by or self.member
        asker = member if isinstance(member, NeedAsker) else NeedAsker(member)
        facts.setdefault("enterprise", asker.member.enterprise if asker.member else None)
        said = SaidNeed(kind or NeedKind.FAULT, words, **facts)
        from booking.audit.actions import Actor

        actor = self.by(asker.member) if asker.member else Actor(asker.name, park_id=self.park.id)
        return raise_need(
            self.session,
            self.park,
            asker,
            said,
            by=actor,
            now=now,
            token_of=(lambda _need: token) if token else None,
        )

    def need(self, *args, **kwargs):
        return self.said(*args, **kwargs).need

    def answer(self, need, words="明早来修", *, now=None, by=None):
        from booking.needs.steps import answer_need

        when = now or FRIDAY_AT_FOUR
        return answer_need(self.session, need.id, words, told, by=self.by(by or self.admin), now=when)

    def matter(self, *needs, title="会议室下午订不到", now=FRIDAY_AT_FOUR):
        from booking.needs.matters import open_matter

        ids = [need.id for need in needs]
        return open_matter(self.session, self.park.id, title, ids, by=self.by(self.branch), now=now)

    def decide(self, matter, month, what="周三全天开放合并间", *, by_when=None, now):
        from booking.needs.matters import Decided, decide_matter

        terms = Decided(what, "安澜", by_when or at(11, 20).date())
        return decide_matter(self.session, matter.id, month, terms, told, by=self.by(self.branch), now=now)

    def settle(self, matter, outcome, *, now, note=""):
        from booking.needs.matters import settle_matter
        from booking.needs.models import DecisionOutcome

        return settle_matter(
            self.session,
            matter.id,
            DecisionOutcome(outcome),
            told_done,
            by=self.by(self.branch),
            now=now,
            note=note,
        )


@pytest.fixture
def house(app, session, world):
    return Round(session, world)


@pytest.fixture
def on_each(on_both_engines, app_on):
    """Give the house on each engine in turn."""
    from tests.harness.app import open_session
    from tests.harness.times import TUESDAY
    from tests.harness.world import World

    app = app_on(on_both_engines)
    with open_session(app) as session:
        yield Round(session, World(session, TUESDAY))
