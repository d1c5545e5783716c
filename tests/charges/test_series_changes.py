"""A series changed or cancelled from one occurrence on: each as it would be alone, on both engines."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from booking.audit.models import AuditEntry
from booking.charges.models import Charge
from booking.charges.series import cancel_series, late_cancel_fees, opened, take_opened, to_cancel
from booking.mail.models import Letter
from booking.parks.models import CalendarDay, CalendarYear
from booking.people.models import Member
from booking.reservations.guests.invite import guests_of, invite
from booking.reservations.guests.rules import AskedAlong, Visitor
from booking.reservations.models import Occupancy, ReservationState, UntoldChange
from booking.reservations.move_or_cancel import cancel as cancel_booking, move
from booking.reservations.series.change_series import SeriesChange, change_series, regular
from booking.reservations.series.extend_series import extend_series, foresee_longer
from booking.reservations.series.instead import Elsewhere
from booking.reservations.series.models import Series, WishOutcome
from booking.reservations.series.refusals import (
    EndsNoLater,
    GoesOnElsewhere,
    LastsTooLong,
    NeverHappens,
    NothingOfSeriesFree,
)
from booking.reservations.series.tell_series import tell_begun
from booking.reservations.waiting.end_wait import withdraw
from booking.reservations.waiting.models import Wait, WaitState
from booking.reservations.waiting.wait_for import wait_for
from booking.values import Money, Span
from tests.harness.app import open_session
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.reservations.test_series import Office, letter, plan
from tests.reservations.test_verbs import hours
from tests.reservations.test_waiting import settled

FIRST, SECOND, THIRD, FOURTH = (f"2026-11-{day:02d}T10:00" for day in (4, 11, 18, 25))


@pytest.fixture
def office(on_both_engines, app_on):
    with open_session(app_on(on_both_engines)) as session:
        yield Office(World(session, TUESDAY))


def cancel(office, series, since, **facts):
    facts = {"letter": letter, "by": office.me, "now": TUESDAY} | facts
    return cancel_series(office.session, series.id, since=since, **facts)


def change(office, series, since, *, space=None, starts=840, ends=900, **facts):
    there = SeriesChange(space or office.room, starts, ends)
    rows = regular(office.session, series, since, TUESDAY)
    facts = {
        "quotes": {one.id: Money.yuan(70) for one in rows}, "letter": letter, "by": office.me, "now": TUESDAY,
    } | facts  # fmt: skip
    return change_series(office.session, series.id, there, since=since, **facts)


def states(office, series):
    return [one.state.value for one in office.booked(series)]


def starts(office, series):
    return [f"{one.starts_at.astimezone(office.park.zone):%m-%d %H:%M}" for one in office.booked(series)]


def letters(office):
    office.session.flush()
    return len(office.session.scalars(select(Letter)).all())


def test_cancelled_from_the_third_on_the_first_two_stay_and_one_letter_tells(office):
    office.want_copies()
    series = office.begin()
    assert len(cancel(office, series, THIRD)) == 2
    assert states(office, series) == ["booked", "booked", "cancelled", "cancelled"]
    assert (series.rule, series.version) == ("FREQ=WEEKLY;UNTIL=20261117;BYDAY=WE", 2)
    assert office.count(Occupancy) == 2
    assert letters(office) == 1
    assert cancel(office, series, THIRD) == []
    assert (series.version, letters(office)) == (2, 1)
    actions = office.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions.count("series.cancelled") == 1
    assert actions.count("reservation.cancelled") == 2


def test_what_is_wished_for_is_given_up_with_it(office):
    office.block(1)
    series = office.begin()
    cancel(office, series, FIRST)
    assert [one.outcome for one in office.wished(series)] == [WishOutcome.DROPPED]
    assert set(states(office, series)) == {"cancelled"}


def test_late_cancelling_costs_what_it_would_alone_and_was_said_before(office):
    """Half of the quote within two days: the first, tomorrow at ten, and none of the others."""
    office.world.tariff(office.park, late_cancel_permille=500, late_cancel_minutes=2 * 24 * 60)
    series = office.begin()
    rows = to_cancel(office.session, series.id, FIRST, TUESDAY)
    said = late_cancel_fees(office.session, office.park, rows, TUESDAY)
    assert [said.get(one.id) for one in rows] == [
        Money.yuan(40),
        Money.zero(),
        Money.zero(),
        Money.zero(),
    ] or list(said.values()) == [Money.yuan(40)]
    for _ in range(2):
        cancel(office, series, FIRST)
    assert [one.amount for one in office.session.scalars(select(Charge))] == [Money.yuan(40)]


def test_what_has_begun_stays(office):
    series = office.begin()
    office.booked(series)[0].state = ReservationState.IN_USE
    office.session.flush()
    cancel(office, series, FIRST, now=hours(25, 26).start + timedelta(minutes=5))
    assert states(office, series) == ["in_use", "cancelled", "cancelled", "cancelled"]


def test_what_nobody_came_to_in_time_is_left_as_it_is_and_the_rest_is_cancelled(office):
    """Wednesdays at ten; on the first at 10:15 nobody had come, and no job has released it yet."""
    office.world.tariff(office.park, late_cancel_permille=500, late_cancel_minutes=60)
    series, late = office.begin(), hours(25, 26).start + timedelta(minutes=15)
    just_before = late - timedelta(seconds=1)
    assert len(to_cancel(office.session, series.id, FIRST, just_before)) == 4
    rows = to_cancel(office.session, series.id, FIRST, late)
    assert late_cancel_fees(office.session, office.park, rows, late) == {}
    for count in (3, 0):
        assert len(cancel(office, series, FIRST, now=late, shown=Money.zero())) == count
    assert states(office, series) == ["booked", "cancelled", "cancelled", "cancelled"]
    told = AuditEntry.action == "series.cancelled"
    (entry,) = office.session.scalars(select(AuditEntry).where(told))
    assert entry.after["cancelled"] == 3
    assert office.session.scalars(select(Charge)).all() == []


def test_all_change_their_time_and_the_series_is_the_same(office):
    office.want_copies()
    series = office.begin()
    done = change(office, series, FIRST)
    assert done.series is series
    assert starts(office, series) == ["11-04 14:00", "11-11 14:00", "11-18 14:00", "11-25 14:00"]
    assert [one.recurrence_id for one in office.booked(series)] == [FIRST, SECOND, THIRD, FOURTH]
    assert {one.quote for one in office.booked(series)} == {Money.yuan(70)}
    assert office.steps(done.moved[0]) == ["reservation.made", "reservation.moved"]
    assert letters(office) == 1
    again = change(office, series, FIRST)
    assert (again.moved, letters(office)) == ([], 1)


def test_this_and_following_go_on_as_a_series_of_their_own(office):
    series, other = office.begin(), office.world.space(office.area)
    done = change(office, series, THIRD, space=other, starts=600, ends=660)
    assert done.series.split_from_id == series.id
    assert starts(office, series) == ["11-04 10:00", "11-11 10:00"]
    assert starts(office, done.series) == ["11-18 10:00", "11-25 10:00"]
    assert {one.space_id for one in office.booked(done.series)} == {other.id}
    assert series.rule == "FREQ=WEEKLY;UNTIL=20261117;BYDAY=WE"
    assert done.series.rule == "FREQ=WEEKLY;COUNT=2;BYDAY=WE"
    assert office.count(Series) == 2


def test_what_cannot_move_stays_where_it_is_and_what_was_moved_alone_too(office):
    series = office.begin()
    alone = office.booked(series)[1]
    move(
        office.session, alone.id, office.room, hours(8 * 24, 8 * 24 + 1),
        quote=Money.yuan(80), by=office.me, now=TUESDAY,
    )  # fmt: skip
    start = 29 + 2 * 7 * 24  # two o'clock of the third Wednesday
    office.reserve(start, start + 1, by=office.somebody())
    done = change(office, series, FIRST)
    assert [type(one).__name__ for one in done.stayed.values()] == ["Taken"]
    assert starts(office, series) == ["11-04 14:00", "11-11 09:00", "11-18 10:00", "11-25 14:00"]
    assert office.count(Occupancy) == 5


def test_what_is_wished_for_is_wished_for_there(office):
    office.block(1)
    series = office.begin()
    change(office, series, FIRST)
    (wished,) = office.wished(series)
    assert f"{wished.starts_at.astimezone(office.park.zone):%m-%d %H:%M}" == "11-11 14:00"


def test_every_second_week_goes_on_from_its_own_week(office):
    series = office.begin(plan("FREQ=WEEKLY;INTERVAL=2;COUNT=4"))
    done = change(office, series, THIRD)
    assert done.series.rule == "FREQ=WEEKLY;COUNT=3;INTERVAL=2;BYDAY=WE"
    assert starts(office, done.series) == ["11-18 14:00", "12-02 14:00", "12-16 14:00"]


def test_what_lies_too_far_ahead_books_itself_on_the_first_day_it_may_be(office):
    """Two weeks ahead may be booked: the fourth Wednesday, the 25th, from the 11th on."""
    office.world.tariff(office.park)
    office.world.rule(office.park, horizon_days=14)
    series = office.begin()
    assert [one.opens_on for one in office.wished(series)] == [date(2026, 11, 4), date(2026, 11, 11)]
    assert opened(office.session, TUESDAY) == []
    later = TUESDAY + timedelta(days=8)
    found = opened(office.session, later)
    office.session.get_one(Member, office.me.member_id).wants_copies = True
    office.reserve(25 + 3 * 7 * 24, 26 + 3 * 7 * 24, by=office.somebody(), now=later)
    assert [take_opened(office.session, one, now=later) for one in found] == [True, False]
    assert [take_opened(office.session, one, now=later) for one in found] == [False, False]
    assert starts(office, series) == ["11-04 10:00", "11-11 10:00", "11-18 10:00"]
    assert [one.quote for one in office.booked(series)][2] == Money.yuan(80)
    told = select(UntoldChange.reservation_id).where(UntoldChange.member_id == office.me.member_id)
    assert office.session.scalars(told).all() == [office.booked(series)[2].id], "who wants copies hears of it"
    office.session.commit()
    assert opened(office.session, later) == []


def test_a_rest_day_of_a_year_that_is_not_settled_books_itself_if_it_is_made_a_working_day(office):
    """2 January 2027 is a Saturday, and becomes a working day; the 3rd stays a rest day."""
    office.world.tariff(office.park)
    office.world.rule(office.park, open_on_rest_days=False)
    series = office.begin(plan("FREQ=DAILY;COUNT=4", first=date(2026, 12, 31)))
    assert [one.recurrence_id[5:10] for one in office.wished(series)] == ["01-02", "01-03"]
    for days in (1, 2):
        at = TUESDAY + timedelta(days=days)
        found = opened(office.session, at)
        assert [take_opened(office.session, one, now=at) for one in found] == [False, False]
    office.session.add(CalendarDay(park_id=office.park.id, day=date(2027, 1, 2), working=True, label="班"))
    office.session.add(CalendarYear(park_id=office.park.id, year=2027, published=True))
    office.session.commit()
    at = TUESDAY + timedelta(days=3)
    found = opened(office.session, at)
    assert [take_opened(office.session, one, now=at) for one in found] == [True, False]
    assert starts(office, series)[2:] == ["01-02 10:00"]
    office.session.commit()
    assert opened(office.session, at + timedelta(days=1)) == [], "what stays closed is not tried again"


def test_what_still_lies_too_far_ahead_is_tried_again_when_it_does_not(office):
    office.world.tariff(office.park)
    rule = office.world.rule(office.park, horizon_days=14)
    series = office.begin()
    rule.horizon_days = 10
    office.session.commit()
    later = TUESDAY + timedelta(days=1)
    (found,) = opened(office.session, later)
    assert not take_opened(office.session, found, now=later)
    assert office.wished(series)[0].opens_on == date(2026, 11, 8)


def test_of_whose_account_is_closed_nothing_books_itself_and_no_letter_goes_out(office):
    office.want_copies()
    office.world.tariff(office.park)
    office.world.rule(office.park, horizon_days=14)
    series, later = office.begin(), TUESDAY + timedelta(days=8)
    (found, _), before = opened(office.session, later), letters(office)
    me = office.session.get_one(Member, office.me.member_id)
    me.active = False
    office.session.commit()
    assert opened(office.session, later) == []
    assert not take_opened(office.session, found, now=later)
    extend_series(
        office.session,
        series.id,
        date(2026, 12, 3),
        price=lambda *_: {},
        letter=letter,
        by=office.me,
        now=later,
    )
    assert letters(office) == before
    me.active = True
    office.session.commit()
    assert found in opened(office.session, later)


def test_a_series_goes_on_until_a_later_day_once(office):
    """Four Wednesdays to the 25th; to 10 December come the 2nd, which somebody has, and the 9th."""
    office.want_copies()
    office.block(4)
    series = office.begin()
    more = longer(office)
    assert extend_series(office.session, series.id, date(2026, 12, 10), **more) == (1, 1)
    assert starts(office, series)[3:] == ["11-25 10:00", "12-09 10:00"]
    assert [one.recurrence_id for one in office.wished(series)] == ["2026-12-02T10:00"]
    assert series.rule == "FREQ=WEEKLY;UNTIL=20261210;BYDAY=WE"
    for no_later in (date(2026, 12, 10), date(2026, 12, 9)):
        with pytest.raises(EndsNoLater):
            extend_series(office.session, series.id, no_later, **more)
    with pytest.raises(NeverHappens):
        extend_series(office.session, series.id, date(2026, 12, 15), **more)
    with pytest.raises(LastsTooLong):
        extend_series(office.session, series.id, date(2031, 1, 1), **more)
    assert letters(office) == 1
    earlier = {"2026-12-02T10:00": Elsewhere(office.room.id, 540, 600)}  # no date that comes with it
    assert extend_series(office.session, series.id, date(2026, 12, 20), **more, instead=earlier) == (1, 0)


def longer(office):
    return {
        "price": lambda _, some: {one.key: Money.yuan(60) for one in some},
        "letter": letter, "by": office.me, "now": TUESDAY,
    }  # fmt: skip


def test_what_it_goes_on_with_too_far_ahead_is_kept_and_books_itself(office):
    """Two weeks ahead may be booked: to 20 January come eight, the first, 2 December, from 18 November on."""
    office.want_copies()
    office.world.tariff(office.park)
    office.world.rule(office.park, horizon_days=14)
    series = office.begin()
    assert extend_series(office.session, series.id, date(2027, 1, 20), **longer(office)) == (0, 8)
    assert (series.rule, letters(office)) == ("FREQ=WEEKLY;UNTIL=20270120;BYDAY=WE", 1)
    with pytest.raises(EndsNoLater):
        extend_series(office.session, series.id, date(2027, 1, 20), **longer(office))
    later = TUESDAY + timedelta(days=15)
    office.session.commit()
    for one in opened(office.session, later):
        assert take_opened(office.session, one, now=later)
    assert starts(office, series)[2:] == ["11-18 10:00", "11-25 10:00", "12-02 10:00"]


def test_a_series_goes_on_with_nothing_that_is_only_closed(office):
    rule = office.world.rule(office.park)
    series = office.begin()
    rule.closes_minute = 600
    office.session.commit()
    with pytest.raises(NothingOfSeriesFree):
        extend_series(office.session, series.id, date(2026, 12, 10), **longer(office))


def test_after_it_was_cut_short_it_goes_on_from_its_end_and_leaves_no_hole(office):
    """Of the 11th, 18th and 25th the 18th was cancelled alone, then all from the 11th on: they come again.

    What was given up stays on record, apart from the series and over.
    """
    series = office.begin()
    gone = office.booked(series)[1:]
    cancel_booking(office.session, gone[1].id, by=office.me, now=TUESDAY)
    cancel(office, series, SECOND)
    assert extend_series(office.session, series.id, date(2026, 12, 3), **longer(office)) == (4, 0)
    assert starts(office, series) == [f"{day} 10:00" for day in ("11-04", "11-11", "11-18", "11-25", "12-02")]
    assert states(office, series) == ["booked"] * 5
    (apart,) = {office.session.get_one(Series, one.series_id) for one in gone}
    assert (apart.ended_at, apart.split_from_id, apart.rule) == (
        TUESDAY, None, "FREQ=WEEKLY;UNTIL=20261125;BYDAY=WE",
    )  # fmt: skip
    assert states(office, apart) == ["cancelled"] * 3
    assert tell_begun(office.session, apart.id, letter=letter, now=TUESDAY) is False, "nobody began it"


def along(*names):
    return AskedAlong(frozenset(), tuple(Visitor(name) for name in names))


def guests(office, series):
    return [[one.called for one in guests_of(office.session, row.id)] for row in office.booked(series)]


def test_who_comes_along_comes_to_what_is_had_again_and_to_nothing_else(office):
    """Cut short from the 11th on and extended to the 12th: the 11th is had again, the 18th is not."""
    series = office.begin(along=along("王小明"))
    cancel(office, series, SECOND)
    assert extend_series(office.session, series.id, date(2026, 11, 12), **longer(office)) == (1, 0)
    assert states(office, series) == ["booked", "booked", "cancelled", "cancelled"]
    assert guests(office, series)[:2] == [["王小明"]] * 2
    office.block(4)
    assert extend_series(office.session, series.id, date(2026, 12, 10), **longer(office)) == (3, 1)
    assert guests(office, series) == [["王小明"]] * 5


def test_what_stands_between_the_new_days_keeps_the_guests_it_has(office):
    """The fourth was moved to the first week alone, with its own guests, and is in use by then."""
    series = office.begin(along=along("王小明"))
    fourth = office.booked(series)[3]
    move(office.session, fourth.id, office.room, hours(1, 2), quote=Money.yuan(80), by=office.me, now=TUESDAY)
    invite(office.session, fourth.id, along("李小红"), by=office.me, now=TUESDAY)
    fourth.state = ReservationState.IN_USE
    office.session.flush()
    cancel(office, series, SECOND)
    assert extend_series(office.session, series.id, date(2026, 12, 3), **longer(office)) == (3, 0)
    assert guests(office, series) == [["王小明"]] * 3 + [["李小红"]] + [["王小明"]]


def test_what_the_rest_of_it_went_on_as_has_is_not_had_twice(office):
    """From the 18th on it is another series, of which the 25th was given up again."""
    series = office.begin()
    later = change(office, series, THIRD).series
    cancel_booking(office.session, office.booked(later)[1].id, by=office.me, now=TUESDAY)
    with pytest.raises(GoesOnElsewhere) as refused:
        extend_series(office.session, series.id, date(2026, 11, 20), **longer(office))
    assert refused.value.days == (date(2026, 11, 18),)
    assert foresee_longer(office.session, series, date(2026, 12, 3), now=TUESDAY).elsewhere == (
        date(2026, 11, 18),
    )
    assert extend_series(office.session, series.id, date(2026, 12, 3), **longer(office)) == (2, 0)
    assert starts(office, series) == ["11-04 10:00", "11-11 10:00", "11-25 10:00", "12-02 10:00"]
    assert starts(office, later) == ["11-18 14:00", "11-25 14:00"]


def test_a_wish_that_was_given_up_is_wished_for_anew(office):
    office.block(2)
    series = office.begin()
    cancel(office, series, SECOND)
    assert extend_series(office.session, series.id, date(2026, 11, 26), **longer(office)) == (2, 1)
    assert [one.recurrence_id for one in office.wished(series)] == ["2026-11-18T10:00"]


def test_what_was_moved_to_another_space_alone_stays_there(office):
    series, other = office.begin(), office.world.space(office.area)
    alone = office.booked(series)[1]
    span = Span(alone.starts_at, alone.ends_at)
    move(office.session, alone.id, other, span, quote=Money.yuan(80), by=office.me, now=TUESDAY)
    change(office, series, FIRST)
    assert starts(office, series) == ["11-04 14:00", "11-11 10:00", "11-18 14:00", "11-25 14:00"]
    assert alone.space_id == other.id


def test_a_hold_of_what_moves_is_given_up_and_the_new_time_waits_behind_who_wanted_it(office):
    """Held from ten to eleven; the series moves to two: others stand in line for that since before."""
    later, other = TUESDAY + timedelta(hours=1), office.somebody()
    taken = office.block(1)
    series = office.begin()
    (wished,) = office.wished(series)
    cancel_booking(office.session, taken.id, by=office.me, now=TUESDAY)
    hold = office.session.scalars(select(Wait)).one()
    assert hold.state is WaitState.OFFERED
    start = 24 + 7 * 24
    busy = office.reserve(start + 5, start + 6, by=other)
    first = wait_for(
        office.session, office.room, hours(start + 5, start + 6), by=office.somebody(), now=TUESDAY
    )
    change(office, series, FIRST, now=later)
    assert (hold.state, hold.wished_id, office.count(Occupancy)) == (WaitState.WITHDRAWN, None, 4)
    assert (wished.starts_at, wished.outcome) == (hours(start + 5, start + 6).start, None)
    cancel_booking(office.session, busy.id, by=other, now=later)
    assert first.state is WaitState.OFFERED
    withdraw(office.session, first.id, letter=settled, by=other, now=later)
    anew = office.session.scalars(select(Wait).where(Wait.wished_id == wished.id)).one()
    assert (anew.state, anew.starts_at) == (WaitState.OFFERED, wished.starts_at)
