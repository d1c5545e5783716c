"""What of one's own stands at the same time, and what is done every week: by hand and by property."""

from datetime import date, datetime, timedelta

from hypothesis import given, strategies as st

from booking.reservations.habits.rules import Use, habits_of, like_times, next_time
from booking.reservations.rules import OwnPlace, held_too, held_too_each
from booking.values import Span, WorkCalendar
from tests.harness.times import SHANGHAI

NINE = datetime(2026, 11, 3, 9, tzinfo=SHANGHAI)


def span(first, last):
    return Span(NINE + timedelta(minutes=first), NINE + timedelta(minutes=last))


def own(*spans):
    return [OwnPlace(span(*one), f"{number}号", None, ROOM, number) for number, one in enumerate(spans, 1)]


def test_what_only_touches_is_no_second_place():
    beside = held_too(span(60, 120), own((0, 60), (120, 180), (119, 121), (0, 61), (70, 80), (0, 300)))
    assert [one.reservation_id for one in beside] == [4, 6, 5, 3], "in order of time"


MINUTES = st.integers(0, 600)
STRETCHES = st.tuples(MINUTES, st.integers(1, 200)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(STRETCHES, st.lists(STRETCHES, max_size=6))
def test_it_is_held_too_where_they_share_a_minute(wanted, others):
    found = {one.reservation_id for one in held_too(span(*wanted), own(*others))}
    shared = {number for number, one in enumerate(others, 1) if set(range(*one)) & set(range(*wanted))}
    assert found == shared


@given(st.lists(STRETCHES, max_size=6), st.lists(STRETCHES | st.just((-3000, -2000)), max_size=20))
def test_beside_each_of_many_stands_what_would_stand_beside_it_alone(wanted, others):
    spans = [span(*one) for one in wanted]
    alone = [held_too(one, own(*others)) for one in spans]
    assert held_too_each([None, *spans], own(*others)) == [(), *alone]


ROOM, OTHER = 8, 9
TODAY = date(2026, 11, 27)  # a Friday


def use(day, starts=600, minutes=60, space_id=ROOM, kind="meeting_room", people=4):
    return Use(day, starts, minutes, kind, space_id, people)


def nov(*days):
    return [date(2026, 11, day) for day in days]


def test_the_worked_example_of_the_rules():
    """Wednesdays at ten: four of the last eight weeks, three of them in one room."""
    uses = [use(day) for day in nov(4, 11, 25)] + [use(date(2026, 11, 18), space_id=OTHER, people=6)]
    [habit] = habits_of([*uses, use(date(2026, 11, 24)), use(date(2026, 11, 19), starts=840)], TODAY)
    assert (habit.weekday, habit.starts, habit.minutes, habit.weeks) == (2, 600, 60, 4)
    assert (habit.space_ids, habit.people) == ((ROOM, OTHER), 4)
    now = datetime(2026, 11, 27, 15, tzinfo=SHANGHAI)
    start = datetime(2026, 12, 2, 10, tzinfo=SHANGHAI)
    assert next_time(habit, now, SHANGHAI, WorkCalendar()) == Span(start, start + timedelta(hours=1))
    assert next_time(habit, start, SHANGHAI, WorkCalendar()).start == start + timedelta(days=7)
    rests = WorkCalendar(rest_days=frozenset({date(2026, 12, 2)}))
    assert next_time(habit, now, SHANGHAI, rests) is None


def test_where_there_is_no_pattern_nothing_is_guessed():
    assert habits_of([], TODAY) == []
    assert habits_of([use(day) for day in nov(18, 25)], TODAY) == [], "two weeks are no habit"
    assert habits_of([use(day) for day in nov(3, 11, 19, 27)], TODAY) == [], "nor is another weekday each"
    later = [use(day, starts=600 + 30 * number) for number, day in enumerate(nov(4, 11, 18, 25))]
    assert habits_of(later, TODAY) == [], "nor another time each"
    assert habits_of([use(date(2026, 11, 25))] * 5, TODAY) == [], "nor five in one week"
    old = [use(date(2026, 10, day)) for day in (7, 14, 21, 28)]
    assert habits_of(old, TODAY) == [], "what was given up is none any more"


DAYS = st.integers(-70, 3).map(lambda days: TODAY + timedelta(days=days))
USES = st.builds(
    Use,
    DAYS,
    st.sampled_from([540, 600]),
    st.sampled_from([30, 60]),
    st.sampled_from(["meeting_room", "workstation"]),
    st.integers(1, 3),
    st.integers(1, 9),
)


@given(st.lists(USES, max_size=60), st.randoms(use_true_random=False))
def test_every_habit_is_borne_out_by_three_of_the_last_eight_weeks_in_whatever_order(uses, dice):
    found = habits_of(uses, TODAY)
    mixed = list(uses)
    dice.shuffle(mixed)
    assert habits_of(mixed, TODAY) == found
    for habit in found:
        what = (habit.kind, habit.weekday, habit.starts, habit.minutes)
        alike = [one for one in uses if (one.kind, one.day.weekday(), one.starts, one.minutes) == what]
        days = {one.day for one in alike if TODAY - timedelta(weeks=8) < one.day <= TODAY}
        assert 3 <= len(days) == habit.weeks <= 8
        assert max(days) > TODAY - timedelta(days=14)
        assert set(habit.space_ids) == {one.space_id for one in alike if one.day in days}


@given(st.lists(USES, max_size=40), st.integers(0, 30 * 24 * 60))
def test_the_next_time_is_to_come_within_a_week_at_the_habits_time(uses, minutes):
    now = NINE + timedelta(minutes=minutes)
    for habit in habits_of(uses, TODAY):
        span = next_time(habit, now, SHANGHAI, WorkCalendar())
        local = span.start.astimezone(SHANGHAI)
        assert now < span.start <= now + timedelta(days=7)
        assert (local.weekday(), local.hour * 60 + local.minute) == (habit.weekday, habit.starts)
        assert span.minutes == habit.minutes


def test_a_time_like_one_that_was_is_on_a_working_day_for_a_working_day():
    was = Span(NINE, NINE + timedelta(hours=2))  # a Tuesday
    calendar = WorkCalendar(rest_days=frozenset(nov(5)))
    found = [one.start.astimezone(SHANGHAI) for one in like_times(was, NINE, SHANGHAI, calendar)]
    assert [one.date() for one in found][:4] == nov(4, 6, 9, 10)
    assert {one.hour for one in found} == {9}
    saturday = Span(NINE + timedelta(days=4), NINE + timedelta(days=4, hours=1))
    found = [one.start.date() for one in like_times(saturday, NINE, SHANGHAI, WorkCalendar())]
    assert found == nov(7, 8, 14, 15)
