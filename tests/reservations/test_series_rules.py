"""Which days a rule means: worked by hand, and what is true of every rule."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from booking.reservations.refusals import EndsBeforeItStarts, NoSuchClock
from booking.reservations.series import refusals as no
from booking.reservations.series.recurrence import (
    LAST,
    LONGEST_DAYS,
    MOST_OCCURRENCES,
    Frequency,
    NthWeekday,
    Recurrence,
    as_many_again,
    count_out_days,
    read_rule,
    to_rfc5545,
)
from booking.reservations.series.rules import (
    OccurrenceNow,
    SeriesPlan,
    every_day,
    occurrence_key,
    occurrences_of,
    pair_up,
)
from booking.values import WorkCalendar

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
WEDNESDAY = date(2026, 12, 2)
NEW_YEAR = WorkCalendar(rest_days=frozenset({date(2027, 1, 1)}))


def days(text, first=WEDNESDAY, calendar=None):
    plan = SeriesPlan(read_rule(text, first), first, 540, 600, calendar is not None)
    return [one.day for one in occurrences_of(plan, calendar or WorkCalendar(), SHANGHAI).all]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY;COUNT=3", ["2026-12-02", "2026-12-03", "2026-12-04"]),
        ("FREQ=DAILY;INTERVAL=10;UNTIL=20261223", ["2026-12-02", "2026-12-12", "2026-12-22"]),
        ("FREQ=WEEKLY;COUNT=3", ["2026-12-02", "2026-12-09", "2026-12-16"]),
        ("FREQ=WEEKLY;BYDAY=MO,FR;COUNT=3", ["2026-12-04", "2026-12-07", "2026-12-11"]),
        # every second week counts from the week of the first day, whose Monday is past
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=4",
            ["2026-12-02", "2026-12-14", "2026-12-16", "2026-12-28"],
        ),
        ("FREQ=MONTHLY;BYDAY=1MO;COUNT=2", ["2026-12-07", "2027-01-04"]),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", ["2026-12-25", "2027-01-29", "2027-02-26"]),
        # February has no 31st, nor has April
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4", ["2026-12-31", "2027-01-31", "2027-03-31", "2027-05-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", ["2026-12-31", "2027-01-31", "2027-02-28"]),
        ("FREQ=MONTHLY;COUNT=2", ["2026-12-02", "2027-01-02"]),
        ("FREQ=WEEKLY;UNTIL=20261209T010000Z", ["2026-12-02", "2026-12-09"]),
    ],
)
def test_the_days_of_a_rule_as_counted_by_hand(rule, expected):
    assert [str(day) for day in days(rule)] == expected


@pytest.mark.parametrize(
    ("rule", "last", "expected"),
    [
        ("FREQ=WEEKLY;COUNT=3", date(2026, 12, 16), "2027-01-06"),
        ("FREQ=WEEKLY;UNTIL=20261214", date(2026, 12, 14), "2026-12-23"),  # two times, and two again
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2", date(2027, 1, 31), "2027-05-31"),
        ("FREQ=WEEKLY;COUNT=2", date(2028, 6, 1), "2028-06-01"),  # a year and a half is over
    ],
)
def test_as_many_times_again_are_proposed(rule, last, expected):
    assert str(as_many_again(read_rule(rule, WEDNESDAY), WEDNESDAY, last)) == expected


def test_working_days_leave_out_holidays_and_count_make_up_days():
    """The week of New Year's Day 2027, a Friday: Sunday the 3rd was made a working day for it."""
    calendar = WorkCalendar(frozenset({date(2027, 1, 1)}), frozenset({date(2027, 1, 3)}))
    found = days("FREQ=DAILY;COUNT=4", date(2026, 12, 31), calendar)
    assert [str(day) for day in found] == ["2026-12-31", "2027-01-03", "2027-01-04", "2027-01-05"]


def test_fridays_on_working_days_only_leave_new_year_out_and_say_so():
    plan = SeriesPlan(
        read_rule("FREQ=WEEKLY;UNTIL=20270115", date(2026, 12, 25)), date(2026, 12, 25), 540, 600, True
    )
    counted = occurrences_of(plan, NEW_YEAR, SHANGHAI)
    assert [str(one.day) for one in counted.all] == ["2026-12-25", "2027-01-08", "2027-01-15"]
    assert counted.left_out == (date(2027, 1, 1),)


