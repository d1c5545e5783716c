"""A series: what is free is booked in one act, the rest is kept; on both engines."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from booking.audit.models import AuditEntry
from booking.mail.models import Letter
from booking.mail.outbox import LetterText
from booking.people.models import Enterprise, Member
from booking.reservations import refusals as no
from booking.reservations.alternatives import free_and_allowed
from booking.reservations.models import Occupancy, Reservation, ReservationChange, ReservationState
from booking.reservations.move_or_cancel import cancel
from booking.reservations.series import foresee as foreseeing
from booking.reservations.series.begin_series import begin_series
from booking.reservations.series.foresee import SeriesWish, foresee
from booking.reservations.series.instead import Elsewhere
from booking.reservations.series.models import Series, WishedOccurrence
from booking.reservations.series.recurrence import read_rule
from booking.reservations.series.refusals import NothingOfSeriesFree, NotOfSeries
from booking.reservations.series.rules import SeriesPlan
from booking.reservations.series.take_wished import drop_wished, take_wished
from booking.reservations.series.tell_series import series_to_tell, tell_begun
from booking.reservations.space_queries import SpaceFilter
from booking.spaces.models import Kind
from booking.values import Money
from tests.harness.app import open_session
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.reservations.test_verbs import Desk, hours

FIRST = date(2026, 11, 4)  # a Wednesday
WEEKLY = "FREQ=WEEKLY;COUNT=4"


def plan(rule=WEEKLY, first=FIRST, **facts):
    return SeriesPlan(read_rule(rule, first), first, 600, 660, **facts)


def letter(told):
    return LetterText("系列预订", f"{len(told.reservations)} 次，候 {len(told.wished)} 次")


class Office(Desk):
    def begin(self, what=None, **facts):
        what = what or plan()
        facts = {
            "price": lambda _, some: {one.key: Money.yuan(80) for one in some},
            "by": self.me,
            "now": TUESDAY,
        } | facts
        return begin_series(self.session, facts.pop("space", self.room), what, **facts)

    def want_copies(self):
        """Let whose series it is want letters on what they do themselves."""
        self.session.get_one(Member, self.me.member_id).wants_copies = True
        self.session.flush()
        self.me = replace(self.me, wants_copies=True)

    def tell(self):
        """Write what waits to be told of series begun; gives the words of all letters."""
        for one in series_to_tell(self.session, TUESDAY):
            assert tell_begun(self.session, one, letter=letter, now=TUESDAY)
        return [one.body for one in self.session.scalars(select(Letter).order_by(Letter.id))]

    def booked(self, series):
        rows = (
            select(Reservation).where(Reservation.series_id == series.id).order_by(Reservation.recurrence_id)
        )
        return self.session.scalars(rows).all()

    def wished(self, series):
        rows = select(WishedOccurrence).where(WishedOccurrence.series_id == series.id)
        return self.session.scalars(rows.order_by(WishedOccurrence.recurrence_id)).all()

    def block(self, weeks, **facts):
        """Let somebody else have ten to eleven of the Wednesday so many weeks on."""
        start = 25 + weeks * 7 * 24
        return self.reserve(start, start + 1, by=self.somebody(), **facts)


@pytest.fixture
def office(on_both_engines, app_on):
    with open_session(app_on(on_both_engines)) as session:
        yield Office(World(session, TUESDAY))


def test_each_occurrence_is_a_reservation_of_its_own_with_one_letter_and_one_line_in_the_trail(office):
    office.want_copies()
    series = office.begin(people=3, purpose=" 周会 ")
    booked = office.booked(series)
    assert [one.recurrence_id for one in booked] == [
        "2026-11-04T10:00",
        "2026-11-11T10:00",
        "2026-11-18T10:00",
        "2026-11-25T10:00",
    ]
    assert {(one.state, one.people, one.purpose, one.quote) for one in booked} == {
        (ReservationState.BOOKED, 3, "周会", Money.yuan(80))
    }
    for one in booked:
        assert office.held(one) == [(office.room.id, one.starts_at, one.ends_at)]
        assert office.steps(one) == ["reservation.made"]
    assert office.session.scalars(select(AuditEntry.action)).all() == ["series.begun"]
    assert office.tell() == office.tell() == ["4 次，候 0 次"]


def test_what_lies_after_an_enterprise_s_last_day_is_neither_booked_nor_kept(office):
    """Four Wednesdays from 4 November; it leaves on the 17th, so those of the 18th and 25th are nobody's."""
    office.session.get_one(Enterprise, office.me.enterprise_id).left_on = date(2026, 11, 17)
    office.session.commit()
    series = office.begin()
    keys = [one.recurrence_id for one in office.booked(series)]
    assert (keys, office.wished(series)) == (["2026-11-04T10:00", "2026-11-11T10:00"], [])


