"""Two who touch the same stay, lease or line from different sides wait for each other; none waits in a ring.

On PostgreSQL; SQLite has one writer. Each test stops the one half way and lets the other run into it.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import func, select, text

from booking.audit.actions import Action, Actor
from booking.audit.models import AuditEntry
from booking.charges.charge_fee import cancel_with_fee
from booking.charges.charge_stay import TariffCharger
from booking.charges.dispute import answer_dispute
from booking.charges.models import Charge, MonthClose, Outcome
from booking.charges.move_out import EndedByMoveOut, move_out
from booking.charges.series import cancel_series, take_opened
from booking.db import lock_row, transaction
from booking.invoices.issue_invoice import issue_invoice
from booking.letters.billing import answer_letter, invoice_letter
from booking.parks.models import Park
from booking.people.models import Enterprise, Member, Role, Size
from booking.reservations.approval.proposals import propose
from booking.reservations.claim import change_claim, claim
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.move_or_cancel import cancel, move
from booking.reservations.quotas.models import Quota
from booking.reservations.quotas.quotas import hold_quota
from booking.reservations.quotas.rules import Per, QuotaPeriod
from booking.reservations.refusals import CannotChange, OutOfDate, Taken
from booking.reservations.reserve import reserve
from booking.reservations.series.change_rule import RulePorts, change_rule
from booking.reservations.series.change_series import SeriesChange, change_series
from booking.reservations.series.foresee_rule import RuleChange
from booking.reservations.series.models import Series, WishedOccurrence
from booking.reservations.series.queries import wishes_from
from booking.reservations.series.recurrence import read_rule
from booking.reservations.series.rules import SeriesPlan
from booking.reservations.upcoming import upcoming
from booking.reservations.waiting.models import Wait
from booking.reservations.waiting.rules import HoldOver
from booking.reservations.waiting.take_hold import take_hold
from booking.reservations.waiting.wait_for import wait_for
from booking.savings.models import Baseline, BaselineState
from booking.savings.report import recompute_report
from booking.savings.rules import BaselineDecision, BaselineInReport, DecidedBefore
from booking.savings.set_baseline import check_baseline, set_baseline
from booking.savings.sign_report import SigningPorts, sign_report
from booking.spaces.idle.register import (
    edit_idle_place,
    empty_again,
    propose_use,
    put_to_use,
    register_idle_place,
)
from booking.spaces.idle.rules import IdleFacts, InUseAlready, MadeOfAnother, UsedBeforeEmpty
from booking.spaces.inventory import SpaceFacts, add_space, retire_space
from booking.spaces.models import IdlePlace, IdleState, Kind, Space
from booking.spaces.rules import PartCannotBe
from booking.tariffs.models import Basis
from booking.usage.check_in import begin_lease, check_in, release_no_show, walk_in
from booking.usage.check_out import check_out, end_forgotten, lock_stay
from booking.usage.correct_stay import correct_stay
from booking.usage.door.devices import DeviceEvent
from booking.usage.models import Stay
from booking.usage.rules import FreedTimeGone, StillInUse
from booking.usage.stay_longer import change_end, stay_longer, undo_check_out
from booking.values import Money, Span
from tests.harness.app import open_session
from tests.harness.months import BY, CLOSING_DAY, OCTOBER, Press, question
from tests.harness.run import HANGS
from tests.harness.stays import CHARGER, actor, at, reserved, used
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.reservations.test_series import Office, letter as series_letter, plan
from tests.reservations.test_waiting import settled
from tests.savings.books import OCTOBER as SAVINGS_OCTOBER, SEED, Books, decision_letter
from tests.savings.test_report import Press as ReportPress, letter as report_letter, mark as report_mark

pytestmark = pytest.mark.postgres
STARTED = at("2026-11-02", "09:00")
STAYED = at("2026-11-03", "10:00")


WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def waiting(session):
    """Count who waits for a lock in this database now, not when the transaction first asked."""
    session.execute(text("SELECT pg_stat_clear_snapshot()"))
    return session.scalar(WAITING)


class Two:
    """A first and a second transaction; the second is let run until it waits for the first."""

    def __init__(self, app, world) -> None:
        self.app, self.world, self.session = app, world, world.session

    def second_meets(self, first, act):
        """Run `act(session)` beside the open transaction of `first`; gives its future once it waits."""

        def run():
            with self.app.test_request_context(), transaction() as session:
                return act(session)

        future = ThreadPoolExecutor(1).submit(run)
        until = time.monotonic() + HANGS
        while not future.done() and not waiting(first):
            assert time.monotonic() < until, "the second neither waits nor ends"
            time.sleep(0.01)
        return future


class InterruptedAfter(TariffCharger):
    """A meter at which somebody else begins something once the first stay is charged."""

    def __init__(self, meanwhile) -> None:
        self.meanwhile = meanwhile
        self.second: Future | None = None

    def ended(self, session, stay, *, now) -> None:
        super().ended(session, stay, now=now)
        self.second = self.second or self.meanwhile()


class Interrupted(TariffCharger):
    """A meter at which somebody else begins something before a stay that has ended is charged."""

    def __init__(self, meanwhile) -> None:
        self.meanwhile = meanwhile

    def ended(self, session, stay, *, now) -> None:
        self.second = self.meanwhile()
        super().ended(session, stay, now=now)


def bill(session, member):
    invoice = issue_invoice(
        session, member.enterprise_id, OCTOBER, Press(), invoice_letter, by=BY, now=CLOSING_DAY
    )
    return invoice.total


@pytest.fixture
def two(postgres_database, app_on, standing_clock):
    app = app_on(postgres_database)
    with open_session(app) as session:
        yield Two(app, World(session, TUESDAY))


def a_park_with_a_quota(two):
    """Give a park where an enterprise has ten hours of rooms a day, and somebody of one."""
    world = two.world
    park = world.park()
    world.rule(park)
    world.tariff(park)
    facts = {"kind": Kind.MEETING_ROOM, "per": Per.ENTERPRISE, "period": QuotaPeriod.DAY, "minutes": 600}
    two.session.add(Quota(park_id=park.id, **facts))
    return park, world.member(world.enterprise(park))


def stay_longer_until(session, stay, until, by, now):
    stay_longer(session, stay.id, until, quote=Money(12000), by=by, now=now)


def end_changed_to(session, stay, until, by, now):
    change_end(session, stay.reservation_id, until, quote=Money(12000), by=by, now=now)


def test_checking_out_while_the_end_is_changed(two):
    world, session = two.world, two.session
    park = world.park()
    world.rule(park)
    world.tariff(park)
    member = world.member(world.enterprise(park))
    start, end = at("2026-11-03", "09:00"), at("2026-11-03", "11:00")
    reservation = reserved(session, world.space(world.area(park)), member, start, end, 16000)
    stay = check_in(session, reservation.id, park=park, charger=CHARGER, by=actor(member), now=start)
    session.commit()
    by, now = actor(member), start + timedelta(minutes=30)
    with open_session(two.app) as first:
        first.scalar(select(Stay).where(Stay.id == stay.id).with_for_update(key_share=True))
        second = two.second_meets(
            first,
            lambda session: change_end(
                session, reservation.id, end - timedelta(minutes=15), quote=Money(14000), by=by, now=now
            ),
        )
        check_out(first, stay.id, charger=CHARGER, by=by, now=now)
        first.commit()
    assert isinstance(second.exception(10), CannotChange)
    session.expire_all()
    assert session.get_one(Reservation, reservation.id).state is ReservationState.DONE


@pytest.mark.parametrize("changes", [stay_longer_until, end_changed_to], ids=["stay", "reservation"])
def test_who_stays_longer_takes_the_quotas_before_the_stay_as_who_walks_in_does(two, changes):
    """Who walks in holds the quotas of the enterprise, and then ends the stays that were forgotten."""
    world, session = two.world, two.session
    park, member = a_park_with_a_quota(two)
    start, end = at("2026-11-03", "09:00"), at("2026-11-03", "10:00")
    reservation = reserved(session, world.space(world.area(park)), member, start, end, 8000)
    stay = check_in(session, reservation.id, park=park, charger=CHARGER, by=actor(member), now=start)
    session.commit()
    later = end + timedelta(minutes=30)
    with open_session(two.app) as first:
        hold_quota(first, park.id, member.enterprise_id)
        second = two.second_meets(first, lambda session: changes(session, stay, later, actor(member), start))
        first.scalar(select(Stay).where(Stay.id == stay.id).with_for_update(key_share=True))
        first.commit()
    second.result(10)
    session.expire_all()
    assert session.get_one(Reservation, reservation.id).ends_at == later


def test_who_moves_a_booking_takes_the_quotas_before_it_as_who_changes_its_series_does(two):
    world, session = two.world, two.session
    park, member = a_park_with_a_quota(two)
    start, hour = at("2026-11-03", "09:00"), timedelta(hours=1)
    space = world.space(world.area(park))
    made = reserved(session, space, member, start, start + hour, 8000)
    session.commit()
    later, by, now = Span(start + hour, start + 2 * hour), actor(member), start - hour

    def moved(session):
        there = session.get_one(Space, space.id)
        return move(session, made.id, there, later, quote=Money(8000), by=by, now=now).starts_at

    with open_session(two.app) as first:
        hold_quota(first, park.id, member.enterprise_id)
        second = two.second_meets(first, moved)
        first.scalar(select(Reservation).where(Reservation.id == made.id).with_for_update(key_share=True))
        first.commit()
    assert second.result(10) == later.start


def test_who_proposes_takes_the_quotas_before_the_request_as_who_moves_it_does(two):
    world, session = two.world, two.session
    park, member = a_park_with_a_quota(two)
    start, hour = at("2026-11-03", "10:00"), timedelta(hours=1)
    area = world.area(park)
    wanted, goal = world.space(area), world.space(area)
    asks = {"state": ReservationState.REQUESTED}
    asked = reserved(session, wanted, member, start, start + hour, 8000, **asks)
    session.commit()
    by, span = actor(world.member(park)), Span(start, start + hour)

    def proposed(session):
        there = session.get_one(Space, goal.id)
        propose(session, asked.id, there, span, quote=Money(8000), by=by, now=start - hour)

    with open_session(two.app) as first:
        hold_quota(first, park.id, member.enterprise_id)  # as its asker begins, who changes or accepts
        second = two.second_meets(first, proposed)
        first.scalar(select(Reservation).where(Reservation.id == asked.id).with_for_update(key_share=True))
        first.commit()
    assert second.exception(10) is None


class OfSeries(NamedTuple):
    """A series of Wednesdays at ten whose third one lies too far ahead until its day, and is wished for."""

    office: Office
    id: int
    wish: int
    now: datetime  # when the third may be booked

    def booked_at(self, session):
        rows = select(Reservation.starts_at).where(
            Reservation.series_id == self.id, Reservation.state == ReservationState.BOOKED
        )
        return [one.astimezone(TUESDAY.tzinfo).hour for one in session.scalars(rows)]


@pytest.fixture
def of_series(two):
    office = Office(two.world)
    two.world.rule(office.park, horizon_days=10)
    two.world.tariff(office.park)
    series = office.begin(plan("FREQ=WEEKLY;COUNT=3"))
    (wish,) = office.wished(series)
    two.session.commit()
    return OfSeries(office, series.id, wish.id, TUESDAY + timedelta(days=6))


def cancelled(one, session, since="2026-11-18T10:00"):
    facts = {"letter": series_letter, "by": one.office.me, "now": one.now}
    return [made.id for made in cancel_series(session, one.id, since=since, **facts)]


def at_one(one, session, quotes):
    there = SeriesChange(session.get_one(Space, one.office.room.id), 780, 840)
    facts = {"letter": series_letter, "by": one.office.me, "now": one.now}
    return change_series(session, one.id, there, since="2026-11-18", quotes=quotes, **facts).series.id


def test_a_series_that_is_cancelled_while_one_of_it_is_booked_gives_that_back_too(two, of_series):
    with open_session(two.app) as first:
        assert take_opened(first, of_series.wish, now=of_series.now)
        second = two.second_meets(first, lambda session: cancelled(of_series, session))
        first.commit()
    assert len(second.result(10)) == 1
    assert of_series.booked_at(two.session) == [10, 10], "the two before"


def test_who_changes_a_series_while_one_of_it_is_booked_looks_again_and_moves_that_too(two, of_series):
    with open_session(two.app) as first:
        assert take_opened(first, of_series.wish, now=of_series.now)
        second = two.second_meets(first, lambda session: at_one(of_series, session, {}))
        first.commit()
    assert isinstance(second.exception(10), OutOfDate)
    made = two.session.scalar(
        select(WishedOccurrence.reservation_id).where(WishedOccurrence.id == of_series.wish)
    )
    goes_on = at_one(of_series, two.session, {made: Money.yuan(80)})
    assert of_series.booked_at(two.session) == [10, 10]
    assert of_series._replace(id=goes_on).booked_at(two.session) == [13]


def test_of_two_who_give_a_series_another_rule_the_second_finds_it_done_or_is_told(two, of_series):
    """One of it is booked meanwhile: that is given back with the others; a claim is never there twice."""
    first_day = date(2026, 11, 11)

    def thursdays(session, rule="FREQ=WEEKLY;COUNT=1;BYDAY=TH", version=1):
        there = RuleChange(
            session.get_one(Space, of_series.office.room.id),
            SeriesPlan(read_rule(rule, first_day), first_day, 600, 660),
        )
        ports = RulePorts(
            lambda _, some: {one.key: Money.yuan(70) for one in some}, cancel_with_fee, series_letter
        )
        facts = {"ports": ports, "by": of_series.office.me, "now": of_series.now, "version": version}
        return change_rule(session, of_series.id, there, **facts).series.id

    with open_session(two.app) as first:
        assert take_opened(first, of_series.wish, now=of_series.now)
        second = two.second_meets(first, thursdays)
        first.commit()
    made = second.result(10)
    assert of_series.booked_at(two.session) == [10]
    assert of_series._replace(id=made).booked_at(two.session) == [10]
    with open_session(two.app) as first:
        lock_row(first, Series, of_series.id)
        second = two.second_meets(first, thursdays)
        first.commit()
    assert second.result(10) == made
    with pytest.raises(OutOfDate):
        thursdays(two.session, "FREQ=DAILY;COUNT=2")


def test_a_hold_is_taken_while_its_series_is_cancelled_and_none_waits_in_a_ring(two, of_series):
    office, session = of_series.office, two.session
    start = two.session.get_one(WishedOccurrence, of_series.wish).starts_at
    other = office.somebody()
    taken = reserve(
        session, office.room, Span(start, start + timedelta(hours=1)),
        quote=Money.zero(), by=other, now=of_series.now,
    ).id  # fmt: skip
    session.commit()
    cancel(session, taken, by=other, now=of_series.now)
    session.commit()
    hold = session.scalars(select(Wait.id).where(Wait.wished_id == of_series.wish)).one()

    def take(session):
        return take_hold(session, hold, quote=Money.zero(), letter=settled, by=office.me, now=of_series.now)

    with open_session(two.app) as first:
        wishes_from(first, of_series.id, "2026-11-11")
        second = two.second_meets(first, take)
        cancelled(of_series, first, "2026-11-11T10:00")
        first.commit()
    assert isinstance(second.exception(10), HoldOver)


def a_lease(two):
    """Give a store that is had from 28 October to the end of November, and who has it."""
    world, session = two.world, two.session
    park = world.park()
    world.rule(park, Kind.STORAGE)
    world.tariff(park, Kind.STORAGE, basis=Basis.DAY, rate=Money.yuan(8), bands=[])
    member = world.member(world.enterprise(park))
    store = world.space(world.area(park), Kind.STORAGE)
    reservation = reserved(session, store, member, at("2026-10-28"), at("2026-12-01"))
    stay = begin_lease(session, reservation.id, now=at("2026-10-28"))
    session.commit()
    return stay, member


def test_giving_a_store_back_while_the_enterprise_leaves(two):
    stay, member = a_lease(two)

    def leaving(session):
        tenant = session.get_one(Enterprise, member.enterprise_id)
        return move_out(session, tenant, date(2026, 10, 31), by=BY, now=CLOSING_DAY)

    with open_session(two.app) as first:
        charger = Interrupted(lambda: two.second_meets(first, leaving))
        check_out(first, stay.id, charger=charger, by=actor(member), now=CLOSING_DAY)
        first.commit()
    assert charger.second.result(10) == EndedByMoveOut(), "there was nothing left to end"
    two.session.expire_all()
    assert two.session.get_one(Enterprise, member.enterprise_id).left_on == date(2026, 10, 31)


def test_giving_a_store_back_while_its_month_is_billed(two):
    stay, member = a_lease(two)
    session, closed_at = two.session, CLOSING_DAY
    session.add(
        MonthClose(park_id=stay.park_id, month_key=OCTOBER.key, closed_at=closed_at, closed_by="管理员")
    )
    session.commit()
    with open_session(two.app) as first:
        charger = Interrupted(lambda: two.second_meets(first, lambda session: bill(session, member)))
        check_out(first, stay.id, charger=charger, by=actor(member), now=CLOSING_DAY)
        first.commit()
    assert charger.second.result(10) == Money.yuan(32)
    session.expire_all()
    days = session.execute(select(Charge.month_key, Charge.days).order_by(Charge.month_key)).all()
    assert [tuple(row) for row in days] == [(202610, 4), (202611, 5)]


def test_two_forgotten_stays_make_way_while_the_house_ends_one_of_them(two):
    world, session = two.world, two.session
    park = world.park()
    world.rule(park)
    world.tariff(park)
    area = world.area(park)
    forgetful = world.member(world.enterprise(park))
    rooms = [world.space(area) for _ in range(2)]
    whole = world.space(area, parts=rooms)
    start, late = at("2026-11-03", "09:00"), at("2026-11-03", "12:00")
    stays = [
        walk_in(session, room, forgetful, STAYED, charger=CHARGER, by=actor(forgetful), now=start)
        for room in rooms
    ]
    new = world.member(world.enterprise(park))
    until = late + timedelta(hours=1)
    with open_session(two.app) as first:
        charger = InterruptedAfter(
            lambda: two.second_meets(
                first, lambda session: end_forgotten(session, stays[1].id, charger=CHARGER, now=late)
            )
        )
        whole, new = first.get_one(Space, whole.id), first.get_one(Member, new.id)
        walk_in(first, whole, new, until, charger=charger, by=actor(new), now=late)
        first.commit()
    assert charger.second.result(10) is False, "it has ended already"
    session.expire_all()
    assert [session.get_one(Stay, stay.id).ended_at for stay in stays] == [STAYED, STAYED]


def test_a_door_tells_late_of_a_whole_while_somebody_checks_out_of_a_part(two):
    """The whole was booked 9 to 10 and released; at 11 somebody is in a part, and who waits gets its rest."""
    world, session = two.world, two.session
    park, (booked, row) = a_no_show(two, parts=2)
    other, waits = (world.member(world.enterprise(park)) for _ in range(2))
    part, eleven = booked.parts[0], at("2026-11-03", "11:00")
    stay = walk_in(
        session, part, other, eleven + timedelta(hours=2), charger=CHARGER, by=actor(other), now=eleven
    )
    wanted = Span(eleven + timedelta(hours=1), eleven + timedelta(hours=2))
    wait_for(session, part, wanted, by=actor(waits), now=eleven)
    session.commit()
    now = eleven + timedelta(minutes=5)
    with open_session(two.app) as first:
        lock_stay(first, stay.id)
        second = two.second_meets(first, lambda session: came_at_nine(session, row, now))
        check_out(first, stay.id, charger=CHARGER, by=actor(other), now=now)
        first.commit()
    came = second.result(10)
    session.expire_all()
    assert session.get_one(Stay, stay.id).ended_at == now
    assert session.get_one(Stay, came).reservation_id == row.id
    held = select(Wait.offered_space_id).where(Wait.member_id == waits.id)
    assert session.scalars(held).all() == [part.id]


@pytest.mark.parametrize("first_in", ["who walks in", "who was there"])
@pytest.mark.parametrize("way", ["undo", "door"])
def test_somebody_walks_in_at_the_moment_when_a_place_is_taken_back(two, monkeypatch, way, first_in):
    """Either has the stay and comes to the claim when the other begins: one is there, the other is told."""
    world, session = two.world, two.session
    park, (room, row) = a_no_show(two)
    other, now = world.member(world.enterprise(park)), at("2026-11-03", "09:21")
    if way == "undo":
        facts = {"charger": CHARGER, "by": actor(row.member)}
        row = reserved(session, world.space(room.area), row.member, STARTED_AT_NINE, STAYED, 8000)
        room, stay = row.space, check_in(session, row.id, park=park, **facts, now=STARTED_AT_NINE)
        check_out(session, stay.id, **facts, now=now - timedelta(minutes=1))
    session.commit()

    def walks(session):
        there, who = session.get_one(Space, room.id), session.get_one(Member, other.id)
        return walk_in(session, there, who, STAYED, charger=CHARGER, by=actor(other), now=now).member_id

    def back(session):
        if way == "door":
            came_at_nine(session, row, now)
        else:
            undo_check_out(session, stay.id, **facts, now=now)
        return row.member_id

    one, two_ = (walks, back) if first_in == "who walks in" else (back, walks)
    met = []

    def meeting(real):
        def claimed(session, *args, **more):
            if session is first and not met:
                session.flush()
                met.append(two.second_meets(first, two_))
            return real(session, *args, **more)

        return claimed

    with open_session(two.app) as first:
        monkeypatch.setattr("booking.usage.check_in.claim", meeting(claim))
        monkeypatch.setattr("booking.usage.check_out.change_claim", meeting(change_claim))
        there = one(first)
        first.commit()
    assert isinstance(met[0].exception(10), (StillInUse, FreedTimeGone, Taken))
    session.expire_all()
    assert [one.member_id for one in session.scalars(select(Stay).where(Stay.ended_at.is_(None)))] == [there]


STARTED_AT_NINE = at("2026-11-03", "09:00")


def a_no_show(two, parts=0):
    """Give a park, and a room or a combined one there with its booking from 9 to 10 that was released."""
    world, session = two.world, two.session
    park = world.park()
    world.rule(park)
    world.tariff(park)
    area, member = world.area(park), world.member(world.enterprise(park))
    room = world.space(area, parts=[world.space(area) for _ in range(parts)])
    row = reserved(session, room, member, STARTED_AT_NINE, STAYED, 8000)
    late = STARTED_AT_NINE + timedelta(minutes=15)
    release_no_show(session, row.id, park=park, charger=CHARGER, now=late)
    return park, (room, row)


def came_at_nine(session, row, now):
    """Let a lock tell that they came in time; gives the stay's id."""
    park, told = session.get_one(Park, row.park_id), DeviceEvent("in", at("2026-11-03", "09:03"))
    by = Actor.device("门锁", park.id)
    return check_in(session, row.id, park=park, charger=CHARGER, by=by, now=now, event=told).id


