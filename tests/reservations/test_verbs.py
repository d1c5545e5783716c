"""Reserving, moving, extending, shortening, cancelling, approving: yes, every no, and twice."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from booking.audit.actions import Actor
from booking.audit.models import AuditEntry
from booking.people.models import Enterprise
from booking.people.rules import EndsAfterLeaving, EnterpriseHasLeft
from booking.reservations import refusals as no
from booking.reservations.approval.requests import approve, decline
from booking.reservations.closures import close_space, lift_closure
from booking.reservations.models import (
    FAR_FUTURE,
    Occupancy,
    Reservation,
    ReservationChange,
    ReservationState,
)
from booking.reservations.move_or_cancel import cancel, move
from booking.reservations.reserve import reserve
from booking.reservations.reserve_from_pool import reserve_from_pool
from booking.reservations.set_end import set_end
from booking.spaces.models import Kind
from booking.values import Money, ReasonMissing, Refusal, Span
from tests.harness.app import open_session
from tests.harness.times import TUESDAY
from tests.harness.world import World

ADMIN = Actor(name="管理员")


def hours(start, end):
    return Span(TUESDAY + timedelta(hours=start), TUESDAY + timedelta(hours=end))


class Desk:
    """Somebody with a reservation book, and the rooms of a park."""

    def __init__(self, world):
        self.world = world
        self.session = world.session
        self.park = world.park()
        self.area = world.area(self.park)
        self.room = world.space(self.area)
        self.me = self.somebody()

    def somebody(self):
        member = self.world.member(self.world.enterprise(self.park))
        return Actor(
            name=member.name,
            member_id=member.id,
            park_id=member.park_id,
            enterprise_id=member.enterprise_id,
        )

    def reserve(self, start, end, *, space=None, **facts):
        facts = {"by": self.me, "now": TUESDAY, "quote": Money.yuan(80)} | facts
        return reserve(self.session, space or self.room, hours(start, end), **facts)

    def facts(self, **facts):
        return {"by": self.me, "now": TUESDAY, "quote": Money.yuan(90)} | facts

    def held(self, reservation):
        rows = self.session.execute(
            select(Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at)
            .where(Occupancy.reservation_id == reservation.id)
            .order_by(Occupancy.space_id)
        )
        return [tuple(row) for row in rows]

    def steps(self, reservation):
        self.session.flush()
        return self.session.scalars(
            select(ReservationChange.what)
            .where(ReservationChange.reservation_id == reservation.id)
            .order_by(ReservationChange.id)
        ).all()

    def count(self, model):
        self.session.flush()
        return self.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def desk(on_both_engines, app_on):
    with open_session(app_on(on_both_engines)) as session:
        yield Desk(World(session, TUESDAY))


def test_a_reservation_is_booked_for_the_members_enterprise(desk):
    made = desk.reserve(1, 2, people=3, purpose=" 周会 ")
    assert (made.state, made.purpose, made.people) == (ReservationState.BOOKED, "周会", 3)
    assert (made.enterprise_id, made.member_id) == (desk.me.enterprise_id, desk.me.member_id)
    assert made.quote == Money.yuan(80)
    assert desk.held(made) == [(desk.room.id, hours(1, 2).start, hours(1, 2).end)]
    assert desk.steps(made) == ["reservation.made"]
    assert desk.session.scalar(select(AuditEntry.action)) == "reservation.made"


def test_what_a_reservation_holds_at_first_is_known_without_asking_for_it_back(desk):
    at = hours(1, 2)
    local = Span(*(instant.astimezone(ZoneInfo("Asia/Shanghai")) for instant in (at.start, at.end)))
    made = reserve(desk.session, desk.room, local, by=desk.me, now=TUESDAY, quote=Money.yuan(80))
    columns = [column.key for column in Reservation.__table__.c]
    told = {name: made.__dict__[name] for name in columns}
    desk.session.flush()
    desk.session.expire_all()
    assert told == {name: getattr(made, name) for name in columns}
    assert made.starts_at.isoformat() == told["starts_at"].isoformat()


def test_a_double_click_books_once(desk):
    first = desk.reserve(1, 2, idempotency_key="once")
    assert desk.reserve(1, 2, idempotency_key="once") is first
    assert desk.count(Reservation) == 1
    assert desk.steps(first) == ["reservation.made"]


def test_the_same_page_with_another_time_books_anew(desk):
    first = desk.reserve(1, 2, idempotency_key="once")
    second = desk.reserve(3, 4, idempotency_key="once")
    assert second.id != first.id


def test_another_member_with_the_same_key_is_somebody_else(desk):
    desk.reserve(1, 2, idempotency_key="once")
    with pytest.raises(no.Taken):
        desk.reserve(1, 2, idempotency_key="once", by=desk.somebody())


def test_a_taken_time_is_refused(desk):
    desk.reserve(1, 2)
    with pytest.raises(no.Taken):
        desk.reserve(1.5, 3, by=desk.somebody())


@pytest.mark.parametrize(
    ("start", "end", "facts", "refusal"),
    [
        (-1, 1, {}, no.InThePast),
        (1, 1.1, {}, no.OffTheStep),
        (1, 1.25, {}, no.TooShort),
        (12, 14, {}, no.OutsideOpeningHours),
        (24 * 61, 24 * 61 + 1, {}, no.BeyondHorizon),
        (1, 2, {"people": 9}, no.TooManyPeople),
        (1, 2, {"people": 0}, no.NobodyComes),
    ],
)
def test_bad_requests_are_refused_and_leave_nothing(desk, start, end, facts, refusal):
    with pytest.raises(refusal):
        desk.reserve(start, end, **facts)
    assert desk.count(Reservation) == desk.count(Occupancy) == 0


def test_a_retired_space_is_refused(desk):
    gone = desk.world.space(desk.area, retired_at=TUESDAY)
    with pytest.raises(no.Retired):
        desk.reserve(1, 2, space=gone)


def test_only_tenants_reserve(desk):
    with pytest.raises(TypeError):
        desk.reserve(1, 2, by=ADMIN)


def test_a_space_that_asks_for_approval_is_only_requested(desk):
    desk.world.rule(desk.park, needs_approval=True)
    asked = desk.reserve(1, 2)
    other = desk.reserve(1, 2, by=desk.somebody())
    assert asked.state is other.state is ReservationState.REQUESTED
    assert desk.held(asked) == []
    approve(desk.session, asked.id, by=ADMIN, now=TUESDAY)
    approve(desk.session, asked.id, by=ADMIN, now=TUESDAY)
    assert asked.state is ReservationState.BOOKED
    assert len(desk.held(asked)) == 1
    assert desk.steps(asked) == ["reservation.made", "reservation.approved"]
    with pytest.raises(no.Taken):
        desk.reserve(1, 2, by=desk.somebody())


def test_a_request_whose_time_is_gone_is_not_approved(desk):
    desk.world.rule(desk.park, needs_approval=True)
    one, two = desk.reserve(1, 2), desk.reserve(1, 2, by=desk.somebody())
    late = desk.reserve(3, 4)
    approve(desk.session, one.id, by=ADMIN, now=TUESDAY)
    with pytest.raises(no.Taken):
        approve(desk.session, two.id, by=ADMIN, now=TUESDAY)
    with pytest.raises(no.AskedTooLate):
        approve(desk.session, late.id, by=ADMIN, now=hours(0, 3).end)


def test_a_declined_request_says_why_and_stays(desk):
    desk.world.rule(desk.park, needs_approval=True)
    asked = desk.reserve(1, 2)
    with pytest.raises(ReasonMissing):
        decline(desk.session, asked.id, " ", by=ADMIN, now=TUESDAY)
    decline(desk.session, asked.id, "当天有活动", by=ADMIN, now=TUESDAY)
    assert asked.state is ReservationState.DECLINED
    desk.session.flush()
    reasons = desk.session.scalars(select(ReservationChange.reason).order_by(ReservationChange.id)).all()
    assert reasons == [None, "当天有活动"]
    with pytest.raises(no.CannotChange):
        decline(desk.session, asked.id, "再说一次", by=ADMIN, now=TUESDAY)


def test_a_moved_reservation_keeps_its_history(desk):
    other = desk.world.space(desk.area)
    made = desk.reserve(1, 2)
    move(desk.session, made.id, other, hours(3, 5), **desk.facts(version=1))
    assert (made.space_id, made.starts_at, made.version) == (other.id, hours(3, 5).start, 2)
    assert made.quote == Money.yuan(90)
    assert desk.held(made) == [(other.id, hours(3, 5).start, hours(3, 5).end)]
    assert desk.steps(made) == ["reservation.made", "reservation.moved"]
    change = desk.session.scalars(select(ReservationChange).order_by(ReservationChange.id.desc())).first()
    assert (change.old_space_id, change.old_starts_at) == (desk.room.id, hours(1, 2).start)
    move(desk.session, made.id, other, hours(3, 5), **desk.facts())
    assert desk.steps(made) == ["reservation.made", "reservation.moved"]


def test_a_move_onto_somebody_elses_time_is_refused(desk):
    desk.reserve(3, 4, by=desk.somebody())
    made = desk.reserve(1, 2)
    desk.session.commit()
    with pytest.raises(no.Taken):
        move(desk.session, made.id, desk.room, hours(2, 4), **desk.facts())
    desk.session.rollback()
    desk.session.refresh(made)
    assert (made.starts_at, made.version) == (hours(1, 2).start, 1)
    assert desk.held(made) == [(desk.room.id, hours(1, 2).start, hours(1, 2).end)]


def test_a_reservation_moves_within_its_kind_only(desk):
    made = desk.reserve(1, 2)
    with pytest.raises(no.AnotherKind):
        move(
            desk.session, made.id, desk.world.space(desk.area, Kind.WORKSTATION), hours(1, 2), **desk.facts()
        )


def test_a_stale_page_changes_nothing(desk):
    made = desk.reserve(1, 2)
    move(desk.session, made.id, desk.room, hours(2, 3), **desk.facts(version=1))
    for act in (
        lambda: move(desk.session, made.id, desk.room, hours(4, 5), **desk.facts(version=1)),
        lambda: set_end(desk.session, made.id, hours(2, 4).end, **desk.facts(version=1)),
        lambda: set_end(desk.session, made.id, hours(2, 2.5).end, **desk.facts(version=1)),
        lambda: cancel(desk.session, made.id, by=desk.me, now=TUESDAY, version=1),
    ):
        with pytest.raises(no.OutOfDate):
            act()
    assert made.starts_at == hours(2, 3).start


def test_an_extended_reservation_holds_longer(desk):
    made = desk.reserve(1, 2)
    set_end(desk.session, made.id, hours(1, 3).end, **desk.facts())
    assert desk.held(made) == [(desk.room.id, hours(1, 3).start, hours(1, 3).end)]
    with pytest.raises(no.NotLonger):
        set_end(desk.session, made.id, hours(1, 3).end, **desk.facts())
    assert desk.steps(made) == ["reservation.made", "reservation.extended"]


def test_an_extension_stops_where_somebody_else_begins(desk):
    desk.reserve(3, 4, by=desk.somebody())
    made = desk.reserve(1, 2)
    set_end(desk.session, made.id, hours(1, 3).end, **desk.facts())
    with pytest.raises(no.Taken):
        set_end(desk.session, made.id, hours(1, 4).end, **desk.facts())


def test_a_shortened_reservation_frees_the_rest(desk):
    made = desk.reserve(1, 4)
    set_end(desk.session, made.id, hours(1, 2).end, **desk.facts())
    desk.reserve(2, 4, by=desk.somebody())
    for end in (1, 0.5):
        with pytest.raises(no.NotShorter):
            set_end(desk.session, made.id, hours(0, end).end, **desk.facts())
    with pytest.raises(no.InThePast):
        set_end(desk.session, made.id, hours(1, 1.2).end, **desk.facts(now=hours(1, 1.2).end))


def test_a_cancelled_reservation_is_free_for_others_and_stays_in_the_book(desk):
    made = desk.reserve(1, 2)
    cancel(desk.session, made.id, by=desk.me, now=TUESDAY, version=1)
    cancel(desk.session, made.id, by=desk.me, now=TUESDAY, version=1)
    assert (made.state, made.cancelled_at) == (ReservationState.CANCELLED, TUESDAY)
    assert made.starts_at == hours(1, 2).start
    assert desk.steps(made) == ["reservation.made", "reservation.cancelled"]
    desk.reserve(1, 2, by=desk.somebody())
    for act in (
        lambda: move(desk.session, made.id, desk.room, hours(4, 5), **desk.facts()),
        lambda: set_end(desk.session, made.id, hours(1, 5).end, **desk.facts()),
        lambda: set_end(desk.session, made.id, hours(1, 1.5).end, **desk.facts()),
        lambda: approve(desk.session, made.id, by=ADMIN, now=TUESDAY),
    ):
        with pytest.raises(no.CannotChange):
            act()


def test_what_is_in_use_is_extended_and_shortened_but_neither_moved_nor_cancelled(desk):
    made = desk.reserve(0, 2)
    made.state = ReservationState.IN_USE
    desk.session.flush()
    with pytest.raises(no.CannotChange):
        cancel(desk.session, made.id, by=desk.me, now=TUESDAY)
    with pytest.raises(no.CannotChange):
        move(desk.session, made.id, desk.room, hours(1, 2), **desk.facts())
    set_end(desk.session, made.id, hours(0, 3).end, **desk.facts(now=hours(0, 1).end))
    set_end(desk.session, made.id, hours(0, 2.5).end, **desk.facts(now=hours(0, 1).end))
    assert made.ends_at == hours(0, 2.5).end


def test_a_store_is_had_with_an_open_end_and_given_back(desk):
    store = desk.world.space(desk.area, Kind.STORAGE)
    span = Span(TUESDAY, FAR_FUTURE)
    lease = reserve(desk.session, store, span, **desk.facts())
    assert lease.open_ended
    end = TUESDAY + timedelta(days=9, hours=15)
    set_end(desk.session, lease.id, end, **desk.facts())
    assert desk.held(lease) == [(store.id, TUESDAY, end)]
    set_end(desk.session, lease.id, FAR_FUTURE, **desk.facts())
    assert lease.open_ended


def test_any_of_a_pool_will_do(desk):
    desks = [desk.world.space(desk.area, Kind.WORKSTATION) for _ in range(3)]
    got = [
        reserve_from_pool(
            desk.session, desks, hours(1, 2), **pool(desk.somebody(), choose=lambda left: left[-1])
        )
        for _ in desks
    ]
    assert [one.space_id for one in got] == [one.id for one in reversed(desks)]
    assert got[0].quote == Money(desks[-1].id)
    with pytest.raises(no.NothingFree):
        reserve_from_pool(desk.session, desks, hours(1, 2), **pool(desk.somebody()))
    with pytest.raises(no.OutsideOpeningHours):
        reserve_from_pool(desk.session, desks, hours(14, 15), **pool(desk.me))


def test_a_pool_form_sent_twice_books_one_place(desk):
    desks = [desk.world.space(desk.area, Kind.WORKSTATION) for _ in range(3)]
    first = reserve_from_pool(desk.session, desks, hours(1, 2), **pool(desk.me, idempotency_key="once"))
    again = reserve_from_pool(desk.session, desks, hours(1, 2), **pool(desk.me, idempotency_key="once"))
    assert again is first
    assert desk.count(Occupancy) == 1
    cancel(desk.session, first.id, by=desk.me, now=TUESDAY)
    anew = reserve_from_pool(desk.session, desks, hours(1, 2), **pool(desk.me, idempotency_key="once"))
    again = reserve_from_pool(desk.session, desks, hours(1, 2), **pool(desk.me, idempotency_key="once"))
    assert again.id == anew.id != first.id, "after it was cancelled it books anew, once"
    assert desk.count(Occupancy) == 1


def pool(by, **facts):
    given = {"by": by, "now": TUESDAY, "quote": lambda space: Money(space.id), "choose": lambda left: left[0]}
    return given | facts


def test_a_closed_space_cannot_be_had_until_the_closure_is_lifted(desk):
    closure = close_space(desk.session, desk.room, hours(0, 100), "换灯", by=ADMIN, now=TUESDAY)
    with pytest.raises(no.Taken):
        desk.reserve(3, 4)
    with pytest.raises(no.Taken):
        desk.reserve(75, 76)
    lift_closure(desk.session, closure.id, by=ADMIN, now=TUESDAY)
    with pytest.raises(no.LiftedBefore) as refused:
        lift_closure(desk.session, closure.id, by=ADMIN, now=TUESDAY + timedelta(hours=1))
    assert refused.value.lifted_at == TUESDAY
    assert closure.lifted_at == TUESDAY
    desk.reserve(3, 4)


def test_a_closure_names_what_stands_in_its_way(desk):
    first, second = desk.reserve(1, 2), desk.reserve(3, 4)
    with pytest.raises(no.ClosureConflicts) as refused:
        close_space(desk.session, desk.room, hours(0, 5), "换灯", by=ADMIN, now=TUESDAY)
    assert [one.reservation_id for one in refused.value.conflicts] == [first.id, second.id]


def test_who_was_there_before_now_is_in_no_closures_way(desk):
    desk.reserve(1, 2)
    closure = close_space(
        desk.session, desk.room, hours(0, 5), "漏水", by=ADMIN, now=TUESDAY + timedelta(hours=3)
    )
    assert Span(closure.starts_at, closure.ends_at) == hours(0, 5), "it is kept as it was said"
    with pytest.raises(no.Taken):
        desk.reserve(4, 5)


def test_a_closure_says_why_and_does_not_lie_in_the_past(desk):
    with pytest.raises(ReasonMissing):
        close_space(desk.session, desk.room, hours(0, 5), "  ", by=ADMIN, now=TUESDAY)
    with pytest.raises(no.InThePast):
        close_space(desk.session, desk.room, hours(-5, 0), "换灯", by=ADMIN, now=TUESDAY)


def test_a_whole_and_its_parts_are_never_had_at_once(desk):
    a, b = desk.world.space(desk.area), desk.world.space(desk.area)
    whole = desk.world.space(desk.area, parts=[a, b])
    made = desk.reserve(1, 2, space=whole)
    with pytest.raises(no.Taken):
        desk.reserve(1, 2, space=a)
    move(desk.session, made.id, b, hours(1, 2), **desk.facts())
    desk.reserve(1, 2, space=a)
    with pytest.raises(no.Taken):
        move(desk.session, made.id, whole, hours(1, 2), **desk.facts())


def leaves(desk, *, days):
    mine = desk.session.get_one(Enterprise, desk.me.enterprise_id)
    mine.left_on = TUESDAY.date() + timedelta(days=days)
    desk.session.flush()


def test_nothing_is_moved_extended_or_approved_beyond_the_last_day_in_the_park(desk):
    desk.world.rule(desk.park, needs_approval=True)
    asked = desk.reserve(25, 26)
    booked = desk.reserve(1, 2, space=desk.world.space(desk.area, Kind.WORKSTATION))
    store = desk.world.space(desk.area, Kind.STORAGE)
    lease = reserve(desk.session, store, hours(24, 48), **desk.facts())
    leaves(desk, days=0)
    with pytest.raises(EnterpriseHasLeft):
        approve(desk.session, asked.id, by=ADMIN, now=TUESDAY)
    with pytest.raises(EnterpriseHasLeft):
        move(desk.session, booked.id, booked.space, hours(25, 26), **desk.facts())
    leaves(desk, days=2)
    with pytest.raises(EndsAfterLeaving):
        set_end(desk.session, lease.id, FAR_FUTURE, **desk.facts())
    with pytest.raises(EndsAfterLeaving):
        reserve(
            desk.session,
            desk.world.space(desk.area, Kind.STORAGE),
            Span(TUESDAY, FAR_FUTURE),
            **desk.facts(),
        )


def test_a_store_that_was_had_for_years_is_given_back_on_any_day(desk):
    store = desk.world.space(desk.area, Kind.STORAGE)
    lease = reserve(desk.session, store, Span(TUESDAY, FAR_FUTURE), **desk.facts())
    much_later = TUESDAY + timedelta(days=800)
    set_end(desk.session, lease.id, much_later + timedelta(days=1), **desk.facts(now=much_later))
    assert not lease.open_ended


def test_what_has_begun_is_not_put_off_by_who_holds_it(desk):
    """Or nobody would pay for not coming: to another space at the same start it goes, and the park may."""
    made, later = desk.reserve(1, 3), hours(1, 3).start + timedelta(minutes=10)
    facts = {"quote": Money.yuan(100), "now": later}
    with pytest.raises(no.HasBegun):
        move(desk.session, made.id, desk.room, hours(25, 27), **facts, by=desk.me)
    other = desk.world.space(desk.area)
    assert move(desk.session, made.id, other, hours(1, 3), **facts, by=desk.me).space_id == other.id
    assert (
        move(desk.session, made.id, other, hours(25, 27), **facts, by=ADMIN).state is ReservationState.BOOKED
    )


GRACE_OVER = TUESDAY + timedelta(hours=1, minutes=15)
A_MOMENT = timedelta(seconds=1)


def less_of_it(desk, made, by, now):
    """Try each way to make less of a booking than it was; gives what refused each, or None."""
    other = desk.world.space(desk.area)
    at = {"by": by, "now": now}
    ways = [
        lambda: cancel(desk.session, made.id, **at),
        lambda: move(desk.session, made.id, other, hours(1, 3), quote=Money.yuan(1), **at),
        lambda: move(desk.session, made.id, desk.room, hours(25, 26), quote=Money.yuan(1), **at),
        lambda: set_end(desk.session, made.id, hours(1, 2).end, quote=Money.yuan(1), **at),
        lambda: set_end(desk.session, made.id, hours(1, 4).end, quote=Money.yuan(1), **at),
    ]
    said = []
    for way in ways:
        trying = desk.session.begin_nested()
        try:
            way()
            said.append(None)
        except Refusal as refusal:
            said.append(refusal)
        trying.rollback()
    return said


@pytest.mark.parametrize("who", ["holder", "park"])
def test_what_nobody_came_to_within_the_grace_is_changed_by_nobody(desk, who):
    """Booked 10 to 12, kept until 10:15: not coming is to be paid for, though no job has released it yet."""
    made, by = desk.reserve(1, 3), desk.me if who == "holder" else ADMIN
    for later in (timedelta(), timedelta(minutes=25), timedelta(hours=5)):
        for refusal in less_of_it(desk, made, by, GRACE_OVER + later):
            assert isinstance(refusal, no.HasLapsed), refusal
            assert refusal.kept_until == GRACE_OVER
    assert (made.state, made.ends_at, made.quote) == (
        ReservationState.BOOKED, hours(1, 3).end, Money.yuan(80),
    )  # fmt: skip
    assert desk.held(made) == [(desk.room.id, hours(1, 3).start, hours(1, 3).end)]
    put_off = [type(one) for one in less_of_it(desk, made, by, GRACE_OVER - A_MOMENT)]
    nothing, begun = type(None), no.HasBegun if who == "holder" else type(None)
    assert put_off == [nothing, nothing, begun, nothing, nothing]


@pytest.mark.parametrize("state", [ReservationState.IN_USE, ReservationState.REQUESTED])
def test_who_came_or_only_asked_has_not_lapsed(desk, state):
    made = desk.reserve(1, 3)
    made.state = state
    desk.session.flush()
    assert not any(isinstance(one, no.HasLapsed) for one in less_of_it(desk, made, desk.me, GRACE_OVER))


def test_a_store_begins_by_itself_and_does_not_lapse(desk):
    store = desk.world.space(desk.area, Kind.STORAGE)
    lease = reserve(desk.session, store, hours(1, 49), **desk.facts())
    assert cancel(desk.session, lease.id, by=desk.me, now=GRACE_OVER).state is ReservationState.CANCELLED
