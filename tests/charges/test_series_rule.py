"""Another rule for the rest of a series: what stays, moves, is given back and is new, on both engines."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from booking.audit.models import AuditEntry
from booking.charges.charge_fee import cancel_with_fee
from booking.charges.models import Charge
from booking.charges.series import cancel_series, late_cancel_fees
from booking.mail.models import Letter
from booking.mail.outbox import LetterText
from booking.reservations import refusals as not_so
from booking.reservations.guests.invite import guests_of, invite
from booking.reservations.guests.rules import AskedAlong, Visitor
from booking.reservations.models import Occupancy, ReservationState
from booking.reservations.move_or_cancel import cancel, move
from booking.reservations.quotas.models import Quota
from booking.reservations.quotas.rules import Per, QuotaPeriod
from booking.reservations.series import foresee as foreseeing, refusals as no
from booking.reservations.series.change_rule import RulePorts, change_rule
from booking.reservations.series.foresee_rule import RuleChange, foresee_rule, plan_of_rest
from booking.reservations.series.models import Series, WishOutcome
from booking.reservations.series.recurrence import read_rule, to_rfc5545
from booking.reservations.series.rules import SeriesPlan
from booking.reservations.waiting.models import Wait, WaitState
from booking.reservations.waiting.wait_for import wait_for
from booking.spaces.models import Kind
from booking.values import Money
from tests.harness.app import open_session
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.reservations.test_series import Office, letter, plan, statements
from tests.reservations.test_verbs import hours

FIRST, SECOND, THIRD, FOURTH = (date(2026, 11, day) for day in (4, 11, 18, 25))
THURSDAYS = "FREQ=WEEKLY;COUNT=4;BYDAY=TH"


@pytest.fixture
def office(on_both_engines, app_on):
    with open_session(app_on(on_both_engines)) as session:
        yield Office(World(session, TUESDAY))


def ports(told=letter):
    return RulePorts(lambda _, some: {one.key: Money.yuan(70) for one in some}, cancel_with_fee, told)


def to(office, rule, first=FIRST, *, space=None, starts=600, ends=660, working_days_only=False):
    there = SeriesPlan(read_rule(rule, first), first, starts, ends, working_days_only)
    return RuleChange(space or office.room, there)


def change(office, series, what, **facts):
    facts = {"ports": ports(), "by": office.me, "now": TUESDAY} | facts
    return change_rule(office.session, series.id, what, **facts)


def when(office, series, *states):
    wanted = states or (ReservationState.BOOKED,)
    return [
        f"{one.starts_at.astimezone(office.park.zone):%m-%d %H:%M}"
        for one in office.booked(series)
        if one.state in wanted
    ]


def test_wednesdays_become_thursdays_in_one_act_with_one_letter(office):
    """Nothing begins on the same day: four are given back, four are new, and the old series is over."""
    office.want_copies()
    series = office.begin(plan("FREQ=WEEKLY;COUNT=4;BYDAY=WE", first=date(2026, 11, 3)))
    before = {one.id for one in office.booked(series)}
    done = change(office, series, to(office, THURSDAYS))
    assert done[1:5] == (4, 0, 0, 4)
    assert when(office, done.series) == ["11-05 10:00", "11-12 10:00", "11-19 10:00", "11-26 10:00"]
    assert {one.quote for one in office.booked(done.series)} == {Money.yuan(70)}
    assert {one.id for one in office.booked(series)} == before
    assert {one.state for one in office.booked(series)} == {ReservationState.CANCELLED}
    assert (series.ended_at, done.series.split_from_id) == (TUESDAY, series.id)
    assert done.series.rule == THURSDAYS
    assert office.count(Occupancy) == 4
    office.session.flush()
    assert len(office.session.scalars(select(Letter)).all()) == 1
    actions = office.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [actions.count(one) for one in ("series.changed", "reservation.cancelled")] == [2, 4]
    assert office.steps(office.booked(done.series)[0]) == ["reservation.made"]


def test_every_second_week_from_the_second_on_keeps_what_it_says_and_gives_back_the_rest(office):
    series = office.begin(plan("FREQ=WEEKLY;COUNT=5"))
    first, second, third, fourth, fifth = office.booked(series)
    done = change(office, series, to(office, "FREQ=WEEKLY;INTERVAL=2;COUNT=3;BYDAY=WE", SECOND))
    assert done[1:5] == (1, 0, 0, 2), "the sixth is new; the third and the fifth go back"
    assert [one.id for one in office.booked(done.series)][:2] == [second.id, fourth.id]
    assert when(office, done.series) == ["11-11 10:00", "11-25 10:00", "12-09 10:00"]
    assert [second.version, fourth.version] == [1, 1], "what stays is not touched"
    assert [third.state, fifth.state] == [ReservationState.CANCELLED] * 2
    assert when(office, series) == ["11-04 10:00"]
    assert (series.rule, series.ended_at) == ("FREQ=WEEKLY;UNTIL=20261110;BYDAY=WE", None)
    assert first.state is ReservationState.BOOKED


def test_it_goes_on_until_march_or_ends_earlier_and_where_the_hour_changes_the_bookings_are_the_same(office):
    series = office.begin()
    ids = [one.id for one in office.booked(series)]
    longer = change(office, series, to(office, "FREQ=WEEKLY;UNTIL=20261209;BYDAY=WE", starts=840, ends=900))
    assert longer[1:5] == (2, 0, 4, 0)
    assert [one.id for one in office.booked(longer.series)][:4] == ids
    assert when(office, longer.series)[3:] == ["11-25 14:00", "12-02 14:00", "12-09 14:00"]
    assert [one.version for one in office.booked(longer.series)] == [2] * 4 + [1] * 2, "SEQUENCE goes up"
    sooner = to(office, "FREQ=WEEKLY;UNTIL=20261115;BYDAY=WE", starts=840, ends=900)
    assert change(office, longer.series, sooner)[1:5] == (0, 0, 0, 4)


def test_what_was_changed_or_cancelled_alone_stays_so_and_a_day_is_not_had_twice(office):
    """The second was moved alone to Thursday the 12th, the third cancelled alone, the fourth made earlier."""
    series = office.begin()
    _, second, third, fourth = office.booked(series)
    facts = {"quote": Money.yuan(80), "by": office.me, "now": TUESDAY}
    move(office.session, second.id, office.room, hours(25 + 8 * 24, 26 + 8 * 24), **facts)
    cancel(office.session, third.id, by=office.me, now=TUESDAY)
    move(office.session, fourth.id, office.room, hours(24 + 21 * 24, 25 + 21 * 24), **facts)
    done = change(office, series, to(office, "FREQ=WEEKLY;UNTIL=20261127;BYDAY=WE,TH", starts=840, ends=900))
    assert when(office, done.series) == [
        "11-04 14:00", "11-05 14:00", "11-12 10:00", "11-12 14:00", "11-19 14:00", "11-25 09:00",
        "11-26 14:00",
    ]  # fmt: skip
    only_thursdays = to(office, "FREQ=WEEKLY;UNTIL=20261127;BYDAY=TH", starts=840, ends=900)
    last = change(office, done.series, only_thursdays)
    assert when(office, last.series) == ["11-05 14:00", "11-12 14:00", "11-19 14:00", "11-26 14:00"]


def test_back_again_the_days_are_booked_anew(office):
    """What a rule gave back, or a cancelling of all that follows, was not cancelled alone."""
    series = office.begin()
    thursdays = change(office, series, to(office, THURSDAYS)).series
    back = change(office, thursdays, to(office, "FREQ=WEEKLY;COUNT=4;BYDAY=WE")).series
    assert when(office, back) == ["11-04 10:00", "11-11 10:00", "11-18 10:00", "11-25 10:00"]
    facts = {"letter": letter, "by": office.me, "now": TUESDAY}
    cancel_series(office.session, back.id, since="2026-11-18T10:00", **facts)
    longer = change(office, back, to(office, "FREQ=WEEKLY;UNTIL=20261202;BYDAY=WE"))
    assert longer.booked == 3


def test_what_somebody_has_is_wished_for_and_what_was_wished_for_keeps_its_place(office):
    """The second Wednesday is taken before, and the second Thursday of the new rule."""
    office.block(1)
    series = office.begin()
    (wish,) = office.wished(series)
    start = 25 + 8 * 24
    office.reserve(start, start + 1, by=office.somebody())
    done = change(office, series, to(office, "FREQ=WEEKLY;UNTIL=20261127;BYDAY=WE,TH"))
    assert done[1:5] == (3, 1, 0, 0)
    assert [one.recurrence_id for one in office.wished(done.series)] == [
        "2026-11-11T10:00",
        "2026-11-12T10:00",
    ]
    assert (wish.series_id, wish.outcome, wish.created_at) == (done.series.id, None, TUESDAY)
    later = TUESDAY + timedelta(hours=1)
    moved = to(office, "FREQ=WEEKLY;UNTIL=20261113;BYDAY=WE", starts=840, ends=900)
    last = change(office, done.series, moved, now=later)
    assert last[1:5] == (1, 0, 1, 5), "at two it is free, so that it is booked"
    assert [one.outcome for one in office.wished(done.series)] == [WishOutcome.DROPPED] * 2


def test_what_is_left_over_goes_to_who_waits_and_a_hold_of_what_is_dropped_to_the_next(office):
    other, taken = office.somebody(), office.block(1)
    series = office.begin()
    cancel(office.session, taken.id, by=office.me, now=TUESDAY)
    held = office.session.scalars(select(Wait)).one()
    third = office.booked(series)[1]
    waits = [
        wait_for(office.session, office.room, span, by=other, now=TUESDAY)
        for span in (hours(25 + 7 * 24, 26 + 7 * 24), hours(25 + 14 * 24, 26 + 14 * 24))
    ]
    assert [one.state for one in (held, *waits)] == [WaitState.OFFERED, WaitState.WAITING, WaitState.WAITING]
    change(office, series, to(office, THURSDAYS))
    assert third.state is ReservationState.CANCELLED
    assert [one.state for one in (held, *waits)] == [
        WaitState.WITHDRAWN,
        WaitState.OFFERED,
        WaitState.OFFERED,
    ]


def test_what_is_late_to_give_back_costs_what_it_would_alone_and_was_said_before(office):
    """Half of the quote within two days: the first, tomorrow at ten."""
    office.world.tariff(office.park, late_cancel_permille=500, late_cancel_minutes=2 * 24 * 60)
    series = office.begin()
    seen = foresee_rule(office.session, series, to(office, THURSDAYS), now=TUESDAY)
    said = late_cancel_fees(office.session, office.park, seen.gone, TUESDAY)
    assert Money.total(said.values()) == Money.yuan(40)
    change(office, series, to(office, THURSDAYS))
    assert [one.amount for one in office.session.scalars(select(Charge))] == [Money.yuan(40)]


def test_what_is_over_or_used_is_not_touched(office):
    series = office.begin()
    office.booked(series)[1].state = ReservationState.IN_USE
    office.session.flush()
    now = hours(25 + 7 * 24, 26 + 7 * 24).start + timedelta(minutes=5)  # in the second one
    rest = plan_of_rest(office.session, series, FIRST.isoformat(), now)
    assert (rest.first_day, to_rfc5545(rest.rule)) == (THIRD, "FREQ=WEEKLY;COUNT=2;BYDAY=WE")
    done = change(office, series, to(office, "FREQ=DAILY;COUNT=3", SECOND), now=now)
    assert [one.state.value for one in office.booked(series)] == ["booked", "cancelled", "cancelled"]
    assert when(office, done.series, *ReservationState) == ["11-11 10:00", "11-12 10:00", "11-13 10:00"]
    assert done.booked == 2


def test_who_came_along_comes_along_to_what_is_new(office):
    series = office.begin(people=3)
    along = AskedAlong(frozenset(), (Visitor("王小明", "wang@guest.example"),))
    for one in office.booked(series):
        invite(office.session, one.id, along, by=office.me, now=TUESDAY)
    done = change(office, series, to(office, THURSDAYS))
    for one in office.booked(done.series):
        assert [guest.called for guest in guests_of(office.session, one.id)] == ["王小明"]


def test_the_same_once_more_gives_the_same_series_and_another_change_is_told(office):
    series = office.begin()
    facts = {"version": series.version}
    done = change(office, series, to(office, THURSDAYS), **facts)
    again = change(office, series, to(office, THURSDAYS), **facts)
    assert (again.series.id, again.booked, office.count(Series)) == (done.series.id, 0, 2)
    with pytest.raises(not_so.OutOfDate):
        change(office, series, to(office, "FREQ=DAILY;COUNT=4"), **facts)


@pytest.mark.parametrize(
    ("rule", "first", "facts", "refusal"),
    [
        (THURSDAYS, date(2026, 11, 2), {}, not_so.InThePast),
        (THURSDAYS, date(2026, 11, 26), {}, no.NothingLeftOfSeries),
        ("FREQ=WEEKLY;UNTIL=20261101;BYDAY=TH", FIRST, {}, no.UntilBeforeFirst),
        ("FREQ=DAILY;COUNT=10000", FIRST, {}, no.TooManyOccurrences),
        (THURSDAYS, FIRST, {"starts": 660, "ends": 600}, not_so.EndsBeforeItStarts),
        (THURSDAYS, FIRST, {"starts": 605}, not_so.OffTheStep),
    ],
)
def test_what_no_rule_can_be_is_refused_and_nothing_changes(office, rule, first, facts, refusal):
    series = office.begin()
    with pytest.raises(refusal):
        change(office, series, to(office, rule, first, **facts))
    office.session.rollback()


def test_another_kind_and_too_few_seats_are_refused(office):
    series = office.begin(people=3)
    desk, small = (
        office.world.space(office.area, Kind.WORKSTATION, capacity=9),
        office.world.space(office.area),
    )
    small.capacity = 2
    for space, refusal in ((desk, not_so.AnotherKind), (small, not_so.TooManyPeople)):
        with pytest.raises(refusal):
            change(office, series, to(office, THURSDAYS, space=space))


def test_where_nothing_of_another_rule_can_be_had_all_stays(office):
    series = office.begin(plan("FREQ=WEEKLY;COUNT=1"))
    office.reserve(49, 50, by=office.somebody())
    office.session.commit()
    with pytest.raises(no.NothingOfSeriesFree):
        change(office, series, to(office, "FREQ=WEEKLY;COUNT=1;BYDAY=TH"))
    office.session.rollback()
    assert when(office, series) == ["11-04 10:00"]


def test_what_goes_back_is_in_the_way_of_nothing_new_nor_of_a_quota(office):
    """Two hours a week: the hour given back on Wednesday is there for Thursday, foreseen and booked."""
    quota = Quota(
        park_id=office.park.id, kind=Kind.MEETING_ROOM, per=Per.PERSON, period=QuotaPeriod.WEEK, minutes=60
    )
    office.session.add(quota)
    office.session.commit()
    series = office.begin()
    seen = foresee_rule(office.session, series, to(office, THURSDAYS), now=TUESDAY)
    assert [one.refusal for one in seen.new] == [None] * 4
    assert change(office, series, to(office, THURSDAYS)).booked == 4


def test_who_is_quicker_at_a_new_one_has_that_one(office, monkeypatch):
    series = office.begin()
    start = 25 + 8 * 24
    office.reserve(start, start + 1, by=office.somebody())
    monkeypatch.setattr(foreseeing, "busy_between", lambda *_, **__: [])
    assert change(office, series, to(office, THURSDAYS))[1:5] == (3, 1, 0, 4)


def test_where_the_park_approves_what_is_new_is_only_asked_for(office):
    series = office.begin()
    office.world.rule(office.park, needs_approval=True)
    done = change(office, series, to(office, THURSDAYS))
    assert when(office, done.series, ReservationState.REQUESTED)[0] == "11-05 10:00"


def test_the_letter_knows_what_it_was_and_what_was_left_over(office):
    office.want_copies()
    told = []

    def remember(news):
        told.append(news)
        return LetterText("", "")

    series = office.begin()
    later = TUESDAY + timedelta(hours=1)
    every_second = to(office, "FREQ=WEEKLY;INTERVAL=2;COUNT=2;BYDAY=WE")
    change(office, series, every_second, ports=ports(remember), now=later)
    (news,) = told
    assert (news.left_over.before.rule, news.series.rule) == (
        "FREQ=WEEKLY;COUNT=4;BYDAY=WE", "FREQ=WEEKLY;COUNT=2;INTERVAL=2;BYDAY=WE",
    )  # fmt: skip
    assert [one.recurrence_id[:10] for one in news.left_over.reservations] == ["2026-11-11", "2026-11-25"]
    assert [one.action.value for one in news.steps] == ["reservation.cancelled"] * 2


def test_foreseeing_takes_as_many_statements_for_forty_as_for_four(office):
    few = office.begin(plan("FREQ=DAILY;COUNT=4"))
    many = office.begin(plan("FREQ=DAILY;COUNT=40", first=date(2026, 11, 20)))
    counts = [
        statements(
            office,
            lambda: foresee_rule(office.session, one, to(office, rule, one.first_day), now=TUESDAY),  # noqa: B023
        )
        for one, rule in (
            (few, "FREQ=DAILY;COUNT=3"),
            (few, "FREQ=DAILY;COUNT=5"),
            (many, "FREQ=DAILY;COUNT=60"),
        )
    ]
    assert counts[1] == counts[2]