def test_a_room_that_goes_out_of_use_meanwhile_becomes_no_part(two):
    world = two.world
    area = world.area(world.park())
    parts = tuple(world.space(area).id for _ in range(2))
    facts = SpaceFacts("A+B", "合并间", Kind.MEETING_ROOM, area.id, part_ids=parts)
    park_id = area.park_id

    def combine(session):
        add_space(session, park_id, facts, scan_code="scan-code-of-the-whole", by=BY, now=TUESDAY)

    with open_session(two.app) as first:
        going = first.get_one(Space, parts[0])
        retire_space(first, going, upcoming=upcoming, by=BY, now=TUESDAY)
        second = two.second_meets(first, combine)
        first.commit()
    assert isinstance(second.exception(10), PartCannotBe)


def test_a_line_is_not_given_back_while_a_correction_takes_its_place(two):
    stay, asked = a_line_in_question(two)
    with open_session(two.app) as first:
        an_hour_only(first, stay)
        second = two.second_meets(first, lambda session: agree(session, asked))
        first.commit()
    second.result(10)
    assert what_counts(two) == [Money.yuan(80)]


def test_a_line_is_not_corrected_while_an_answer_gives_it_back(two):
    stay, asked = a_line_in_question(two)
    found = {}
    with open_session(two.app) as first:

        def meanwhile(answered, reader):
            found["second"] = two.second_meets(first, lambda session: an_hour_only(session, stay))
            return answer_letter(answered, reader)

        with two.app.test_request_context():
            answer_dispute(first, asked.id, Outcome.GRANTED, "同意", meanwhile, by=BY, now=TUESDAY)
        first.commit()
    found["second"].result(10)
    assert what_counts(two) == [Money.yuan(80)]


