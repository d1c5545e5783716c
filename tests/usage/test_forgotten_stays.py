"""A forgotten stay has one end and one price, whoever brings it to its end and however late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from booking.charges.models import Charge
from booking.charges.pricing import running_costs
from booking.reservations.models import FAR_FUTURE, Occupancy
from booking.spaces.models import Kind
from booking.tariffs.models import Basis
from booking.usage.check_in import begin_lease, check_in, walk_in
from booking.usage.check_out import check_out, end_forgotten
from booking.usage.models import Ending
from booking.usage.rules import TooLate, forgotten_end
from booking.usage.stay_longer import change_end, hold_overstay, stay_longer
from booking.values import Money
from tests.harness.app import open_session
from tests.harness.stays import CHARGER, actor, at, reserved
from tests.harness.times import TUESDAY
from tests.harness.world import World

DAY = "2026-11-03"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class Room:
    """A room at 80 yuan an hour, who stays in it, a neighbour, and the front desk."""

    def __init__(self, session) -> None:
        self.world, self.session = World(session, TUESDAY), session
        world = self.world
        self.park = world.park()
        world.rule(self.park, opens_minute=0, closes_minute=24 * 60)
        world.tariff(self.park, bands=[])
        self.area = world.area(self.park)
        self.room, self.other = world.space(self.area), world.space(self.area)
        self.whole = world.space(self.area, parts=[self.room, self.other])
        self.member = world.member(world.enterprise(self.park))
        self.neighbour = world.member(world.enterprise(self.park))
        self.admin = world.member(self.park)

    def stay(self, start, end, space=None):
        row = reserved(self.session, space or self.room, self.member, start, end)
        stay = check_in(
            self.session, row.id, park=self.park, charger=CHARGER, by=actor(self.member), now=start
        )
        self.session.commit()
        return stay

    def walked_in(self, start, until):
        act = {"charger": CHARGER, "by": actor(self.member), "now": start}
        stay = walk_in(self.session, self.room, self.member, until, **act)
        self.session.commit()
        return stay

    def presses(self, stay, now, who=None):
        check_out(self.session, stay.id, charger=CHARGER, by=actor(who or self.member), now=now)

    def job(self, stay, now):
        if not end_forgotten(self.session, stay.id, charger=CHARGER, now=now):
            hold_overstay(self.session, stay.id, now=now)

    def next_guest(self, space, now):
        until = now + 15 * MINUTE
        walk_in(
            self.session, space, self.neighbour, until, charger=CHARGER, by=actor(self.neighbour), now=now
        )

    def comes(self, row, now):
        check_in(self.session, row.id, park=self.park, charger=CHARGER, by=actor(self.neighbour), now=now)

    def triggers(self, stay):
        """Every way in which a stay that was left open comes to its end, by name."""
        return {
            "who was there": lambda now: self.presses(stay, now),
            "the front desk": lambda now: self.presses(stay, now, self.admin),
            "the job": lambda now: self.job(stay, now),
            "the next guest": lambda now: self.next_guest(self.room, now),
            "who comes to both rooms": lambda now: self.next_guest(self.whole, now),
        }

    def outcome(self, stay, act):
        """Try one way and take it back; tell the end, what it cost, and what else is kept of it."""
        savepoint = self.session.begin_nested()
        act()
        self.session.flush()
        lines = self.session.query(Charge).filter_by(stay_id=stay.id, superseded_at=None)
        held = self.session.query(Occupancy).filter_by(reservation_id=stay.reservation_id)
        latest = max((row.ends_at for row in held), default=None) if stay.reservation_id else None
        found = (
            stay.ended_at,
            Money.total(line.amount for line in lines),
            tuple(sorted({line.month_key for line in lines})),
            stay.ending,
            stay.needs_review,
            latest,
        )
        savepoint.rollback()
        self.session.expire_all()
        return found


@pytest.fixture
def room(on_both_engines, app_on, standing_clock):
    with open_session(app_on(on_both_engines)) as session:
        yield Room(session)


def outcomes(room, stay, *instants):
    """Give the one outcome of every trigger at every instant, or all of them where they differ."""
    return {
        room.outcome(stay, lambda act=act, now=now: act(now))
        for now in instants
        for act in room.triggers(stay).values()
    }


def test_the_worked_figures(room):
    stay = room.stay(at(DAY, "15:00"), at(DAY, "16:00"))
    late = room.outcome(stay, lambda: room.presses(stay, at(DAY, "19:00")))
    job = room.outcome(stay, lambda: room.job(stay, at(DAY, "17:00")))
    over = room.outcome(stay, lambda: room.presses(stay, at(DAY, "16:40")))
    assert late == job
    assert late[:2] == (at(DAY, "16:00"), Money.yuan(80))
    assert late[3:5] == (Ending.FORGOTTEN, True)
    assert over[:2] == (at(DAY, "16:40"), Money.yuan(140))
    assert over[3:5] == (Ending.CHECKED_OUT, False)


@pytest.mark.parametrize("held_over", [False, True])
def test_who_brings_it_to_its_end_and_when_changes_nothing(room, held_over):
    stay = room.stay(at(DAY, "15:00"), at(DAY, "16:00"))
    if held_over:
        room.job(stay, at(DAY, "16:10"))
        room.session.commit()
    late = [at(DAY, "17:00"), at(DAY, "17:01"), at(DAY, "19:00"), at("2026-11-05", "09:00")]
    found = outcomes(room, stay, *late)
    assert found == {(at(DAY, "16:00"), Money.yuan(80), (202611,), Ending.FORGOTTEN, True, at(DAY, "16:00"))}


def test_a_minute_before_the_hour_it_is_an_overstay_still(room):
    stay = room.stay(at(DAY, "15:00"), at(DAY, "16:00"))
    now = at(DAY, "16:59")
    assert room.outcome(stay, lambda: room.job(stay, now))[0] is None
    assert room.outcome(stay, lambda: room.presses(stay, now))[:2] == (now, Money.yuan(160))


def test_from_the_moment_somebody_elses_time_begins_the_end_is_the_same_too(room):
    stay = room.stay(at(DAY, "15:00"), at(DAY, "16:00"))
    following = reserved(room.session, room.room, room.neighbour, at(DAY, "16:30"), at(DAY, "17:30"))
    came = room.outcome(stay, lambda: room.comes(following, at(DAY, "16:30")))
    ways = [room.triggers(stay)[who] for who in ("who was there", "the front desk", "the job")]
    ends = {
        room.outcome(stay, lambda way=way, now=now: way(now))
        for way in ways
        for now in (at(DAY, "16:30"), at(DAY, "16:40"), at(DAY, "17:00"), at(DAY, "19:00"))
    }
    assert ends == {came}
    assert came[:2] == (at(DAY, "16:00"), Money.yuan(80))


def test_it_ends_at_midnight_in_the_month_that_is_over(room):
    stay = room.stay(at("2026-10-31", "23:00"), at("2026-11-01"))
    found = outcomes(room, stay, at("2026-11-01", "01:00"), at("2026-11-03", "12:00"))
    assert {one[:3] for one in found} == {(at("2026-11-01"), Money.yuan(80), (202610,))}


def test_who_walked_in_meant_to_stay_until_the_time_said(room):
    stay = room.walked_in(at(DAY, "15:00"), at(DAY, "15:30"))
    room.job(stay, at(DAY, "15:40"))
    room.session.commit()
    found = outcomes(room, stay, at(DAY, "16:30"), at(DAY, "19:00"))
    assert {one[:2] for one in found} == {(at(DAY, "15:30"), Money.yuan(40))}


def test_both_rooms_together_are_left_at_one_end_too(room):
    stay = room.stay(at(DAY, "15:00"), at(DAY, "16:00"), room.whole)
    found = outcomes(room, stay, at(DAY, "17:00"), at(DAY, "19:00"))
    assert found == {(at(DAY, "16:00"), Money.yuan(80), (202611,), Ending.FORGOTTEN, True, at(DAY, "16:00"))}


def test_a_store_ends_with_its_last_day_whoever_gives_it_back(room):
    world = room.world
    world.rule(room.park, Kind.STORAGE)
    world.tariff(room.park, Kind.STORAGE, basis=Basis.DAY, rate=Money.yuan(8), bands=[])
    store = world.space(room.area, Kind.STORAGE)
    lease = reserved(room.session, store, room.member, at("2026-11-01"), at("2026-11-03"))
    stay = begin_lease(room.session, lease.id, now=at("2026-11-01"))
    room.session.commit()
    assert lease.ends_at < FAR_FUTURE
    ways = [lambda now: room.presses(stay, now), lambda now: room.job(stay, now)]
    days = (at("2026-11-03"), at("2026-11-06", "09:00"))
    found = {room.outcome(stay, lambda way=way, now=now: way(now)) for way in ways for now in days}
    assert {one[:2] + one[3:5] for one in found} == {
        (at("2026-11-03"), Money.yuan(16), Ending.LEASE_END, False)
    }


def test_what_is_forgotten_cannot_be_made_longer(room):
    stay = room.stay(at(DAY, "15:00"), at(DAY, "16:00"))
    late, until = at(DAY, "17:00"), at(DAY, "18:00")
    facts = {"quote": Money.yuan(240), "by": actor(room.member), "now": late}
    with pytest.raises(TooLate):
        stay_longer(room.session, stay.id, until, **facts)
    room.session.rollback()
    with pytest.raises(TooLate):
        change_end(room.session, stay.reservation_id, until, **facts)


def test_the_running_cost_says_what_pressing_it_will_cost(room):
    stay = room.stay(at(DAY, "15:00"), at(DAY, "16:00"))
    enterprise = room.member.enterprise
    shown = {
        clock: running_costs(room.session, room.park, enterprise, [stay], at(DAY, clock))[stay.id].total
        for clock in ("16:40", "17:00", "19:00")
    }
    assert shown == {"16:40": Money.yuan(140), "17:00": Money.yuan(80), "19:00": Money.yuan(80)}


@given(
    late=st.integers(60, 100_000),
    later=st.integers(60, 100_000),
    gap=st.one_of(st.none(), st.integers(-30, 300)),
)
def test_whenever_one_looks_after_an_hour_the_end_is_the_same(late, later, gap):
    planned = at(DAY, "16:00")
    following = None if gap is None else planned + gap * MINUTE
    ends = {
        forgotten_end(planned, planned + minutes * MINUTE, next_claim=following) for minutes in (late, later)
    }
    assert ends == {planned if following is None else min(planned, following)}