def test_a_number_counts_what_takes_place():
    assert len(days("FREQ=WEEKLY;COUNT=4", date(2026, 12, 25), NEW_YEAR)) == 4


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        ("FREQ=WEEKLY", no.NeverEnds),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20270101", no.EndsTwice),
        ("FREQ=DAILY;COUNT=0", no.CountTooSmall),
        ("FREQ=DAILY;UNTIL=20261201", no.UntilBeforeFirst),
        ("FREQ=DAILY;COUNT=10000", no.TooManyOccurrences),
        ("FREQ=DAILY;UNTIL=20271231", no.TooManyOccurrences),
        ("FREQ=WEEKLY;UNTIL=99991231", no.LastsTooLong),
        ("FREQ=MONTHLY;COUNT=30", no.LastsTooLong),
        ("FREQ=DAILY;INTERVAL=0;COUNT=2", no.BadInterval),
        ("FREQ=DAILY;INTERVAL=53;COUNT=2", no.BadInterval),
        ("FREQ=MONTHLY;BYMONTHDAY=32;COUNT=2", no.NoSuchMonthDay),
        ("FREQ=MONTHLY;BYMONTHDAY=0;COUNT=2", no.NoSuchMonthDay),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31;COUNT=2", no.RuleNotOffered),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=2", no.RuleNotOffered),
        ("FREQ=MONTHLY;BYDAY=5MO;COUNT=2", no.RuleNotOffered),
        ("FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=3;COUNT=2", no.RuleNotOffered),
        ("FREQ=DAILY;BYHOUR=9;COUNT=2", no.RuleNotOffered),
        ("FREQ=SECONDLY;COUNT=2", no.RuleNotOffered),
        ("FREQ=DAILY;COUNT=1,2", no.RuleNotOffered),
        ("每周三", no.RuleNotOffered),
        ("", no.RuleNotOffered),
        ("FREQ=DAILY;" * 2000, no.RuleNotOffered),
    ],
)
def test_a_rule_that_cannot_be_is_refused(rule, refusal):
    with pytest.raises(refusal):
        days(rule)


def test_a_day_that_no_year_has_is_refused_though_the_rule_could_be_said():
    with pytest.raises(no.NeverHappens):
        days("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;COUNT=2", date(2027, 2, 1))


def test_no_day_ticked_and_an_end_before_the_start_are_refused():
    with pytest.raises(no.NoWeekdayChosen):
        count_out_days(Recurrence(Frequency.WEEKLY, count=2), WEDNESDAY, every_day)
    plan = SeriesPlan(Recurrence(Frequency.DAILY, count=2), WEDNESDAY, 600, 540)
    with pytest.raises(EndsBeforeItStarts):
        occurrences_of(plan, WorkCalendar(), SHANGHAI)


def test_nine_stays_nine_when_the_clocks_of_another_zone_are_changed():
    plan = SeriesPlan(read_rule("FREQ=WEEKLY;COUNT=2", date(2027, 3, 24)), date(2027, 3, 24), 540, 600)
    before, after = (one.span.start for one in occurrences_of(plan, WorkCalendar(), BERLIN).all)
    assert (before, after) == (datetime(2027, 3, 24, 8, tzinfo=UTC), datetime(2027, 3, 31, 7, tzinfo=UTC))


def test_a_time_that_the_clocks_skip_is_said():
    """On 28 March 2027 clocks in Berlin go from 2:00 to 3:00."""
    first = date(2027, 3, 27)
    plan = SeriesPlan(read_rule("FREQ=DAILY;COUNT=3", first), first, 150, 240)
    found = occurrences_of(plan, WorkCalendar(), BERLIN).all
    assert [one.span is not None for one in found] == [True, False, True]
    assert isinstance(found[1].refusal, NoSuchClock)
    assert (found[1].refusal.day, found[1].refusal.minute) == (date(2027, 3, 28), 150)


weekdays = st.integers(0, 6)
ENDS = st.one_of(
    st.builds(lambda count: {"count": count}, st.integers(1, MOST_OCCURRENCES)),
    st.builds(lambda ahead: {"until": WEDNESDAY + timedelta(ahead)}, st.integers(0, LONGEST_DAYS)),
)
ON = st.one_of(
    st.builds(lambda: {"frequency": Frequency.DAILY}),
    st.builds(
        lambda some: {"frequency": Frequency.WEEKLY, "weekdays": tuple(sorted(some))},
        st.sets(weekdays, min_size=1),
    ),
    st.builds(
        lambda day: {"frequency": Frequency.MONTHLY, "month_day": day},
        st.integers(1, 31) | st.just(LAST),
    ),
    st.builds(
        lambda nth, day: {"frequency": Frequency.MONTHLY, "nth_weekday": NthWeekday(nth, day)},
        st.sampled_from([1, 2, 3, 4, LAST]),
        weekdays,
    ),
)
RULES = st.builds(lambda on, end, apart: Recurrence(interval=apart, **on, **end), ON, ENDS, st.integers(1, 6))


def fits(rule, day):
    """Say by hand, without counting, whether a day may be one of the rule's."""
    if rule.frequency is Frequency.DAILY:
        return (day - WEDNESDAY).days % rule.interval == 0
    if rule.frequency is Frequency.WEEKLY:
        monday = WEDNESDAY - timedelta(WEDNESDAY.weekday())
        return day.weekday() in rule.weekdays and (day - monday).days // 7 % rule.interval == 0
    months = (day.year - WEDNESDAY.year) * 12 + day.month - WEDNESDAY.month
    if months % rule.interval:
        return False
    last = (day + timedelta(1)).day == 1
    if rule.nth_weekday is None:
        return last if rule.month_day == LAST else day.day == rule.month_day
    nth, weekday = rule.nth_weekday.nth, rule.nth_weekday.weekday
    is_nth = (day + timedelta(7)).month != day.month if nth == LAST else (day.day + 6) // 7 == nth
    return day.weekday() == weekday and is_nth