def test_an_answer_does_not_hold_a_line_while_it_waits_for_who_corrects_it(two):
    stay, asked = a_line_in_question(two)
    with open_session(two.app) as first:
        first.scalar(select(Enterprise).where(Enterprise.id == stay.enterprise_id).with_for_update())
        second = two.second_meets(first, lambda session: agree(session, asked))
        an_hour_only(first, stay)
        first.commit()
    second.result(10)
    assert what_counts(two) == [Money.yuan(80)]


def a_line_in_question(two):
    """Give a stay of two hours and a question about its only line, which is 160 yuan."""
    world, session = two.world, two.session
    park = world.park()
    world.rule(park)
    world.tariff(park, bands=[])
    member = world.member(world.enterprise(park), Role.MANAGER, password_hash="set")
    stay = used(session, world.space(world.area(park)), member, STARTED, STARTED + timedelta(hours=2))
    return stay, question(session, session.scalars(select(Charge)).one(), member)


def an_hour_only(session, stay):
    end = STARTED + timedelta(hours=1)
    correct_stay(session, stay.id, STARTED, end, "核对门禁", charger=CHARGER, by=BY, now=TUESDAY)


def agree(session, asked):
    answer_dispute(session, asked.id, Outcome.GRANTED, "同意", answer_letter, by=BY, now=TUESDAY)


