"""Whoever claims a space has it alone, and a refused claim changes nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from booking.audit.actions import Actor
from booking.reservations.busy_times import busy_between
from booking.reservations.claim import change_claim, claim, release, shorten
from booking.reservations.closures import close_space
from booking.reservations.free_time.queries import taken_times
from booking.reservations.models import FAR_FUTURE, Occupancy, Reservation, ReservationState
from booking.reservations.queries import (
    claims_between,
    claims_of_kind,
    is_free,
)
from booking.reservations.refusals import ClosureTooLong, Taken
from booking.reservations.space_queries import free_spaces
from booking.spaces.models import Closure, Kind
from booking.values import Money, Span
from tests.harness.app import open_session
from tests.harness.times import TUESDAY
from tests.harness.world import World


def hours(start, end):
    return Span(TUESDAY + timedelta(hours=start), TUESDAY + timedelta(hours=end))


class Setting:
    def __init__(self, world):
        self.world = world
        self.session = world.session
        self.park = world.park()
        self.area = world.area(self.park)
        self.member = world.member(world.enterprise(self.park))

    def space(self, **facts):
        return self.world.space(self.area, **facts)

    def reservation(self, space, span):
        row = Reservation(
            park_id=self.park.id,
            enterprise_id=self.member.enterprise_id,
            member_id=self.member.id,
            space_id=space.id,
            starts_at=span.start,
            ends_at=span.end,
            state=ReservationState.BOOKED,
            quote=Money.zero(),
            created_at=TUESDAY,
        )
        self.session.add(row)
        return row

    def claimed(self, space, start, end):
        span = hours(start, end)
        row = self.reservation(space, span)
        claim(self.session, space, span, row)
        return row

    def held(self, holder):
        rows = self.session.execute(
            select(Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at)
            .where(Occupancy.reservation_id == holder.id)
            .order_by(Occupancy.space_id)
        ).all()
        return [tuple(row) for row in rows]


@pytest.fixture
def setting(on_both_engines, app_on):
    with open_session(app_on(on_both_engines)) as session:
        yield Setting(World(session, TUESDAY))


def test_a_claim_holds_its_span_for_its_enterprise(setting):
    room = setting.space()
    reservation = setting.claimed(room, 0, 2)
    assert setting.held(reservation) == [(room.id, TUESDAY, TUESDAY + timedelta(hours=2))]
    enterprise = setting.session.scalar(select(Occupancy.enterprise_id))
    assert enterprise == setting.member.enterprise_id


@pytest.mark.parametrize(("start", "end"), [(0, 2), (-1, 1), (1, 3), (0.5, 1.5), (-1, 3)])
def test_a_second_claim_is_refused_and_the_session_goes_on(setting, start, end):
    room = setting.space()
    first = setting.claimed(room, 0, 2)
    with pytest.raises(Taken) as refused:
        setting.claimed(room, start, end)
    assert (refused.value.space_id, refused.value.span) == (room.id, hours(start, end))
    later = setting.claimed(room, 2, 3)
    setting.session.commit()
    assert len(setting.held(first)) == len(setting.held(later)) == 1


def test_a_buffer_is_kept_free_after_a_use_but_not_after_a_closure(setting):
    room = setting.space()
    setting.world.rule(setting.park, buffer_minutes=15)
    setting.claimed(room, 0, 1)
    with pytest.raises(Taken):
        setting.claimed(room, 1, 2)
    setting.claimed(room, 1.25, 2)
    closure = Closure(
        park_id=setting.park.id,
        space_id=room.id,
        starts_at=hours(3, 4).start,
        ends_at=hours(3, 4).end,
        reason="维修",
        created_at=TUESDAY,
    )
    setting.session.add(closure)
    claim(setting.session, room, hours(3, 4), closure)
    setting.claimed(room, 4, 5)


def test_the_rule_of_a_space_wins_over_that_of_its_kind(setting):
    room = setting.space()
    setting.world.rule(setting.park, buffer_minutes=15)
    setting.world.rule(setting.park, space_id=room.id, buffer_minutes=0)
    setting.claimed(room, 0, 1)
    setting.claimed(room, 1, 2)


@pytest.mark.parametrize(("of_part", "of_whole"), [(30, None), (30, 0), (0, 30), (15, 30)])
def test_a_combined_space_is_kept_free_as_long_as_itself_or_any_part_asks(setting, of_part, of_whole):
    a, b = setting.space(), setting.space()
    both = setting.space(parts=[a, b])
    setting.world.rule(setting.park)
    setting.world.rule(setting.park, space_id=a.id, buffer_minutes=of_part)
    if of_whole is not None:
        setting.world.rule(setting.park, space_id=both.id, buffer_minutes=of_whole)
    setting.claimed(both, 1, 2)
    for space in (a, b, both):
        with pytest.raises(Taken):
            setting.claimed(space, 2, 3)
    setting.claimed(a, 2.5, 3)
    setting.claimed(b, 5, 6)
    with pytest.raises(Taken):
        setting.claimed(both, 4.25, 4.75)
    setting.claimed(both, 4, 4.5)


def test_a_part_used_alone_is_kept_free_as_its_own_rule_says(setting):
    a, b = setting.space(), setting.space()
    both = setting.space(parts=[a, b])
    setting.world.rule(setting.park, space_id=both.id, buffer_minutes=60)
    setting.claimed(a, 0, 1)
    setting.claimed(a, 1, 2)
    setting.claimed(both, 2, 3)


def test_a_combined_space_claims_all_its_parts_or_none(setting):
    a, b = setting.space(), setting.space()
    both = setting.space(parts=[a, b])
    one = setting.claimed(b, 0, 1)
    with pytest.raises(Taken) as refused:
        setting.claimed(both, 0, 2)
    assert refused.value.space_id == both.id
    assert setting.session.scalars(select(Occupancy.reservation_id)).all() == [one.id]
    whole = setting.claimed(both, 1, 2)
    assert [row[0] for row in setting.held(whole)] == [a.id, b.id]
    with pytest.raises(Taken):
        setting.claimed(a, 1.5, 3)


def test_a_changed_claim_may_overlap_its_old_self(setting):
    room = setting.space()
    reservation = setting.claimed(room, 0, 2)
    change_claim(setting.session, room, hours(1, 3), reservation)
    assert setting.held(reservation) == [(room.id, hours(1, 3).start, hours(1, 3).end)]
    setting.claimed(room, 0, 1)


def test_a_change_that_is_refused_leaves_the_old_claim(setting):
    room, other = setting.space(), setting.space()
    reservation = setting.claimed(room, 0, 2)
    setting.claimed(other, 1, 3)
    with pytest.raises(Taken):
        change_claim(setting.session, other, hours(0, 2), reservation)
    setting.session.commit()
    assert setting.held(reservation) == [(room.id, hours(0, 2).start, hours(0, 2).end)]


def test_a_shortened_claim_frees_the_rest_and_never_grows(setting):
    room = setting.space()
    reservation = setting.claimed(room, 0, 4)
    shorten(setting.session, room, hours(0, 1).end, reservation)
    shorten(setting.session, room, hours(0, 3).end, reservation)
    assert setting.held(reservation)[0][2] == hours(0, 1).end
    setting.claimed(room, 1, 4)


def test_a_claim_shortened_before_its_start_is_gone(setting):
    room = setting.space()
    reservation = setting.claimed(room, 1, 4)
    shorten(setting.session, room, hours(0, 1).end, reservation)
    assert setting.held(reservation) == []


def test_a_released_claim_is_free_for_the_next(setting):
    room = setting.space()
    reservation = setting.claimed(room, 0, 4)
    release(setting.session, reservation)
    release(setting.session, reservation)
    setting.claimed(room, 0, 4)


@pytest.mark.parametrize("kind", list(Kind))
def test_an_open_end_is_one_row_and_holds_for_ever(setting, kind):
    place = setting.space(kind=kind)
    setting.world.rule(setting.park, kind=kind, buffer_minutes=15)
    lease = setting.reservation(place, Span(TUESDAY, FAR_FUTURE))
    claim(setting.session, place, Span(TUESDAY, FAR_FUTURE), lease)
    assert setting.held(lease) == [(place.id, TUESDAY, FAR_FUTURE)]
    for days in (0, 1, 4000):
        with pytest.raises(Taken):
            setting.claimed(place, 24 * days, 24 * days + 1)
    setting.claimed(place, -1, -0.25)


def everything_asked_about(setting, space, span):
    """What each question about claims says of a space: free, busy when, listed, found by the search."""
    session, kind = setting.session, space.kind
    return (
        is_free(session, space, span),
        is_free(session, space, span, but=0),
        not busy_between(session, space, span),
        not claims_between(session, space, span),
        space.id not in taken_times(session, setting.park.id, kind, span).spaces_at(span),
        not [row for row in claims_of_kind(session, setting.park.id, kind, span) if row.closure_id],
        space.id in free_spaces(session, setting.park.id, kind, span, TUESDAY),
    )


@pytest.mark.parametrize("kind", list(Kind))
def test_every_question_finds_what_is_closed_until_further_notice(setting, kind):
    place, by = setting.space(kind=kind), Actor("测试", park_id=setting.park.id)
    span = Span(TUESDAY + timedelta(days=1), FAR_FUTURE)
    close_space(setting.session, place, span, "水管改造", by=by, now=TUESDAY)
    assert all(everything_asked_about(setting, place, hours(23, 24)))
    for start in (23.5, 24, 30, 24 * 3, 24 * 400):
        assert not any(everything_asked_about(setting, place, hours(start, start + 1)))
        assert len(claims_between(setting.session, place, hours(start, start + 1))) == 1


def test_a_closure_that_lasts_years_says_to_leave_its_end_open(setting):
    by = Actor("测试", park_id=setting.park.id)
    with pytest.raises(ClosureTooLong):
        close_space(setting.session, setting.space(), hours(0, 24 * 2000), "改造", by=by, now=TUESDAY)


def test_a_question_about_a_day_looks_at_that_day_and_at_open_ends_alone(setting):
    """However long the history: the search is bounded at both ends, or takes the index of open ends."""
    room = setting.space()
    statements = []
    connection = setting.session.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2:4]))
    is_free(setting.session, room, hours(0, 1))
    free_spaces(setting.session, setting.park.id, room.kind, hours(0, 1), TUESDAY)
    claims_of_kind(setting.session, setting.park.id, room.kind, hours(0, 1))
    busy_between(setting.session, room, hours(0, 24 * 50))
    asked = [one for one in statements if "occupancy" in one[0]]
    assert len(asked) == 4
    if connection.dialect.name == "sqlite":
        for statement, values in asked:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
            looked = [line for line in plan if " occupancy " in f"{line} "]
            assert looked
            bounded = ("starts_at>? AND starts_at<?", "ix_occupancy_open_end (ends_at=?")
            assert all(any(bound in line for bound in bounded) for line in looked), plan


def test_only_holders_may_claim(setting):
    with pytest.raises(TypeError):
        claim(setting.session, setting.space(), hours(0, 1), setting.park)
