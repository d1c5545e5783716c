"""What was quoted, what the running stay shows and what is charged are one figure, whatever the stay."""

from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from booking.charges.charge_stay import charge_stay
from booking.charges.pricing import PriceContext, PricedUse, Quote, metered_lines, quote, running_costs
from booking.charges.quote_each import price_after, price_in_turn, quote_each, quote_in_turn
from booking.parks.models import Park
from booking.people.models import Enterprise, Size
from booking.reservations.upcoming import BookedTime
from booking.spaces.models import Kind
from booking.tariffs.in_force import TariffSnapshot
from booking.tariffs.models import Basis, DayType
from booking.tariffs.rating import MeasuredStay, rate
from booking.tariffs.terms import Band, Terms
from booking.usage.models import Ending, Stay
from booking.values import Money, Span, WorkCalendar
from tests.harness.stays import at, lines_of
from tests.harness.times import SHANGHAI

FIRST = at("2026-09-28", "00:00")  # the National Day's holidays and two make-up days lie in reach
MINUTES = 20 * 24 * 60
GAPS = st.integers(45, MINUTES // 6)  # to the next, so that what is billed does not overlap either
stretches = st.lists(st.tuples(GAPS, st.integers(1, 30 * 60)), min_size=1, max_size=6)
BANDS = [
    ("错时", DayType.WORKING, 18 * 60, 24 * 60, "0.6"),
    ("休息日", DayType.REST, 8 * 60, 20 * 60, "1.25"),
]


def split(lines):
    return [(one.day, one.band, one.minutes, one.free_minutes, one.amount, one.uncapped) for one in lines]


def a_stay(session, room, member, start):
    stay = Stay(
        park_id=room.park_id,
        enterprise_id=member.enterprise_id,
        member_id=member.id,
        space_id=room.id,
        space_kind=room.kind,
        started_at=start,
        held_until=start + timedelta(days=3),
    )
    stay.space, stay.enterprise = room, member.enterprise
    session.add(stay)
    session.flush()
    return stay


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stretches)
def test_quote_running_cost_and_charge_agree_one_stay_after_another(world, session, stays):
    park = world.park()
    world.tariff(park, bands=BANDS, allowances={Size.SMALL: 600}, daily_cap=Money.yuan(500), rate=Money(7777))
    member = world.member(world.enterprise(park))
    room = world.space(world.area(park))
    end, spans, billed = FIRST, {}, Money.zero()
    for gap, length in stays:
        start = end + timedelta(minutes=gap)
        end = start + timedelta(minutes=length)
        spans[f"{start}"] = (room, Span(start, end))
    alone = quote_each(session, park, member.enterprise, spans)
    turns = quote_in_turn(session, park, member.enterprise, spans, alone)
    end = FIRST
    for gap, length in stays:
        start = end + timedelta(minutes=gap)
        end = start + timedelta(minutes=length)
        quoted = quote(session, park, member.enterprise, room, Span(start, end))
        stay = a_stay(session, room, member, start)
        running = running_costs(session, park, member.enterprise, [stay], end)[stay.id]
        stay.ended_at, stay.ending = end, Ending.CHECKED_OUT
        session.flush()
        charged = charge_stay(session, stay, now=end)
        assert split(quoted.lines) == split(running.lines) == split(charged)
        assert Money.total(line.amount for line in charged) == quoted.total
        assert quoted.total == turns[f"{start}"].total, "as it was foreseen before any of them"
        billed += quoted.total
    assert billed == Money.total(one.total for one in turns.values())
    session.rollback()


def test_every_line_can_be_computed_again_from_its_own_copy(world, session):
    park = world.park()
    world.tariff(park, bands=BANDS, allowances={Size.SMALL: 100}, daily_cap=Money.yuan(150))
    member = world.member(world.enterprise(park))
    room = world.space(world.area(park))
    for offset in (9 * 60, 16 * 60 + 36, 5 * 24 * 60 + 7 * 60):
        stay = a_stay(session, room, member, FIRST + timedelta(minutes=offset))
        stay.ended_at, stay.ending = stay.started_at + timedelta(minutes=101), Ending.CHECKED_OUT
        session.flush()
        charge_stay(session, stay, now=stay.ended_at)
    session.commit()
    lines = lines_of(session)
    assert len(lines) == 5
    for line in lines:
        again = again_from_its_copy(line)
        assert (line.minutes, line.free_minutes, line.amount, line.uncapped) in again


def again_from_its_copy(line):
    """Rate the used interval by nothing but what the line keeps."""
    kept = line.terms
    bands = tuple(
        Band(band.name, band.days, band.from_minute, band.to_minute, Fraction(band.factor))
        for band in kept.bands
    )
    terms = Terms(kept.rate_fen, kept.increment_minutes, kept.minimum_minutes, kept.daily_cap_fen, bands)
    days = frozenset([line.day])
    calendar = WorkCalendar(working_days=days) if kept.working_day else WorkCalendar(rest_days=days)
    rating = rate(
        MeasuredStay(line.stay_id, line.space_id, line.used_starts_at, line.used_ends_at),
        terms,
        calendar,
        SHANGHAI,
        allowance_left={line.month_key: kept.allowance_left_minutes},
        spent={line.day: kept.spent_fen},
    )
    return [(one.minutes, one.free_minutes, one.amount, one.uncapped) for one in rating.lines]