def what_counts(two):
    two.session.expire_all()
    live = two.session.scalars(select(Charge).where(Charge.superseded_at.is_(None)).order_by(Charge.id))
    return [line.amount for line in live]


def a_question_about_the_second_hour(two):
    """Give a stay that took the only free hour, and a question about the one after it, which is 80 yuan."""
    world, session = two.world, two.session
    park = world.park()
    world.rule(park)
    world.tariff(park, bands=[], allowances={Size.SMALL: 60})
    member = world.member(world.enterprise(park), Role.MANAGER, password_hash="set")
    room, hour = world.space(world.area(park)), timedelta(hours=1)
    first = used(session, room, member, STARTED, STARTED + hour)
    used(session, room, member, STARTED + hour, STARTED + 2 * hour)
    asked = question(session, session.scalars(select(Charge).order_by(Charge.id.desc())).first(), member)
    return first, asked


def half_an_hour_only(session, stay):
    half = STARTED + timedelta(minutes=30)
    correct_stay(session, stay.id, STARTED, half, "核对门禁", charger=CHARGER, by=BY, now=TUESDAY)


def test_an_answer_waits_for_who_moves_the_line_it_is_about(two):
    """Correcting the stay before it moves the questioned line, and the question with it."""
    first, asked = a_question_about_the_second_hour(two)
    with open_session(two.app) as before:
        half_an_hour_only(before, first)
        second = two.second_meets(before, lambda session: agree(session, asked))
        before.commit()
    second.result(10)
    assert sorted(line.fen for line in what_counts(two)) == [-4000, 0, 4000]


