"""What was quoted, what the running stay shows and what is charged are one figure, whatever the stay."""

from datetime import timedelta
from fractions import Fraction

from hypothesis import HealthCheck, given, settings, strategies as st

from booking.charges.charge_stay import charge_stay
from booking.charges.pricing import quote, running_costs
from booking.charges.quote_each import quote_each, quote_in_turn
from booking.people.models import Size
from booking.tariffs.models import DayType
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