def test_what_somebody_has_is_kept_as_wished_and_taken_when_it_comes_free(office):
    other = office.block(1)
    series = office.begin()
    (wished,) = office.wished(series)
    assert (len(office.booked(series)), wished.recurrence_id) == (3, "2026-11-11T10:00")
    facts = {"by": office.me, "now": TUESDAY, "quote": Money.yuan(90)}
    with pytest.raises(no.Taken):
        take_wished(office.session, wished.id, **facts)
    cancel(office.session, other.id, by=office.me, now=TUESDAY)
    made = take_wished(office.session, wished.id, **facts)
    assert take_wished(office.session, wished.id, **facts) is made
    assert (made.recurrence_id, made.quote, made.series_id) == ("2026-11-11T10:00", Money.yuan(90), series.id)
    assert len(office.booked(series)) == 4
    with pytest.raises(NotOfSeries):
        drop_wished(office.session, wished.id, by=office.me, now=TUESDAY)


def test_of_what_somebody_has_another_place_or_time_is_booked_in_the_same_act(office):
    """Of three that are taken one is had elsewhere, one earlier, and one at a desk: that is refused."""
    office.want_copies()
    for week in (1, 2, 3):
        office.block(week)
    other = office.world.space(office.area, name="另一间")
    desk = office.world.space(office.area, Kind.WORKSTATION, capacity=9)
    days = [f"2026-11-{day}T10:00" for day in (11, 18, 25)]
    places = [(other.id, 600, 660), (office.room.id, 540, 600), (desk.id, 600, 660)]
    series = office.begin(instead={day: Elsewhere(*where) for day, where in zip(days, places, strict=True)})
    booked = {one.recurrence_id: one for one in office.booked(series)}
    assert [booked[day].space_id for day in days[:2]] == [other.id, office.room.id]
    assert f"{booked[days[1]].starts_at.astimezone(office.park.zone):%H:%M}" == "09:00"
    assert [one.recurrence_id for one in office.wished(series) if one.outcome is None] == days[2:]
    assert office.tell() == ["3 次，候 1 次"]


def test_of_what_was_chosen_none_is_had_that_is_taken_or_another_parks(office):
    office.block(0)
    theirs = office.world.space(office.world.area(office.world.park()))
    for space_id in (theirs.id, 10**6, office.room.id):
        with pytest.raises(NothingOfSeriesFree):
            office.begin(
                plan("FREQ=WEEKLY;COUNT=1"), instead={"2026-11-04T10:00": Elsewhere(space_id, 600, 660)}
            )
        office.session.rollback()


def test_what_is_dropped_is_not_taken_any_more(office):
    office.block(1)
    (wished,) = office.wished(office.begin())
    for _ in range(2):
        drop_wished(office.session, wished.id, by=office.me, now=TUESDAY)
    with pytest.raises(NotOfSeries):
        take_wished(office.session, wished.id, by=office.me, now=TUESDAY, quote=Money.zero())


def test_what_is_foreseen_is_what_is_booked(office):
    """Taken, closed on a rest day, beyond what may be booked yet; the rest free."""
    office.world.rule(office.park, open_on_rest_days=False, horizon_days=30)
    office.block(1)
    what = plan("FREQ=DAILY;COUNT=60")
    wish = SeriesWish(1, office.me.enterprise_id, office.me.member_id)
    outlook = foresee(office.session, office.room, what, wish, now=TUESDAY)
    found = {type(one.refusal).__name__ for one in outlook.prospects}
    assert found == {"NoneType", "Taken", "ClosedThatDay", "BeyondHorizon"}
    series = office.begin(what)
    assert [one.recurrence_id for one in office.booked(series)] == [one.key for one in outlook.free]
    kept = {one.occurrence.key for one in outlook.prospects if one.refusal and not one.is_closed}
    assert {one.recurrence_id for one in office.wished(series)} == kept, "what is closed never comes free"
    assert len(kept) + len(office.booked(series)) < 60