def test_who_moves_a_line_waits_for_the_answer_about_it(two):
    first, asked = a_question_about_the_second_hour(two)
    found = {}
    with open_session(two.app) as before:

        def meanwhile(answered, reader):
            found["second"] = two.second_meets(before, lambda session: half_an_hour_only(session, first))
            return answer_letter(answered, reader)

        with two.app.test_request_context():
            answer_dispute(before, asked.id, Outcome.GRANTED, "同意", meanwhile, by=BY, now=TUESDAY)
        before.commit()
    found["second"].result(10)
    assert sorted(line.fen for line in what_counts(two)) == [-4000, 0, 4000]


def a_stated_baseline(two):
    """Give a baseline that waits to be checked, in a park whose October is closed and not signed."""
    books = Books(two.session)
    park = two.world.park()
    enterprise = two.world.enterprise(park, may_be_named=True)
    books.baseline(enterprise)
    books.close(park.id, SAVINGS_OCTOBER)
    return park, enterprise, books.stated(enterprise, date(2026, 10, 1), replace(SEED, own_area=90_00))


def decided(session, stated, decision, **facts):
    return check_baseline(session, stated.id, decision, decision_letter, by=BY, now=CLOSING_DAY, **facts)


def test_of_two_who_decide_on_a_baseline_the_second_is_told(two):
    _, _, stated = a_stated_baseline(two)
    with open_session(two.app) as first:
        decided(first, stated, BaselineDecision.DECLARED)
        second = two.second_meets(
            first, lambda session: decided(session, stated, BaselineDecision.SENT_BACK, reason="太大")
        )
        first.commit()
    assert isinstance(second.exception(10), DecidedBefore)