@given(RULES)
def test_its_days_are_all_that_fit_in_order_and_no_others(rule):
    everything = [WEDNESDAY + timedelta(n) for n in range(LONGEST_DAYS + 1)]
    fitting = [day for day in everything if fits(rule, day) and day <= (rule.until or date.max)]
    try:
        found = count_out_days(rule, WEDNESDAY, every_day)
    except no.NeverHappens:
        assert not fitting
    except no.TooManyOccurrences:
        assert len(fitting) > MOST_OCCURRENCES
    except no.LastsTooLong:
        assert rule.count is not None
        assert len(fitting) < rule.count
    else:
        assert found == fitting[: rule.count]


@given(RULES)
def test_a_rule_is_read_as_it_was_written(rule):
    assert read_rule(to_rfc5545(rule), WEDNESDAY) == rule


@given(st.text(max_size=60) | st.from_regex(r"FREQ=[A-Z]{5,8};[A-Z=;0-9,-]{0,40}", fullmatch=True))
def test_whatever_is_sent_as_a_rule_is_read_or_refused(text):
    try:
        rule = read_rule(text, WEDNESDAY)
        count_out_days(rule, WEDNESDAY, every_day)
    except (
        no.RuleNotOffered,
        no.NeverEnds,
        no.EndsTwice,
        no.CountTooSmall,
        no.UntilBeforeFirst,
        no.TooManyOccurrences,
        no.LastsTooLong,
        no.BadInterval,
        no.NoSuchMonthDay,
        no.NeverHappens,
    ):
        pass


def standing(*days, on=()):
    """Name what is there at ten on these days of December 2026; `on` says where it was moved alone."""
    moved = dict(on)
    return [
        OccurrenceNow(occurrence_key(date(2026, 12, day), 600), date(2026, 12, moved.get(day, day)))
        for day in days
    ]


def december(*days):
    return tuple(date(2026, 12, day) for day in days)


@pytest.mark.parametrize(
    ("there", "days", "kept", "new", "gone"),
    [
        # Wednesdays become Thursdays: nothing stays
        (standing(2, 9, 16), december(3, 10, 17), {}, (3, 10, 17), (2, 9, 16)),
        # every week becomes every second: those between are given back
        (standing(2, 9, 16, 23), december(2, 16), {2: 2, 16: 16}, (), (9, 23)),
        # it goes on for two weeks more
        (standing(2, 9), december(2, 9, 16, 23), {2: 2, 9: 9}, (16, 23), ()),
        # Wednesdays become Wednesdays and Fridays
        (standing(2, 9), december(2, 4, 9, 11), {2: 2, 9: 9}, (4, 11), ()),
        # the 9th was moved alone to the 10th, a Thursday: that is its Thursday, no other comes
        (standing(2, 9, on={9: 10}), december(3, 10), {10: 9}, (3,), (2,)),
        # moved alone to the 11th, and the rule still says the 9th: it is the occurrence of the 9th
        (standing(2, 9, on={9: 11}), december(2, 9, 11), {2: 2, 9: 9}, (11,), ()),
        # two on one day: the one that was planned there has it
        (standing(9, 10, on={9: 10}), december(10), {10: 10}, (), (9,)),
        ([], december(3), {}, (3,), ()),
    ],
)
def test_what_stays_of_another_rule_as_paired_by_hand(there, days, kept, new, gone):
    paired = pair_up(there, days)
    assert paired.days == {
        date(2026, 12, day): occurrence_key(date(2026, 12, key), 600) for day, key in kept.items()
    }
    assert paired.new == december(*new)
    assert paired.gone == tuple(occurrence_key(date(2026, 12, key), 600) for key in gone)


@given(
    st.dictionaries(st.integers(1, 28), st.integers(1, 28), max_size=12),
    st.sets(st.integers(1, 28), max_size=12),
)
def test_each_day_of_another_rule_is_had_once_and_nobody_is_given_back_whose_day_it_says(where, wanted):
    there, days = standing(*where, on=where), december(*sorted(wanted))
    paired = pair_up(there, days)
    assert sorted([*paired.days, *paired.new]) == sorted(days), "each day is somebody's, or new"
    assert sorted([*paired.days.values(), *paired.gone]) == sorted(one.key for one in there)
    for one in there:
        planned = date.fromisoformat(one.key[:10])
        if planned in days:
            assert paired.days[planned] == one.key
        elif one.key in paired.gone:
            assert one.on not in paired.new, "nothing new is booked where one of it takes place"
    assert pair_up(there, [date.fromisoformat(one.key[:10]) for one in there]).gone == (), "the same rule"