def test_who_is_quicker_at_one_occurrence_has_that_one_and_the_rest_is_booked(office, monkeypatch):
    """What was foreseen as free is taken when the claim comes: the database is the last judge."""
    office.block(1)
    office.block(3)
    monkeypatch.setattr(foreseeing, "busy_between", lambda *_, **__: [])
    series = office.begin()
    assert [one.recurrence_id[:10] for one in office.booked(series)] == ["2026-11-04", "2026-11-18"]
    assert [one.recurrence_id[:10] for one in office.wished(series)] == ["2026-11-11", "2026-11-25"]
    assert office.count(Occupancy) == 4
    assert office.count(ReservationChange) == 4


def test_a_combined_space_is_had_whole_or_not_at_all(office, monkeypatch):
    part, other = office.world.space(office.area), office.world.space(office.area)
    whole = office.world.space(office.area, parts=[part, other])
    office.block(1, space=other)
    monkeypatch.setattr(foreseeing, "busy_between", lambda *_, **__: [])
    series = office.begin(space=whole)
    assert [len(office.held(one)) for one in office.booked(series)] == [2, 2, 2]
    assert office.count(Occupancy) == 7


def test_a_space_that_asks_for_approval_is_only_requested_each_time(office):
    office.world.rule(office.park, needs_approval=True)
    series = office.begin()
    assert {one.state for one in office.booked(series)} == {ReservationState.REQUESTED}
    assert office.count(Occupancy) == 0


def test_the_buffer_after_a_use_is_kept(office):
    office.world.rule(office.park, buffer_minutes=30)
    start = 26 + 7 * 24  # eleven o'clock, just after
    office.reserve(start, start + 1, by=office.somebody())
    seen = foresee(
        office.session,
        office.room,
        plan(),
        SeriesWish(1, office.me.enterprise_id, office.me.member_id),
        now=TUESDAY,
    )
    assert [one.refusal is None for one in seen.prospects] == [True, False, True, True]
    assert [one.recurrence_id[:10] for one in office.wished(office.begin())] == ["2026-11-11"]


def test_what_is_foreseen_of_a_combined_space_keeps_the_buffer_of_its_parts(office):
    parts = [office.world.space(office.area) for _ in range(2)]
    both = office.world.space(office.area, parts=parts)
    office.world.rule(office.park, space_id=parts[0].id, buffer_minutes=30)
    start = 26 + 7 * 24  # eleven o'clock, just after
    office.reserve(start, start + 1, by=office.somebody(), space=parts[1])
    wish = SeriesWish(1, office.me.enterprise_id, office.me.member_id)
    seen = foresee(office.session, both, plan(), wish, now=TUESDAY)
    assert [one.refusal is None for one in seen.prospects] == [True, False, True, True]
    asked = (office.session, office.park, both.kind, hours(start - 1, start), TUESDAY, SpaceFilter())
    assert {one.id for one in free_and_allowed(*asked)} == {office.room.id, *(one.id for one in parts)}


def test_the_same_form_sent_twice_makes_one_series(office):
    first = office.begin(idempotency_key="once")
    assert office.begin(idempotency_key="once").id == first.id
    assert office.count(Series) == 1
    assert len(office.booked(first)) == 4
    other = office.begin(
        plan(first=FIRST + timedelta(1)), idempotency_key="once"
    )  # the page before, and another day
    assert other.id != first.id


def test_a_series_of_which_nothing_is_free_is_refused_and_leaves_nothing(office):
    office.block(0)
    with pytest.raises(NothingOfSeriesFree):
        office.begin(plan("FREQ=WEEKLY;COUNT=1"))


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [({"people": 9}, no.TooManyPeople), ({"people": 0}, no.NobodyComes)],
)
def test_what_is_wrong_with_all_alike_is_refused(office, facts, refusal):
    with pytest.raises(refusal):
        office.begin(**facts)


def test_a_time_that_fits_no_step_is_refused_once_and_not_for_each(office):
    with pytest.raises(no.OffTheStep):
        office.begin(SeriesPlan(read_rule(WEEKLY, FIRST), FIRST, 605, 660))


def statements(office, act):
    office.session.flush()
    seen = []
    connection = office.session.connection()
    listen = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(connection, "before_cursor_execute", listen)
    act()
    event.remove(connection, "before_cursor_execute", listen)
    return len(seen)


def test_fifty_occurrences_take_as_many_statements_as_three(office):
    few, many = plan("FREQ=DAILY;COUNT=3"), plan("FREQ=DAILY;COUNT=50", first=FIRST + timedelta(7))
    other = office.world.space(office.area)
    small = statements(office, lambda: office.begin(few))
    large = statements(office, lambda: office.begin(many, space=other))
    assert large <= small <= 25  # the first also reads the rules of the park that are then kept