def test_who_corrects_a_baseline_while_it_is_accepted_states_another(two):
    _, enterprise, stated = a_stated_baseline(two)
    with open_session(two.app) as first:
        decided(first, stated, BaselineDecision.DECLARED)
        second = two.second_meets(
            first,
            lambda session: (
                set_baseline(
                    session,
                    session.get_one(Enterprise, enterprise.id),
                    date(2026, 10, 1),
                    replace(SEED, own_area=80_00),
                    by=BY,
                    now=CLOSING_DAY,
                ).id
            ),
        )
        first.commit()
    assert second.result(10) != stated.id
    two.session.expire_all()
    assert two.session.get_one(Baseline, stated.id).state is BaselineState.CHECKED


def test_a_baseline_is_not_accepted_into_a_month_that_is_being_signed(two):
    park, _, stated = a_stated_baseline(two)
    with open_session(two.app) as first:
        when = CLOSING_DAY + timedelta(hours=3)
        row = sign_report(
            first,
            first.get_one(Park, park.id),
            SAVINGS_OCTOBER,
            report_mark(first, first.get_one(Park, park.id), now=when),
            SigningPorts(ReportPress().report, report_letter, "http://park.example"),
            by=BY,
            now=when,
        )
        second = two.second_meets(first, lambda session: decided(session, stated, BaselineDecision.DECLARED))
        first.commit()
        assert isinstance(second.exception(10), BaselineInReport)
        assert recompute_report(first, first.get_one(Park, park.id), row).same


