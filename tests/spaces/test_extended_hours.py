"""A day that is open for longer: granted, taken back, booked, walked into, priced and measured."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from booking.activities.plan_activity import activities_then
from booking.audit.actions import Actor
from booking.audit.models import AuditEntry
from booking.charges.pricing import quote
from booking.people.models import Role
from booking.reservations.alternatives import alternatives, free_and_allowed
from booking.reservations.refusals import OutsideOpeningHours
from booking.reservations.reserve import reserve
from booking.reservations.set_end import free_ends, set_end
from booking.reservations.space_queries import SpaceFilter
from booking.reservations.upcoming import booked_then
from booking.spaces.extended.extended_hours import extended_hours_of, grant_hours, take_back_hours
from booking.spaces.extended.rules import (
    ExtendedBefore,
    ExtendedInPast,
    HoursBooked,
    HoursOver,
    NothingLonger,
)
from booking.spaces.models import ExtendedHours, Kind, Space
from booking.spaces.queries import rule_for, rules_for
from booking.spaces.rules import ExtendedDay, Hours
from booking.tariffs.queries import bands_in_force
from booking.usage.check_in import walk_in
from booking.usage.door.at_the_door import at_the_door
from booking.usage.measuring.measure_days import measure_days
from booking.usage.models import OpenStretch, UsedStretch
from booking.values import Money, ReasonMissing, Span
from tests.harness.app import open_session, statements_of
from tests.harness.stays import CHARGER, used
from tests.harness.times import SHANGHAI, TUESDAY
from tests.harness.world import World

THURSDAY = date(2026, 11, 5)
THEN = {"booked_then": booked_then, "activities_then": activities_then}
TILL_23 = ExtendedDay(THURSDAY, None, 23 * 60)


def at(hour, minute=0, day=5):
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


class Late:
    """A park open 08:00-22:00 with two rooms, both together, a store, and an enterprise."""

    def __init__(self, session):
        self.session, world = session, World(session, TUESDAY)
        self.world, self.park = world, world.park()
        self.area = world.area(self.park)
        self.room, self.other = (world.space(self.area, code=code) for code in ("M1", "M2"))
        self.both = world.space(self.area, code="M1+M2", parts=[self.room, self.other])
        self.store = world.space(self.area, Kind.STORAGE, code="S1")
        world.tariff(self.park)
        self.admin = world.member(self.park)
        self.member = world.member(world.enterprise(self.park), Role.MEMBER)
        self.by = Actor("安澜", self.admin.id, self.park.id)
        self.tenant = Actor("林一", self.member.id, self.park.id, self.member.enterprise_id)

    def grant(self, asked=TILL_23, space=None, reason="赶标书", now=TUESDAY, **more):
        made = grant_hours(self.session, self.park, space, asked, reason, by=self.by, now=now, **more)
        self.session.commit()
        return made

    def take_back(self, granted, reason="不用了", now=TUESDAY):
        done = take_back_hours(self.session, granted.id, reason, **THEN, by=self.by, now=now)
        self.session.commit()
        return done

    def reserve(self, start, end, space=None):
        return reserve(
            self.session, space or self.room, Span(start, end),
            quote=Money.zero(), by=self.tenant, now=TUESDAY,
        )  # fmt: skip


@pytest.fixture
def late(on_both_engines, app_on):
    app = app_on(on_both_engines)
    with open_session(app) as session:
        found = Late(session)
        found.statements = lambda act: statements_of(app, act)
        yield found


def test_a_day_is_granted_once_with_its_facts_and_its_trail(late):
    granted = late.grant()
    assert (granted.granted_by_id, granted.granted_at, granted.need_id) == (late.admin.id, TUESDAY, None)
    assert list(extended_hours_of(late.session, late.park.id, THURSDAY, past=False, limit=9)) == [granted]
    with pytest.raises(ExtendedBefore) as again:
        late.grant(ExtendedDay(THURSDAY, None, 24 * 60))
    assert (again.value.opens, again.value.closes) == (None, 23 * 60)
    for wrong, refusal in [
        ({"reason": " "}, ReasonMissing),
        ({"reason": "\u200b\u3164"}, ReasonMissing),  # nobody could see anything of it
        ({"asked": ExtendedDay(date(2026, 11, 2), None, 1380)}, ExtendedInPast),
        ({"space": late.room}, NothingLonger),  # the park's day holds for the room
        ({"space": late.store, "asked": ExtendedDay(date(2026, 11, 6), None, 1380)}, NothingLonger),
    ]:
        with pytest.raises(refusal):
            late.grant(**wrong)
    late.grant(ExtendedDay(THURSDAY, None, 24 * 60), space=late.room)  # longer still, in one room
    assert rule_for(late.session, late.room, since=THURSDAY).widest_on([THURSDAY]) == Hours(480, 1440)
    assert rule_for(late.session, late.store, since=THURSDAY).extended == ()
    trail = late.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert trail == ["hours.extended", "hours.extended"]


def test_taking_back_is_written_beside_the_grant_and_the_day_may_be_granted_anew(late):
    granted = late.grant()
    with pytest.raises(ReasonMissing):
        late.take_back(granted, reason="\u2800")
    late.session.rollback()
    for _ in range(2):
        assert late.take_back(granted).taken_back_reason == "不用了"
    assert (granted.closes_minute, granted.taken_back_by_id) == (23 * 60, late.admin.id)
    assert rules_for(late.session, late.park.id, since=THURSDAY).kind(Kind.HALL).extended == ()
    with pytest.raises(OutsideOpeningHours):
        late.reserve(at(22), at(23))
    late.session.rollback()
    assert late.grant().id != granted.id
    trail = late.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert trail == ["hours.extended", "hours.taken_back", "hours.extended"]


def test_hours_that_somebody_counts_on_are_not_taken_back(late):
    granted = late.grant()
    late.reserve(at(20), at(22))  # in the usual hours: in nobody's way
    late.reserve(at(21), at(22, 30), late.other)
    late.reserve(at(22), at(23))
    late.session.commit()
    with pytest.raises(HoursBooked) as refused:
        late.take_back(granted)
    assert refused.value.count == 2
    late.session.rollback()
    assert late.session.get(ExtendedHours, granted.id).taken_back_at is None


def test_hours_that_have_begun_are_not_taken_back(late):
    granted = late.grant()
    with pytest.raises(HoursOver):
        late.take_back(granted, now=at(22))
    late.session.rollback()
    late.take_back(granted, now=at(21, 59))


def test_a_booking_is_taken_exactly_within_the_hours_and_is_offered_there(late):
    late.grant()
    with pytest.raises(OutsideOpeningHours) as refused:
        late.reserve(at(22), at(23, 15))
    assert (refused.value.opens, refused.value.closes) == (480, 1380)
    with pytest.raises(OutsideOpeningHours):
        late.reserve(at(22, day=6), at(23, day=6))  # the day after is as by rule
    made = late.reserve(at(21), at(22), late.both)
    late.session.commit()
    assert max(free_ends(late.session, made, TUESDAY).ends) == at(23)
    set_end(late.session, made.id, at(23), quote=Money.zero(), by=late.tenant, now=TUESDAY)
    late.session.commit()
    span = Span(at(22), at(23))
    found = free_and_allowed(late.session, late.park, Kind.MEETING_ROOM, span, TUESDAY, SpaceFilter(1))
    assert found == []  # both rooms are parts of what is taken
    instead = alternatives(late.session, late.park, late.room, Span(at(21, 30), at(22, 30)), TUESDAY)
    assert instead.times[0] == Span(at(20), at(21))
    late.grant(ExtendedDay(date(2026, 11, 6), None, 23 * 60), space=late.other)
    span = Span(at(22, day=6), at(23, day=6))
    found = free_and_allowed(late.session, late.park, Kind.MEETING_ROOM, span, TUESDAY, SpaceFilter(1))
    assert [row.id for row in found] == [late.other.id]


def test_who_walks_in_may_stay_until_it_closes_then(late):
    late.grant()
    assert at_the_door(late.session, late.park, late.room, None, at(22, 10)).latest == at(23)
    stay = walk_in(
        late.session, late.room, late.member, at(22, 40), charger=CHARGER, by=late.tenant, now=at(22, 10)
    )
    assert stay.held_until == at(22, 40)
    with pytest.raises(HoursOver):
        late.take_back(late.session.scalars(select(ExtendedHours)).one(), now=at(22, 20))
    late.session.rollback()
    tomorrow = at_the_door(late.session, late.park, late.room, None, at(22, 10, day=6))
    assert isinstance(tomorrow.closed, OutsideOpeningHours)


def test_extended_hours_are_priced_by_the_clock_as_the_tariff_says(late):
    """Off-peak 0.6 ends at 22:00: 21:00-22:00 is 48.00, and the hour after, in no band, is 80.00."""
    late.grant()
    found = quote(late.session, late.park, late.member.enterprise, late.room, Span(at(21), at(23)))
    assert found.total == Money.yuan(128)


def test_extended_hours_are_open_minutes_and_their_use_counts_as_extended(late):
    """Thursday by rule 840 minutes a room; till 23 in the park, till 24 in both together: 960, 120 beyond."""
    late.grant()
    late.grant(ExtendedDay(THURSDAY, None, 24 * 60), space=late.both)
    used(late.session, late.both, late.member, at(21), at(23, 30))
    late.session.commit()
    while measure_days(late.session, late.park.id, bands_in_force, now=at(9, day=7)):
        late.session.commit()
    opened = late.session.execute(
        select(OpenStretch.first_minute, OpenStretch.last_minute, OpenStretch.beyond)
        .where(OpenStretch.space_id == late.room.id, OpenStretch.day == THURSDAY)
        .order_by(OpenStretch.first_minute)
    ).all()
    assert [tuple(row) for row in opened] == [(480, 1320, False), (1320, 1440, True)]
    pieces = late.session.execute(
        select(UsedStretch.first_minute, UsedStretch.last_minute, UsedStretch.band)
        .where(UsedStretch.space_id == late.room.id)
        .order_by(UsedStretch.first_minute)
    ).all()
    assert [tuple(row) for row in pieces] == [(1260, 1320, "off_peak"), (1320, 1410, "extended")]


AGAIN = (
    "INSERT INTO extended_hours"
    " (park_id, day, opens_minute, closes_minute, reason, granted_at, taken_back_reason)"
)
FORBIDDEN = (
    "UPDATE extended_hours SET closes_minute = 1400",
    "UPDATE extended_hours SET reason = 'anders'",
    "DELETE FROM extended_hours",
    "UPDATE extended_hours SET taken_back_at = granted_at",
    f"{AGAIN} SELECT park_id, day, NULL, 1440, reason, granted_at, '' FROM extended_hours",
    f"{AGAIN} SELECT park_id, '2026-11-06', NULL, NULL, reason, granted_at, '' FROM extended_hours",
    f"{AGAIN} SELECT park_id, '2026-11-06', 1320, 60, reason, granted_at, '' FROM extended_hours",
    f"{AGAIN} SELECT park_id, '2026-11-06', NULL, 1441, reason, granted_at, '' FROM extended_hours",
)


def test_the_database_keeps_what_was_granted(late):
    granted = late.grant()
    for change in FORBIDDEN:
        with pytest.raises(IntegrityError):
            late.session.execute(text(change))
        late.session.rollback()
    late.take_back(granted)
    with pytest.raises(IntegrityError):
        late.session.execute(text("UPDATE extended_hours SET taken_back_reason = 'anders'"))


def test_rules_come_in_one_statement_however_many_days_are_longer(late):
    for number in range(9):
        late.grant(ExtendedDay(THURSDAY + timedelta(days=number), None, 23 * 60))
        late.grant(ExtendedDay(THURSDAY + timedelta(days=number), None, 24 * 60), space=late.room)
    late.session.refresh(late.park)
    late.session.refresh(late.room)
    with_the_edition = 1 + 2  # looked at before and after
    assert late.statements(lambda: rule_for(late.session, late.room, since=THURSDAY)) <= with_the_edition
    assert late.statements(lambda: rules_for(late.session, late.park.id, since=THURSDAY)) <= with_the_edition


@pytest.mark.parametrize(("first", "refusal"), [("books", HoursBooked), ("takes_back", OutsideOpeningHours)])
def test_of_two_at_once_who_books_and_who_takes_back_the_second_is_told(
    app_on, postgres_database, first, refusal
):
    app = app_on(postgres_database)
    with open_session(app) as session:
        late = Late(session)
        numbers = late.grant().id, late.room.id
    acts = {"books": partial(books, *numbers), "takes_back": partial(takes_back, *numbers)}
    second = next(act for name, act in acts.items() if name != first)

    def follow():
        with open_session(app) as other:
            second(other, late)
            other.commit()

    with open_session(app) as session, ThreadPoolExecutor(1) as runner:
        acts[first](session, late)
        waiting = runner.submit(follow)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.5)
        session.commit()
        with pytest.raises(refusal):
            waiting.result(timeout=30)


def books(extended_id, space_id, session, late):
    del extended_id
    space = session.get_one(Space, space_id)
    reserve(session, space, Span(at(22), at(23)), quote=Money.zero(), by=late.tenant, now=TUESDAY)


def takes_back(extended_id, space_id, session, late):
    del space_id
    take_back_hours(session, extended_id, "不用了", **THEN, by=late.by, now=TUESDAY)