def room_price(start, end, *, free=60, bands=(), cap=None):
    """Quote a room of 80 yuan an hour as if it came next; gives what `price_after` is told of it."""
    park, firm = Park(zone_name="Asia/Shanghai"), Enterprise(size=Size.SMALL)
    facts = {"no_show_permille": 0, "late_cancel_permille": 0, "late_cancel_minutes": 0, "vat_permille": 60}
    tariff = TariffSnapshot(
        kind=Kind.MEETING_ROOM, name="会议室", valid_from=start.date(), basis=Basis.HOUR, rate=Money.yuan(80),
        increment_minutes=15, minimum_minutes=30, daily_cap=cap, bands=bands, allowances={Size.SMALL: free},
        vat_source="", **facts,
    )  # fmt: skip
    use = PricedUse(0, PlainRoom(1, 1, Kind.MEETING_ROOM, 0), start, end)
    context = PriceContext(park.zone, firm, WorkCalendar(), {}, {})
    return park, firm, WorkCalendar(), use, Quote(tuple(metered_lines(use, tariff, context)), tariff)


class PlainRoom(NamedTuple):
    id: int
    park_id: int
    kind: Kind
    area_hundredths: int


@pytest.mark.parametrize(
    ("booked", "fen"),
    [
        ([], 0),  # the month's hour is free
        ([("2026-10-07", "09:00", 60)], 80_00),  # an hour is booked, which takes all of it
        ([("2026-10-07", "09:00", 30)], 40_00),
        ([("2026-10-07", "09:00", 30), ("2026-10-30", "09:00", 15)], 60_00),  # before it or after
        ([("2026-11-02", "09:00", 60), ("2026-09-30", "23:00", 60)], 0),  # of other months
        ([("2026-09-30", "23:30", 60)], 40_00),  # half of it lies in October
        ([("2026-10-07", "09:00", 600)], 80_00),  # no less than none is left
    ],
)
def test_a_limit_is_judged_by_what_the_booked_hours_leave_of_the_free_ones(booked, fen):
    told = room_price(at("2026-10-13", "10:00"), at("2026-10-13", "11:00"))
    spans = [Span(at(*when), at(*when) + timedelta(minutes=length)) for *when, length in booked]
    assert price_after(*told, spans) == Money(fen)


@pytest.mark.parametrize(
    ("booked", "fen"),
    [
        ([("2026-10-07", "09:00", 60)], [80_00, 80_00]),  # it ends before both
        ([("2026-10-14", "09:00", 60)], [0, 80_00]),  # between them: the first has the hour
        ([("2026-10-07", "09:00", 30)], [40_00, 80_00]),
        ([("2026-11-02", "09:00", 60), ("2026-09-30", "23:00", 60)], [0, 80_00]),  # of other months
        ([("2026-09-30", "23:30", 60)], [40_00, 80_00]),  # half of it lies in October
    ],
)
def test_what_is_booked_besides_takes_the_free_minutes_in_its_turn(booked, fen):
    park, firm, calendar, one, quoted = room_price(at("2026-10-13", "10:00"), at("2026-10-13", "11:00"))
    *_, other, dear = room_price(at("2026-10-20", "10:00"), at("2026-10-20", "11:00"))
    there = [
        BookedTime(number, Kind.MEETING_ROOM, Span(at(*when), at(*when) + timedelta(minutes=length)))
        for number, (*when, length) in enumerate(booked)
    ]
    uses, alone = [one, other._replace(key=1)], {0: quoted, 1: dear}
    turns = price_in_turn(park, firm, calendar, uses, alone, there)
    assert [turns[key].total for key in (0, 1)] == [Money(one) for one in fen]
    hall = [there[0]._replace(kind=Kind.HALL)]
    assert price_in_turn(park, firm, calendar, uses, alone, hall)[0].total == Money.zero(), "of another kind"


@given(
    st.integers(0, MINUTES), st.integers(1, 30 * 60), st.integers(0, 900), st.none() | st.integers(1, 400_00),
    st.lists(st.tuples(st.integers(0, MINUTES), st.integers(1, 600)), max_size=5),
)  # fmt: skip
def test_it_is_never_less_than_the_quote_and_at_most_the_list_price(start, length, free, cap, others):
    begins = FIRST + timedelta(minutes=start)
    span, facts = (begins, begins + timedelta(minutes=length)), {"cap": cap and Money(cap)}
    booked = [
        Span(FIRST + timedelta(minutes=one), FIRST + timedelta(minutes=one + two)) for one, two in others
    ]
    *told, alone = room_price(*span, free=free, **facts)
    full = room_price(*span, free=0, **facts)[-1].total
    after = price_after(*told, alone, booked)
    assert alone.total <= after <= full
    assert price_after(*told, alone, []) == alone.total
    two_months = Span(FIRST - timedelta(days=28), FIRST + timedelta(days=60))
    assert price_after(*told, alone, [two_months]) == full, "what is booked uses all up"
    assert after <= price_after(*told, alone, [*booked, two_months])
