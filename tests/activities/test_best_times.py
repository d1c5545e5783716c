"""When an activity had best begin: within working hours, unless nothing there is free."""

from datetime import date

from hypothesis import given, strategies as st

from booking.activities.rules import HourOfHall, best_times

FRIDAY, SATURDAY = date(2026, 11, 6), date(2026, 11, 7)


def hours_of(day, open_, taken=(), busy=None):
    works = day.weekday() < 5
    return [
        HourOfHall(day, hour, hour not in taken, (busy or {}).get(hour, 0), works) for hour in range(*open_)
    ]


def test_nobody_about_at_night_or_on_a_saturday_is_no_good_time():
    week = [
        *hours_of(FRIDAY, (8, 22), busy=dict.fromkeys(range(9, 18), 2) | {14: 1}),
        *hours_of(SATURDAY, (8, 22)),
    ]
    assert best_times(week, 1) == [(FRIDAY, 14)], "though the evening and the Saturday are quieter"
    assert best_times(week, 2) == [(FRIDAY, 13)], "of two hours, the first with the quiet one"


def test_where_nothing_else_is_free_any_open_hour_will_do():
    taken = range(9, 18)
    assert best_times(hours_of(FRIDAY, (8, 22), taken), 2) == [(FRIDAY, 18)]
    assert best_times([*hours_of(FRIDAY, (9, 18), taken), *hours_of(SATURDAY, (10, 16))], 3) == [
        (SATURDAY, 10)
    ]
    assert best_times(hours_of(FRIDAY, (9, 18), taken), 1) == []


@given(
    st.lists(
        st.builds(
            HourOfHall,
            st.sampled_from([date(2026, 11, day) for day in range(2, 9)]),
            st.integers(7, 22),
            st.booleans(),
            st.integers(0, 3),
            st.booleans(),
        ),
        unique_by=lambda one: (one.day, one.hour),
    ),
    st.integers(1, 4),
)
def test_each_is_free_throughout_on_a_day_of_its_own_and_at_work_where_one_can_be(hours, length):
    known = {(one.day, one.hour): one for one in hours}
    runs = {
        (day, hour): [known[day, hour + more] for more in range(length) if (day, hour + more) in known]
        for day, hour in known
    }
    whole = {
        begins: run for begins, run in runs.items() if len(run) == length and all(one.free for one in run)
    }
    working = {at for at, run in whole.items() if all(one.in_working_hours for one in run)}
    best = best_times(hours, length)
    assert len({day for day, _ in best}) == len(best) == min(3, len({day for day, _ in working or whole}))
    assert set(best) <= (working or set(whole))
