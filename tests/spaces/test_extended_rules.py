"""When a day is open that an exception opens for longer: by hand, as a union, and as bookings are judged."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, strategies as st

from booking.reservations.rules import BookingContext, check_new, local_instant
from booking.spaces.extended.read_hours import HoursRead, named_place, read_hours
from booking.spaces.extended.rules import (
    ClosesTooEarly,
    ExtendedInPast,
    NoHourNamed,
    NothingLonger,
    adds,
    check_extended_day,
    gained,
    has_begun,
    hours_of_each,
)
from booking.spaces.rules import ExtendedDay, Hours, Opening
from booking.usage.measuring.day_minutes import Minutes, open_pieces
from booking.values import Refusal, Span, WorkCalendar
from tests.harness.times import SHANGHAI

WEEKDAYS = WorkCalendar()
THURSDAY, SATURDAY = date(2026, 11, 26), date(2026, 11, 28)
WORKDAYS = Opening(opens_minute=8 * 60, closes_minute=20 * 60, open_on_rest_days=False)


def with_days(*days, opening=WORKDAYS):
    return replace(opening, extended=days)


@pytest.mark.parametrize(
    ("day", "extended", "hours"),
    [
        (THURSDAY, (), (480, 1200)),
        (THURSDAY, (ExtendedDay(THURSDAY, None, 22 * 60),), (480, 1320)),
        (THURSDAY, (ExtendedDay(SATURDAY, None, 22 * 60),), (480, 1200)),
        (
            THURSDAY,
            (ExtendedDay(THURSDAY, 7 * 60, None), ExtendedDay(THURSDAY, 9 * 60, 21 * 60)),
            (420, 1260),
        ),
        (THURSDAY, (ExtendedDay(THURSDAY, 10 * 60, 19 * 60),), (480, 1200)),
        (SATURDAY, (), None),
        (SATURDAY, (ExtendedDay(SATURDAY, None, 18 * 60),), (480, 1080)),
        (SATURDAY, (ExtendedDay(SATURDAY, 10 * 60, 18 * 60),), (600, 1080)),
        (SATURDAY, (ExtendedDay(SATURDAY, None, 7 * 60),), None),
    ],
)
def test_a_day_opens_at_the_earlier_and_closes_at_the_later(day, extended, hours):
    assert with_days(*extended).hours_on(day, WEEKDAYS) == hours


def test_what_an_exception_adds_is_open_beyond_the_rule():
    """Thursday 08:00-20:00 by rule, open till 22: 840 minutes are open, the last 120 by the exception."""
    opening = with_days(ExtendedDay(THURSDAY, None, 22 * 60))
    usual, now = (Minutes(*one(THURSDAY, WEEKDAYS)) for one in (opening.usual_hours, opening.hours_on))
    assert [tuple(piece) for piece in open_pieces(usual, now, [])] == [(480, 1200, False), (1200, 1320, True)]


minutes = st.integers(0, 95).map(lambda quarter: quarter * 15)
hours = st.tuples(minutes, minutes).filter(lambda pair: pair[0] < pair[1])
openings = st.builds(
    lambda pair, rest: Opening(
        opens_minute=pair[0],
        closes_minute=pair[1],
        open_on_rest_days=rest,
        minimum_minutes=15,
        maximum_minutes=1440,
    ),
    hours,
    st.booleans(),
)
exceptions = st.lists(
    st.builds(
        ExtendedDay,
        st.sampled_from([THURSDAY, SATURDAY]),
        st.none() | minutes,
        st.none() | minutes,
    ),
    max_size=3,
).map(tuple)


@given(openings, exceptions, st.sampled_from([THURSDAY, SATURDAY]), hours)
def test_what_may_be_booked_is_exactly_what_is_open(opening, extended, day, asked):
    """Open is from the first opening to the last closing of the rule and the exceptions, and nothing else."""
    opening = replace(opening, extended=extended)
    slow = (
        [] if opening.usual_hours(day, WEEKDAYS) is None else [(opening.opens_minute, opening.closes_minute)]
    )
    for one in extended:
        opens = opening.opens_minute if one.opens is None else one.opens
        closes = opening.closes_minute if one.closes is None else one.closes
        if one.day == day and opens < closes:
            slow.append((opens, closes))
    is_open = bool(slow) and min(a for a, _ in slow) <= asked[0] and asked[1] <= max(b for _, b in slow)
    at = BookingContext(opening, SHANGHAI, WEEKDAYS, datetime(2026, 11, 20, tzinfo=SHANGHAI))
    span = Span(*(local_instant(day, minute, SHANGHAI) for minute in asked))
    try:
        check_new(span, at)
    except Refusal:
        assert not is_open
    else:
        assert is_open


@given(
    openings, exceptions, st.builds(ExtendedDay, st.just(THURSDAY), st.none() | minutes, st.none() | minutes)
)
def test_what_one_more_exception_gains_is_what_was_not_open_before(opening, extended, one):
    before = replace(opening, extended=extended)
    after = replace(opening, extended=(*extended, one))

    def count(rule):
        found = rule.hours_on(THURSDAY, WEEKDAYS)
        return set(range(*found)) if found else set()

    won = {minute for stretch in gained(before, one, WEEKDAYS) for minute in range(*stretch)}
    assert count(before) | won == count(after)
    assert not count(before) & won


NOON = datetime(2026, 11, 26, 12, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (ExtendedDay(THURSDAY, None, None), NoHourNamed()),
        (ExtendedDay(THURSDAY, 600, 600), ClosesTooEarly()),
        (ExtendedDay(THURSDAY, 22 * 60, 60), ClosesTooEarly()),
        (ExtendedDay(THURSDAY - timedelta(days=1), None, 1320), ExtendedInPast(THURSDAY)),
        (ExtendedDay(THURSDAY, None, 12 * 60), ExtendedInPast(THURSDAY)),
        (ExtendedDay(THURSDAY, None, 20 * 60), NothingLonger(480, 1200)),
        (ExtendedDay(SATURDAY, None, 7 * 60), NothingLonger(0, 0)),
    ],
)
def test_what_opens_nothing_for_longer_is_refused_with_its_facts(asked, refusal):
    with pytest.raises(type(refusal)) as caught:
        check_extended_day(asked, [WORKDAYS], WEEKDAYS, NOON)
    assert vars(caught.value) == vars(refusal)


def test_it_is_enough_that_one_place_is_open_for_longer():
    late = replace(WORKDAYS, closes_minute=1440)
    check_extended_day(ExtendedDay(THURSDAY, None, 1320), [late, WORKDAYS], WEEKDAYS, NOON)
    with pytest.raises(NothingLonger):
        check_extended_day(ExtendedDay(THURSDAY, None, 1320), [late], WEEKDAYS, NOON)


def test_hours_have_begun_on_their_minute_and_not_before():
    evening = [Hours(20 * 60, 22 * 60)]
    assert not has_begun(THURSDAY, evening, NOON.replace(hour=19, minute=59))
    assert has_begun(THURSDAY, evening, NOON.replace(hour=20))
    assert has_begun(THURSDAY - timedelta(days=1), [], NOON)


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("周四开到22点", (THURSDAY, None, 1320)),
        ("下周四会议室延长到晚上十点半", (date(2026, 12, 3), None, 1350)),
        ("open till 22 on Thursday", (THURSDAY, None, 1320)),
        ("Could the hall stay open until 10 pm next Thursday?", (date(2026, 12, 3), None, 1320)),
        ("11月30日开到22：30", (date(2026, 11, 30), None, 1350)),
        ("3号会议室周五开到二十二点", (date(2026, 11, 27), None, 1320)),
        ("26号到22点", (THURSDAY, None, 1320)),
        ("周四开到10点", (THURSDAY, None, 1320)),  # nobody closes later at ten in the morning
        ("明天早上7点开门", (date(2026, 11, 27), 420, None)),
        ("周六从9点到17点开放", (SATURDAY, 540, 1020)),
        ("open from 7 to 22 on 3 Dec", (date(2026, 12, 3), 420, 1320)),
        ("明晚开到半夜12点", (date(2026, 11, 27), None, 1440)),
        ("周四开到凌晨1点", (THURSDAY, None, None)),
        ("周四到周五开到22点", (None, None, 1320)),
        ("开到25点", (None, None, None)),
        ("2月30日开到22点", (None, None, 1320)),
        ("3号楼的门坏了", (None, None, None)),
        ("我需要一把椅子", (None, None, None)),
    ],
)
def test_words_are_read_as_somebody_would_mean_them_on_a_thursday(words, read):
    assert read_hours(words, THURSDAY) == HoursRead(*read)


@given(st.text(max_size=80))
def test_any_words_are_read_without_trouble(words):
    read = read_hours(words, THURSDAY)
    assert all(minute is None or 0 <= minute <= 1440 for minute in read[1:])


DOORS = [
    SimpleNamespace(id=number, code=code, name=name, name_en=name_en)
    for number, (code, name, name_en) in enumerate(
        [
            ("A307", "云起·东", "Clouds East"),
            ("A308", "云起·西", "Clouds West"),
            ("A307+A308", "云起（合并）", None),
            ("A30", "望江", None),
            ("W1", "工位", None),
            ("W2", "工位", None),
        ]
    )
]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("周四云起·东能开到22点吗", "A307"),
        ("周四云起 东能开到22点吗", "A307"),
        ("云起厅周四开到22点", "A307+A308"),
        ("a308 周四开到22点", "A308"),
        ("Ａ３０７周四开到22点", "A307"),
        ("A307+A308 周四开到22点", "A307+A308"),
        ("A30 开到22点", "A30"),
        ("A3071 开到22点", None),
        ("can clouds west open till 22 on Thursday", "A308"),
        ("工位周四开到22点", None),  # two are called so
        ("W2的工位开到22点", None),
        ("周四开到23点，我们要赶标书", None),
    ],
)
def test_the_place_that_words_name_is_the_one_called_longest(words, code):
    found = named_place(words, DOORS)
    assert (found.code if found else None) == code


def test_what_is_open_anyhow_is_not_longer():
    assert adds(ExtendedDay(THURSDAY, None, 22 * 60), [WORKDAYS], WEEKDAYS)
    assert not adds(ExtendedDay(THURSDAY, None, 20 * 60), [WORKDAYS], WEEKDAYS)
    longer = with_days(ExtendedDay(THURSDAY, None, 22 * 60))
    assert not adds(ExtendedDay(THURSDAY, None, 22 * 60), [longer], WEEKDAYS)
    assert adds(ExtendedDay(THURSDAY, None, 22 * 60), [longer, WORKDAYS], WEEKDAYS)  # one of them is enough
    assert hours_of_each([longer, WORKDAYS], THURSDAY, WEEKDAYS) == (8 * 60, 20 * 60)
    assert hours_of_each([WORKDAYS], SATURDAY, WEEKDAYS) is None
