"""What was used of what was open: by hand on both engines, and equal to a slow count from the stays."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from booking.audit.models import AuditEntry
from booking.parks.models import CalendarDay
from booking.reservations.closures import close_space, lift_closure
from booking.spaces.models import Kind
from booking.tariffs.queries import bands_in_force
from booking.usage.check_out import begin, finish
from booking.usage.correct_stay import correct_stay
from booking.usage.measuring.measure_days import measure_days, parks_to_measure
from booking.usage.models import Ending, Stay
from booking.usage.utilisation import utilisation_of_month, utilisation_of_months
from booking.values import Month, Span
from tests.harness.times import SHANGHAI

ZONE = SHANGHAI


class Yard:
    """A park whose days are measured: a room, its neighbour, and both together."""

    def __init__(self, place):
        self.place, self.session, self.world, self.park = place, place.session, place.world, place.park
        self.world.tariff(self.park)  # off-peak from 18:00
        self.room = place.room
        self.other = self.world.space(place.area, name="竹韵", code="M2")
        self.both = self.world.space(place.area, name="合并", code="M1+M2", parts=[self.room, self.other])
        self.month = Month(2026, 11, ZONE)

    def at(self, hour, minute=0, *, day=2):
        return self.place.now.astimezone(ZONE).replace(day=day, hour=0, minute=0) + timedelta(
            hours=hour, minutes=minute
        )

    def stay(self, start, end, space=None):
        space = space or self.room
        stay = Stay(
            park_id=self.park.id, enterprise_id=self.place.enterprise.id, member_id=self.place.member.id,
            space_id=space.id, space_kind=space.kind, started_at=start, held_until=end,
        )  # fmt: skip
        stay.space = space
        begin(self.session, stay)
        if end <= self.place.now:
            finish(self.session, stay, end, Ending.CHECKED_OUT, charger=self.place.charger, now=end)
        self.session.commit()
        return stay

    def measure(self, now):
        done = 0
        while measure_days(self.session, self.park.id, bands_in_force, now=now):
            done += 1
            self.session.commit()
        return done

    def rooms(self, now=None):
        found = utilisation_of_month(self.session, self.park, self.month, now=now or self.place.now)
        return found.kinds[Kind.MEETING_ROOM], found


@pytest.fixture
def yard(place):
    return Yard(place)


def test_a_day_by_hand_a_combined_space_counts_through_its_parts(yard):
    """Monday 2 November: two rooms open 14 hours; one used 16:36-18:17, then both 20:00-22:30."""
    yard.stay(yard.at(16, 36), yard.at(18, 17))
    yard.stay(yard.at(20), yard.at(22, 30), yard.both)
    yard.place.reservation(-16, -14)  # Monday 17:00-19:00
    assert yard.measure(yard.place.now) >= 1
    rooms, month = yard.rooms()
    assert (rooms.spaces, rooms.open) == (2, 2 * 840)
    assert rooms.used == 101 + 2 * 120  # what lies after closing was not open
    assert (rooms.off_peak, rooms.extended) == (17 + 240, 0)
    assert rooms.booked == 120
    assert rooms.share == pytest.approx(341 / 1680)
    assert (month.days, month.days_over, month.waiting, month.complete) == (1, 1, 0, True)
    assert yard.measure(yard.place.now) == 0  # twice changes nothing
    assert parks_to_measure(yard.session, yard.place.now) == []


def test_a_correction_mends_what_was_written_and_until_then_says_so(yard):
    stay = yard.stay(yard.at(9), yard.at(12))
    yard.measure(yard.place.now)
    assert yard.rooms()[0].used == 180
    correct_stay(
        yard.session, stay.id, yard.at(9), yard.at(10), "门禁", charger=yard.place.charger, by=yard.place.by,
        now=yard.place.now,
    )  # fmt: skip
    yard.session.commit()
    assert yard.rooms()[1].waiting == 1
    assert not yard.rooms()[1].complete
    assert yard.measure(yard.place.now) == 1
    assert (yard.rooms()[0].used, yard.rooms()[1].complete) == (60, True)


def test_open_is_what_the_rules_open_less_closures_on_working_days(yard):
    """A room that rests on rest days: Sunday 1 November is closed, unless made up for."""
    yard.world.rule(yard.park, space_id=yard.other.id, open_on_rest_days=False)
    yard.stay(yard.at(9, day=1), yard.at(10, day=1))
    shut = close_space(
        yard.session, yard.both, Span(yard.at(12), yard.at(20)), "检修", by=yard.place.by, now=yard.at(8)
    )
    lift_closure(yard.session, shut.id, by=yard.place.by, now=yard.at(14))
    yard.session.commit()
    yard.measure(yard.place.now)
    assert yard.rooms()[0].open == 840 + 2 * (840 - 120)
    yard.session.add(CalendarDay(park_id=yard.park.id, day=date(2026, 11, 7), working=True))
    yard.session.commit()
    yard.measure(yard.at(1, day=9))  # Saturday 7 November is worked, Sunday the 8th is not
    open_now = yard.rooms(yard.at(1, day=9))[0].open
    assert open_now == 840 + 2 * 720 + 2 * 5 * 840 + 840


def test_a_night_goes_on_past_midnight_and_a_lease_is_counted_day_by_day_while_it_runs(yard):
    store = yard.place.storage()
    yard.world.rule(yard.park, Kind.HALL, opens_minute=0, closes_minute=1440)
    hall = yard.world.space(yard.place.area, Kind.HALL, name="厅", code="H1")
    lease = yard.stay(yard.at(9, day=1), yard.at(9, day=30), store)
    yard.stay(yard.at(23, day=1), yard.at(1, 30, day=2), hall)
    yard.measure(yard.place.now)
    kinds = yard.rooms()[1].kinds
    assert kinds[Kind.HALL].used == 60 + 90
    assert kinds[Kind.STORAGE].used == 13 * 60 + 840
    yard.place.now += timedelta(days=1)
    yard.measure(yard.place.now)
    assert yard.rooms()[1].kinds[Kind.STORAGE].used == 13 * 60 + 2 * 840
    finish(yard.session, lease, yard.at(20), Ending.LEASE_END, charger=yard.place.charger, now=yard.place.now)
    yard.session.commit()
    yard.measure(yard.place.now)
    assert yard.rooms()[1].kinds[Kind.STORAGE].used == 13 * 60 + 12 * 60


def test_a_park_that_ran_before_catches_up_a_month_at_a_time(yard):
    for month in (8, 9, 10):
        start = yard.at(9).replace(month=month)
        yard.stay(start, start + timedelta(hours=2))
    before = utilisation_of_month(yard.session, yard.park, Month(2026, 8, ZONE), now=yard.place.now)
    assert (before.days, before.complete) == (0, False)
    assert yard.measure(yard.place.now) >= 3
    august = Month(2026, 8, ZONE)
    found = utilisation_of_months(yard.session, yard.park, august, yard.month, now=yard.place.now)
    assert [one.kinds[Kind.MEETING_ROOM].used for one in found.values()] == [120, 120, 120, 0]
    assert all(one.complete for one in found.values())
    assert found[Month(2026, 8, ZONE)].days == 30  # its first day was the 2nd


def test_a_space_counts_from_the_day_it_was_added_until_it_is_retired(yard):
    yard.stay(yard.at(9, day=1), yard.at(10, day=1))
    yard.session.add(
        AuditEntry(
            park_id=yard.park.id, at=yard.at(12, day=1), actor_name="x", action="space.added",
            subject="space", subject_id=yard.other.id,
        )
    )  # fmt: skip
    yard.room.retired_at = yard.at(10, day=2)
    yard.session.commit()
    yard.measure(yard.place.now)
    assert yard.rooms()[0].open == (840 + 120) + (600 + 840)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_table_comes_to_what_a_slow_count_of_the_stays_comes_to(yard, seed):
    """Three weeks of stays that overlap closing, midnight and closures, counted minute by minute."""
    dice, spaces, minutes = Random(seed), [yard.room, yard.other, yard.both], set()
    yard.place.now = now = yard.place.now.replace(day=22)
    opens = {(place, day): set(range(480, 1320)) for place in (1, 2) for day in range(2, 22)}
    for day in range(2, 22):
        minute = 400
        while minute < 1400:
            start = minute + dice.randrange(90)
            minute = start + dice.randrange(1, 200)
            chosen = dice.randrange(3)
            yard.stay(yard.at(0, start, day=day), yard.at(0, minute, day=day), spaces[chosen])
            places = (1, 2) if chosen == 2 else (chosen + 1,)
            for each in range(start, minute):
                at_day, at_minute = day + each // 1440, each % 1440
                minutes |= {
                    (it, at_day, at_minute) for it in places if at_minute in opens.get((it, at_day), ())
                }
    yard.measure(now)
    rooms, month = yard.rooms(now)
    assert month.complete
    assert rooms.open == sum(len(one) for one in opens.values())
    assert rooms.used == len(minutes)
    assert rooms.off_peak == sum(at_minute >= 18 * 60 for _, _, at_minute in minutes)
    assert 0 <= rooms.share <= 1