@pytest.fixture
def empty_rooms(two):
    """Give two idle places and a space, and what puts the one or the other to use as it."""
    park = two.world.park()
    space_id, ids = two.world.space(two.world.area(park)).id, []
    for name in ("东侧", "西侧"):
        facts = IdleFacts(name, 96_00, date(2026, 1, 1))
        ids.append(register_idle_place(two.session, park.id, facts, by=BY, now=TUESDAY).id)
    two.session.commit()

    def use(session, which, day=1):
        place, since = session.get_one(IdlePlace, ids[which]), date(2026, 10, day)
        return put_to_use(session, place, [space_id], since, by=BY, now=TUESDAY).state

    return ids, use


@pytest.mark.parametrize(("which", "told"), [(0, None), (1, MadeOfAnother)], ids=["same", "other"])
def test_a_space_that_two_say_at_once_was_made_of_theirs_was_made_of_one(two, empty_rooms, which, told):
    _, use = empty_rooms
    with open_session(two.app) as first:
        use(first, 0)
        second = two.second_meets(first, lambda session: use(session, which))
        first.commit()
    assert second.exception(10) is None if told is None else isinstance(second.exception(), told)


def test_emptying_correcting_and_proposing_see_a_place_as_who_came_first_left_it(two, empty_rooms):
    ids, use = empty_rooms

    def place(session):
        return session.get_one(IdlePlace, ids[0])

    by = {"by": BY, "now": TUESDAY}
    with open_session(two.app) as first:
        use(first, 0)
        proposed = two.second_meets(
            first, lambda session: propose_use(session, place(session), "改作工位", **by)
        )
        facts = IdleFacts("东侧", 96_00, date(2026, 10, 2))
        edited = two.second_meets(
            first, lambda session: edit_idle_place(session, place(session), facts, **by)
        )
        first.commit()
    assert isinstance(proposed.exception(10), InUseAlready)
    assert isinstance(edited.exception(10), UsedBeforeEmpty)
    with open_session(two.app) as first:
        empty_again(first, place(first), date(2026, 10, 5), "拆了", **by)
        again = two.second_meets(
            first, lambda session: empty_again(session, place(session), date(2026, 10, 5), "拆了", **by).state
        )
        first.commit()
    assert again.result(10) is IdleState.IDLE
    emptied = select(func.count()).where(AuditEntry.action == Action.IDLE_EMPTIED_AGAIN.value)
    assert two.session.scalar(emptied) == 1
