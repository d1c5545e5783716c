"""Until when what came free is held, and who of the line it suits: by hand and by property."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from booking.reservations.waiting.rules import (
    TO_ANSWER,
    BlockingClaim,
    FreedPlace,
    HoldTerms,
    LetGo,
    LineWish,
    hold_ends,
    in_turn,
    may_be_released,
    narrower,
    suits,
    what_is_left,
)
from booking.values import Span, WorkCalendar
from tests.harness.times import SHANGHAI

# 2026: Sunday 20 September and Saturday 10 October are working days, 1 to 7 October rest.
CALENDAR = WorkCalendar(
    rest_days=frozenset(date(2026, 10, day) for day in range(1, 8)),
    working_days=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
)
TERMS = HoldTerms(15, SHANGHAI, CALENDAR)


def at(words, year=2026):
    return datetime.strptime(f"{year}-{words}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "wanted", "held_until"),
    [
        ("11-03 10:00", "11-03 14:00", "11-03 10:15"),  # Tuesday, in working hours
        ("11-03 13:50", "11-03 14:00", "11-03 14:00"),  # never past the start
        ("11-03 17:55", "11-04 14:00", "11-04 09:10"),  # five working minutes of today, ten of tomorrow
        ("11-03 17:45", "11-04 14:00", "11-03 18:00"),
        ("11-03 22:00", "11-04 14:00", "11-04 09:15"),
        ("11-04 06:30", "11-04 14:00", "11-04 09:15"),
        ("11-03 20:00", "11-03 20:30", "11-03 20:30"),  # tonight: until it begins
        ("11-03 22:00", "11-04 09:05", "11-04 09:05"),
        ("11-06 19:00", "11-09 14:00", "11-09 09:15"),  # Friday evening: Monday morning
        ("10-09 19:00", "10-12 14:00", "10-10 09:15"),  # a make-up Saturday counts
        ("09-30 19:00", "10-08 14:00", "10-08 09:15"),  # over the holiday
        ("11-03 14:00", "11-03 14:00", None),
        ("11-03 14:01", "11-03 14:00", None),
    ],
)
def test_a_hold_ends_after_so_many_working_minutes(now, wanted, held_until):
    assert hold_ends(at(now), at(wanted), TERMS) == (held_until and at(held_until))


def test_a_begun_minute_counts_whole_and_the_park_says_how_many():
    now = at("11-03 10:00") + timedelta(seconds=20)
    assert hold_ends(now, at("11-03 14:00"), TERMS) == at("11-03 10:16")
    assert hold_ends(now, at("11-05 14:00"), HoldTerms(600, SHANGHAI, CALENDAR)) == at("11-04 11:01")


@given(
    st.datetimes(datetime(2026, 9, 1), datetime(2026, 12, 1)),  # noqa: DTZ001 - made local below
    st.integers(0, 20 * 24 * 60),
    st.integers(1, 300),
)
def test_a_hold_is_never_empty_past_the_start_or_shorter_than_said(now, minutes, length):
    now = now.replace(tzinfo=SHANGHAI)
    last = now + timedelta(minutes=minutes)
    until = hold_ends(now, last, HoldTerms(length, SHANGHAI, CALENDAR))
    if until is None:
        assert minutes == 0
        return
    assert now < until <= last
    assert until == last or until - now >= timedelta(minutes=length)
    local = until.astimezone(SHANGHAI)
    working = CALENDAR.is_working_day(local.date()) and 9 * 60 < local.hour * 60 + local.minute <= 18 * 60
    assert until == last or working


def left_of(wanted, now, step=15, lead=0):
    wanted = Span(*(at(f"11-03 {one}") for one in wanted.split("–")))
    found = what_is_left(wanted, at(f"11-03 {now}"), step_minutes=step, lead_minutes=lead, zone=SHANGHAI)
    return found and "–".join(f"{one.astimezone(SHANGHAI):%H:%M}" for one in (found.start, found.end))


@pytest.mark.parametrize(
    ("wanted", "now", "terms", "left"),
    [
        ("09:00–13:00", "08:59", {}, "09:00–13:00"),  # not begun: all of it
        ("09:00–13:00", "09:15", {}, "09:30–13:00"),  # nobody came in a quarter of an hour
        ("09:00–13:00", "09:10", {}, "09:15–13:00"),  # a park that waits ten minutes: five to answer
        ("09:00–13:00", "09:11", {}, "09:30–13:00"),
        ("09:00–13:00", "09:00", {}, "09:15–13:00"),
        ("09:00–13:00", "09:15", {"step": 30}, "09:30–13:00"),
        ("09:00–13:00", "09:28", {"step": 60}, "10:00–13:00"),
        ("09:00–13:00", "09:15", {"lead": 60}, "10:30–13:00"),  # 10:20 at the earliest
        ("09:00–09:30", "09:15", {}, None),
        ("09:00–13:00", "13:00", {}, None),
    ],
)
def test_what_is_left_of_a_time_that_has_begun_is_its_rest_with_time_to_answer(wanted, now, terms, left):
    assert left_of(wanted, now, **terms) == left


@given(
    st.integers(-120, 400),
    st.integers(0, 59),
    st.sampled_from([5, 10, 15, 30, 60]),
    st.integers(0, 90),
    st.integers(1, 600),
)
def test_what_is_left_lies_in_what_is_wanted_and_no_more_could_be(minutes, seconds, step, lead, length):
    begins = at("11-03 09:00")
    wanted = Span(begins, begins + timedelta(minutes=length))
    now = begins + timedelta(minutes=minutes, seconds=seconds)
    left = what_is_left(wanted, now, step_minutes=step, lead_minutes=lead, zone=SHANGHAI)
    if now < begins:
        assert left == wanted
        return
    earliest = now + TO_ANSWER + timedelta(minutes=lead)
    steps = [begins + timedelta(minutes=one) for one in range(0, 1200, step)]  # nine is on every step
    first = next(one for one in steps if one >= earliest)
    assert left == (Span(first, wanted.end) if first < wanted.end else None)


def claim(first, last, let_go=None, *, held=False):
    go = LetGo(at(f"11-03 {let_go}"), held) if let_go else None
    return BlockingClaim(at(f"11-03 {first}"), at(f"11-03 {last}"), go)


@pytest.mark.parametrize(
    ("claims", "let_go"),
    [
        ([claim("09:00", "13:00", "09:15")], "09:15"),
        ([claim("08:45", "13:30", "09:00")], "09:00"),
        ([claim("09:00", "13:00")], None),  # they came, or it is closed
        ([claim("09:00", "10:00", "09:15"), claim("10:00", "13:00")], None),
        ([claim("09:00", "10:00", "09:15"), claim("12:00", "14:00", "12:15")], None),  # that has not begun
        ([claim("09:00", "10:00", "09:15"), claim("13:00", "14:00")], "09:15"),  # beside it
        ([claim("08:00", "09:05"), claim("09:00", "13:00", "09:15")], "09:15"),  # what is over by now
        ([claim("09:00", "13:00", "09:15"), claim("09:00", "12:00", "09:10")], "09:15"),  # parts of a whole
        (
            [claim("09:30", "13:00", "09:30", held=True)],
            "09:30",
        ),  # for who is before them, whenever it begins
        ([claim("09:30", "13:00", "09:05", held=True)], "09:05"),  # that ran out, and is not given back yet
        ([claim("09:00", "10:00", "09:15"), claim("10:00", "13:00", "09:21", held=True)], "09:21"),
        ([claim("09:30", "11:00", "09:30", held=True), claim("11:00", "13:00", "11:15")], None),
        ([], None),
    ],
)
def test_a_time_that_has_begun_comes_free_only_of_what_nobody_comes_to_or_is_held(claims, let_go):
    found = may_be_released(Span(at("11-03 09:00"), at("11-03 13:00")), at("11-03 09:06"), claims)
    assert (found and found.at) == (let_go and at(f"11-03 {let_go}"))
    assert found is None or found in [one.let_go for one in claims]


ROOM = FreedPlace(1, "meeting_room", 1, 8, frozenset({"投影", "白板"}))
SMALL = FreedPlace(2, "meeting_room", 1, 4, frozenset())
DESK = FreedPlace(3, "workstation", 1, 8, frozenset())
ANY = LineWish("meeting_room", None, None, 4, frozenset())


def test_a_wish_fits_entirely_or_not_at_all():
    assert suits(ANY, ROOM)
    assert suits(ANY, SMALL)
    assert not suits(ANY, DESK)
    assert not suits(ANY._replace(people=5), SMALL)
    assert not suits(ANY._replace(area_id=2), ROOM)
    assert suits(ANY._replace(equipment=frozenset({"投影"})), ROOM)
    assert not suits(ANY._replace(equipment=frozenset({"投影", "电话"})), ROOM)
    assert suits(ANY._replace(space_id=1), ROOM)
    assert not suits(ANY._replace(space_id=1), SMALL)
    assert not suits(ANY._replace(space_id=2, people=5), SMALL)


def test_the_first_in_line_is_tried_before_others_and_with_the_smallest_place_first():
    line = [ANY._replace(people=9), ANY, ANY._replace(space_id=1)]
    assert [(number, place.id) for number, place in in_turn(line, [ROOM, SMALL, DESK])] == [
        (1, SMALL.id),
        (1, ROOM.id),
        (2, ROOM.id),
    ]


WISHES = st.builds(
    LineWish,
    st.just("meeting_room"),
    st.none(),
    st.sampled_from([None, 1, 2]),
    st.integers(1, 4),
    st.frozensets(st.sampled_from(["投影", "白板"])),
)
PLACES = st.builds(
    FreedPlace,
    st.just(1),
    st.just("meeting_room"),
    st.sampled_from([1, 2]),
    st.integers(1, 4),
    st.frozensets(st.sampled_from(["投影", "白板"])),
)


def test_six_instead_of_two_keep_their_turn_and_two_instead_of_six_do_not():
    two, six = (LineWish("meeting_room", None, None, people, frozenset()) for people in (2, 6))
    assert (narrower(six, two), narrower(two, six), narrower(two, two)) == (True, False, True)


@given(WISHES, WISHES, PLACES)
def test_who_keeps_their_turn_gets_nothing_that_they_did_not_wait_for(now, before, place):
    if narrower(now, before) and suits(now, place):
        assert suits(before, place)
