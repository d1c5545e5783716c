"""Waiting for a taken time: who is first gets it held, on every path that frees it; on both engines."""

import ast
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.exc import IntegrityError

from booking.audit.actions import Actor
from booking.audit.models import AuditEntry
from booking.charges.charge_fee import cancel_with_fee
from booking.charges.series import cancel_series
from booking.mail.models import Letter
from booking.mail.outbox import LetterText
from booking.people.models import Enterprise
from booking.people.rules import EnterpriseHasLeft
from booking.reservations import refusals as no
from booking.reservations.closures import close_space, lift_closure
from booking.reservations.models import Occupancy, Reservation, ReservationState
from booking.reservations.move_or_cancel import cancel, move
from booking.reservations.set_end import set_end
from booking.reservations.space_queries import SpaceFilter
from booking.reservations.waiting import give_back
from booking.reservations.waiting.begun import wanted_spans
from booking.reservations.waiting.end_wait import expire_wait, waits_to_expire, withdraw
from booking.reservations.waiting.give_back import find_free, still_waiting
from booking.reservations.waiting.line import (
    before_in_line,
    holders_to_tell,
    own_before,
    spaces_around,
    tell_held,
)
from booking.reservations.waiting.models import Wait, WaitState
from booking.reservations.waiting.own_waits import ended_with, own_instead
from booking.reservations.waiting.rules import FreeNow, HoldOver, NoLine, TooManyWaits, WaitTaken
from booking.reservations.waiting.take_hold import take_hold
from booking.reservations.waiting.wait_for import MOST_WAITS, AnyOf, wait_for, waits_of
from booking.spaces.models import Kind
from booking.usage.check_in import check_in, release_no_show
from booking.usage.check_out import check_out
from booking.values import Money, Refusal
from tests.harness.app import open_session
from tests.harness.run import ROOT
from tests.harness.stays import CHARGER
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.reservations.test_series import Office
from tests.reservations.test_verbs import ADMIN, hours

MINUTE = timedelta(minutes=1)


def settled(wait, by):
    return LetterText("候补", f"{by.name} {wait.state.value}")


class Line(Office):
    """A room that somebody has from one to two hours after nine, and people who wait for it."""

    def __init__(self, world) -> None:
        super().__init__(world)
        self.others = self.somebody()

    def taken(self, start=5, end=6, **facts):
        return self.reserve(start, end, **({"by": self.others} | facts))

    def wait(self, start=5, end=6, *, what=None, by=None, **facts):
        facts = {"now": TUESDAY} | facts
        return wait_for(self.session, what or self.room, hours(start, end), by=by or self.me, **facts)

    def take(self, wait, now=TUESDAY, by=None):
        return take_hold(
            self.session, wait.id, quote=Money.yuan(80), letter=settled, by=by or self.me, now=now
        )

    def holds(self, wait):
        rows = select(Occupancy.space_id).where(Occupancy.wait_id == wait.id).order_by(Occupancy.space_id)
        return list(self.session.scalars(rows))


@contextmanager
def statements_of(session):
    """Collect what is said to the database."""
    said: list[str] = []

    def note(connection, cursor, statement, *_):
        said.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def line(on_both_engines, app_on):
    with open_session(app_on(on_both_engines)) as session:
        yield Line(World(session, TUESDAY))


def test_what_is_cancelled_is_held_for_the_first_who_takes_it_and_nobody_else_can(line):
    taken = line.taken()
    second = line.somebody()
    first, later = line.wait(people=3, purpose=" 评审 "), line.wait(by=second)
    cancel(line.session, taken.id, by=line.others, now=TUESDAY)
    assert (first.state, later.state) == (WaitState.OFFERED, WaitState.WAITING)
    assert first.held_until == TUESDAY + 15 * MINUTE
    assert line.holds(first) == [line.room.id]
    with pytest.raises(no.Taken):
        line.reserve(5, 6, by=second)
    made = line.take(first)
    assert (made.state, made.people, made.purpose) == (ReservationState.BOOKED, 3, "评审")
    assert (made.quote, made.member_id) == (Money.yuan(80), line.me.member_id)
    assert (first.state, first.reservation_id, line.holds(first)) == (WaitState.TAKEN, made.id, [])
    assert line.take(first).id == made.id
    actions = line.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [one for one in actions if one.startswith("wait.")] == [
        "wait.joined", "wait.joined", "wait.offered", "wait.taken"
    ]  # fmt: skip
    cancel(line.session, made.id, by=line.me, now=TUESDAY)
    assert later.state is WaitState.OFFERED


def test_a_hold_that_runs_out_goes_to_the_next_and_its_holder_comes_too_late(line):
    taken, second = line.taken(), line.somebody()
    first, later = line.wait(), line.wait(by=second)
    cancel(line.session, taken.id, by=line.others, now=TUESDAY)
    over = TUESDAY + 15 * MINUTE
    line.session.flush()
    assert waits_to_expire(line.session, over - MINUTE) == []
    assert not expire_wait(line.session, first.id, now=over - MINUTE)
    with pytest.raises(HoldOver):
        line.take(first, now=over)
    assert waits_to_expire(line.session, over) == [first.id]
    assert expire_wait(line.session, first.id, now=over)
    assert not expire_wait(line.session, first.id, now=over)
    assert (first.state, line.holds(first)) == (WaitState.LAPSED, [])
    assert (later.state, later.held_until) == (WaitState.OFFERED, over + 15 * MINUTE)
    withdraw(line.session, later.id, letter=settled, by=second, now=over)
    assert line.count(Occupancy) == 0
    line.reserve(5, 6, now=over)


def test_the_same_wish_is_one_wait_until_it_is_withdrawn(line):
    taken = line.taken()
    wait = line.wait()
    assert line.wait() is wait
    cancel(line.session, taken.id, by=line.others, now=TUESDAY)
    assert line.wait() is wait
    for _ in range(2):
        left = withdraw(line.session, wait.id, letter=settled, by=line.me, now=TUESDAY)
        assert left.state is WaitState.WITHDRAWN
    with pytest.raises(HoldOver):
        line.take(wait)
    line.taken()
    again = line.wait()
    assert again.id != wait.id
    cancel(
        line.session,
        line.session.scalar(select(Reservation.id).order_by(Reservation.id.desc())),
        by=line.others,
        now=TUESDAY,
    )
    line.take(again)
    with pytest.raises(WaitTaken):
        withdraw(line.session, again.id, letter=settled, by=line.me, now=TUESDAY)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"start": 1, "end": 2}, FreeNow),
        ({"people": 9}, no.TooManyPeople),
        ({"start": -3, "end": -2}, no.InThePast),
        ({"start": 5, "end": 5.25}, no.TooShort),
        ({"start": 24 * 61, "end": 24 * 61 + 1}, no.BeyondHorizon),
        ({"what": AnyOf(Kind.MEETING_ROOM, SpaceFilter()), "people": 4, "start": 1, "end": 2}, FreeNow),
        ({"what": AnyOf(Kind.MEETING_ROOM, SpaceFilter()), "people": 99}, no.NoSuchSpace),
        ({"what": AnyOf(Kind.MEETING_ROOM, SpaceFilter()), "start": 5, "end": 5.25}, no.TooShort),
        ({"what": AnyOf(Kind.STORAGE, SpaceFilter())}, NoLine),
    ],
)
def test_who_need_not_or_may_not_wait_is_told_so(line, facts, refusal):
    line.taken()
    with pytest.raises(refusal):
        line.wait(**facts)
    assert line.count(Wait) == 0


def test_what_the_park_approves_and_stores_have_no_line_and_nobody_waits_for_everything(line):
    with pytest.raises(NoLine):
        line.wait(what=line.world.space(line.area, Kind.STORAGE))
    taken = [line.taken(24 * day + 5, 24 * day + 6) for day in range(MOST_WAITS + 1)]
    waits = [line.wait(24 * day + 5, 24 * day + 6) for day in range(MOST_WAITS)]
    cancel(line.session, taken[1].id, by=line.others, now=TUESDAY)
    assert waits[1].state is WaitState.OFFERED
    with pytest.raises(TooManyWaits):  # what is held for them counts as well
        line.wait(24 * MOST_WAITS + 5, 24 * MOST_WAITS + 6)
    withdraw(line.session, waits[0].id, letter=settled, by=line.me, now=TUESDAY)
    line.wait(24 * MOST_WAITS + 5, 24 * MOST_WAITS + 6)
    line.world.rule(line.park, needs_approval=True)
    with pytest.raises(NoLine):
        line.wait()


def test_what_has_begun_and_goes_on_counts_among_what_one_person_waits_for(line):
    taken, begun = line.taken(5, 11), hours(5, 6).start + 5 * MINUTE
    waits = [line.wait(5, 6 + number / 4) for number in range(MOST_WAITS)]
    assert not expire_wait(line.session, waits[0].id, now=begun)
    with pytest.raises(TooManyWaits):
        line.wait(7, 8, now=begun)
    assert line.wait(5, 6, now=begun - 6 * MINUTE) is waits[0], "which is there already"
    check_in(line.session, taken.id, park=line.park, charger=CHARGER, by=line.others, now=begun)
    assert expire_wait(line.session, waits[0].id, now=begun)
    assert line.wait(7, 8, now=begun).state is WaitState.WAITING


def test_who_left_the_park_meanwhile_neither_gets_nor_takes_a_hold(line):
    taken, second = line.taken(), line.somebody()
    first, later = line.wait(), line.wait(by=second)
    line.session.get_one(Enterprise, line.me.enterprise_id).left_on = TUESDAY.date() - timedelta(days=1)
    line.session.flush()
    cancel(line.session, taken.id, by=line.others, now=TUESDAY)
    assert (first.state, later.state) == (WaitState.WAITING, WaitState.OFFERED)
    line.session.get_one(Enterprise, second.enterprise_id).left_on = TUESDAY.date() - timedelta(days=1)
    line.session.flush()
    with pytest.raises(EnterpriseHasLeft):
        line.take(later, by=second)
    assert (later.state, line.holds(later)) == (WaitState.OFFERED, [line.room.id])


def freed_by_cancelling(line, taken):
    cancel_with_fee(line.session, taken.id, by=line.others, now=TUESDAY)


def freed_by_moving(line, taken):
    move(line.session, taken.id, line.room, hours(9, 10), **line.facts(by=line.others))


def freed_by_shortening(line, taken):
    set_end(line.session, taken.id, hours(3, 4).start, **line.facts(by=line.others))


def freed_by_checking_out(line, taken):
    now = hours(2, 3).start
    stay = check_in(line.session, taken.id, park=line.park, charger=CHARGER, by=line.others, now=now)
    check_out(line.session, stay.id, charger=CHARGER, by=line.others, now=now + 30 * MINUTE)


def freed_by_not_coming_at(line, taken, now):
    assert release_no_show(line.session, taken.id, park=line.park, charger=CHARGER, now=now)


def freed_by_not_coming(line, taken):
    freed_by_not_coming_at(line, taken, hours(2, 3).start + 15 * MINUTE)


@pytest.mark.parametrize(
    "free",
    [
        freed_by_cancelling,
        freed_by_moving,
        freed_by_shortening,
        freed_by_checking_out,
        freed_by_not_coming,
    ],
)
def test_every_path_that_frees_time_holds_it_for_who_waits(line, free):
    line.world.tariff(line.park)
    taken = line.taken(2, 6)
    wait, too_long = line.wait(4, 6), line.wait(4, 8, by=line.somebody())
    line.taken(7, 8, by=line.somebody())
    free(line, taken)
    assert (wait.state, line.holds(wait)) == (WaitState.OFFERED, [line.room.id])
    assert too_long.state is WaitState.WAITING


def test_a_closure_that_is_lifted_frees_time_too_and_its_rest_is_for_the_next(line):
    closure = close_space(line.session, line.room, hours(1, 60), "修灯", by=ADMIN, now=TUESDAY)
    first, beside, same = (
        line.wait(5, 6),
        line.wait(6, 7, by=line.somebody()),
        line.wait(5, 7, by=line.somebody()),
    )
    lift_closure(line.session, closure.id, by=ADMIN, now=TUESDAY)
    assert [one.state for one in (first, beside, same)] == [
        WaitState.OFFERED, WaitState.OFFERED, WaitState.WAITING
    ]  # fmt: skip


def test_a_cancelled_series_serves_the_line_once_with_one_letter(line):
    series = line.begin(by=line.others)
    spans = [(25 + week * 7 * 24, 26 + week * 7 * 24) for week in range(3)]
    waits = [line.wait(*span) for span in spans]
    with statements_of(line.session) as few:
        cancel_series(
            line.session,
            series.id,
            since="2026-11-04T10:00",
            letter=lambda *_: LetterText("", ""),
            by=line.others,
            now=TUESDAY,
        )
    assert [one.state for one in waits] == [WaitState.OFFERED] * 3
    assert sum("UNION ALL" in one and "wished_occurrence" in one for one in few) == 1
    line.session.flush()
    assert holders_to_tell(line.session, TUESDAY) == [line.me.member_id]
    told = []

    def letter(member, held):
        told.append([one.id for one in held])
        return LetterText("候到了", "请确认")

    assert tell_held(line.session, line.me.member_id, letter=letter, now=TUESDAY)
    assert not tell_held(line.session, line.me.member_id, letter=letter, now=TUESDAY)
    assert sorted(told[0]) == [one.id for one in waits]
    assert line.session.scalars(select(Letter.key).where(Letter.key.like("waiting:%"))).all() == [
        f"waiting:{told[0][0]}:20261103010000"
    ]
    assert holders_to_tell(line.session, TUESDAY) == []


def test_what_a_series_wishes_for_stands_in_the_same_line(line):
    taken = line.block(1)
    series = line.begin()
    (wished,) = line.wished(series)
    later = line.wait(25 + 7 * 24, 26 + 7 * 24, by=line.somebody(), now=TUESDAY + MINUTE)
    cancel(line.session, taken.id, by=line.others, now=TUESDAY + MINUTE)
    (wait,) = line.session.scalars(select(Wait).where(Wait.wished_id == wished.id))
    assert (wait.state, later.state) == (WaitState.OFFERED, WaitState.WAITING)
    made = line.take(wait)
    assert (made.series_id, made.recurrence_id, wished.reservation_id) == (
        series.id, wished.recurrence_id, made.id
    )  # fmt: skip
    assert wait.state is WaitState.TAKEN


def test_a_wish_that_is_given_up_gives_its_hold_to_the_next(line):
    taken = line.block(1)
    series = line.begin()
    later = line.wait(25 + 7 * 24, 26 + 7 * 24, by=line.somebody(), now=TUESDAY + MINUTE)
    cancel(line.session, taken.id, by=line.others, now=TUESDAY)
    (wait,) = line.session.scalars(select(Wait).where(Wait.wished_id.is_not(None)))
    cancel_series(
        line.session,
        series.id,
        since="2026-11-04T10:00",
        letter=lambda *_: LetterText("", ""),
        by=line.me,
        now=TUESDAY,
    )
    assert waits_to_expire(line.session, TUESDAY) == [wait.id]
    with pytest.raises(HoldOver):
        line.take(wait)
    assert expire_wait(line.session, wait.id, now=TUESDAY)
    assert later.state is WaitState.OFFERED


def test_any_room_is_the_smallest_that_will_do_and_a_whole_waits_for_its_parts(line):
    small = line.world.space(line.area, capacity=4)
    seats = line.world.space(line.area, capacity=6, equipment=["投影"])
    whole = line.world.space(line.area, capacity=10, parts=[small, seats])
    one, two, three = line.taken(), line.taken(space=small), line.taken(space=seats)
    any_six = line.wait(what=AnyOf(Kind.MEETING_ROOM, SpaceFilter()), people=6)
    big = line.wait(what=whole, people=10, by=line.somebody())
    projector = AnyOf(Kind.MEETING_ROOM, SpaceFilter(equipment=("投影",)))
    seen = line.wait(what=projector, by=line.somebody())
    cancel(line.session, two.id, by=line.others, now=TUESDAY)
    assert {wait.state for wait in (any_six, big, seen)} == {WaitState.WAITING}
    cancel(line.session, one.id, by=line.others, now=TUESDAY)
    assert (any_six.state, any_six.offered_space_id) == (WaitState.OFFERED, line.room.id)
    cancel(line.session, three.id, by=line.others, now=TUESDAY)
    assert (big.state, line.holds(big)) == (WaitState.OFFERED, [small.id, seats.id])
    withdraw(line.session, big.id, letter=settled, by=line.me, now=TUESDAY)
    assert (seen.state, seen.offered_space_id) == (WaitState.OFFERED, seats.id)


@pytest.mark.parametrize("order", [1, -1], ids=["along the chain", "against it"])
def test_who_frees_any_of_what_hangs_together_locks_the_same_spaces(line, order):
    """A chain of combined rooms, each of which shares a part with the next, made in either order."""
    rooms = [line.world.space(line.area) for _ in range(4)]
    chain = [line.world.space(line.area, parts=[*pair]) for pair in list(pairwise(rooms))[::order]]
    all_of_it = {one.id for one in (*rooms, *chain)}
    for one in (*rooms, *chain):
        assert spaces_around(line.session, line.park.id, [one.id]) == all_of_it
    assert spaces_around(line.session, line.park.id, [line.room.id]) == {line.room.id}


def test_what_came_free_without_anybody_giving_it_back_is_found(line):
    line.taken()
    wait = line.wait(what=AnyOf(Kind.MEETING_ROOM, SpaceFilter()))
    assert still_waiting(line.session, TUESDAY) == [wait.id]
    assert not find_free(line.session, wait.id, now=TUESDAY)
    added = line.world.space(line.area)
    assert find_free(line.session, wait.id, now=TUESDAY)
    assert wait.offered_space_id == added.id
    assert not find_free(line.session, wait.id, now=TUESDAY)


def test_a_wait_for_a_time_that_has_begun_ends(line):
    taken = line.taken()
    wait = line.wait()
    begins = hours(5, 6).start
    assert waits_to_expire(line.session, begins) == [wait.id]
    assert still_waiting(line.session, begins) == []
    assert not expire_wait(line.session, wait.id, now=begins), "whoever has it may still not come"
    check_in(line.session, taken.id, park=line.park, charger=CHARGER, by=line.others, now=begins)
    assert expire_wait(line.session, wait.id, now=begins)
    assert (wait.state, line.holds(wait)) == (WaitState.LAPSED, [])
    assert not expire_wait(line.session, wait.id, now=begins)


def nobody_came(line, taken, after=15):
    return freed_by_not_coming_at(line, taken, taken.starts_at + after * MINUTE)


def test_who_waits_for_exactly_what_nobody_comes_to_is_held_its_rest_before_who_asked_later(line):
    """A room from 11:00 to 15:00; nobody comes. First in line wants 11:00 to 15:00, second 11:30 to 15:00."""
    line.world.tariff(line.park)
    taken = line.taken(2, 6)
    first, second = line.wait(2, 6, people=3), line.wait(2.5, 6, by=line.somebody())
    begins = hours(2, 3).start
    for minute in (0, 14, 15):  # also where the job that lets it go comes after this one
        assert not expire_wait(line.session, first.id, now=begins + minute * MINUTE)
    assert [one.id for one in waits_of(line.session, first.enterprise_id, begins + 14 * MINUTE)] == [first.id]
    nobody_came(line, taken)
    assert (first.state, second.state) == (WaitState.OFFERED, WaitState.WAITING)
    assert (first.starts_at, first.ends_at) == (begins + 30 * MINUTE, hours(5, 6).end)
    assert first.held_until == begins + 30 * MINUTE
    assert wanted_spans(line.session, [first, second]) == {first.id: hours(2, 6)}
    made = line.take(first, now=begins + 20 * MINUTE)
    assert (made.starts_at, made.ends_at, made.people) == (first.starts_at, first.ends_at, 3)
    over = begins + 30 * MINUTE
    assert not expire_wait(line.session, second.id, now=over), "whoever took it may not come either"
    assert expire_wait(line.session, second.id, now=second.ends_at)


def test_the_rest_goes_to_the_next_where_the_first_lets_it_run_out(line):
    line.world.tariff(line.park)
    taken = line.taken(2, 6)
    first, second = line.wait(2, 6), line.wait(2, 6, by=line.somebody())
    nobody_came(line, taken)
    with pytest.raises(no.Taken):
        line.reserve(2.5, 6, by=line.others, now=first.offered_at)
    assert expire_wait(line.session, first.id, now=first.held_until)
    assert (first.state, second.state) == (WaitState.LAPSED, WaitState.OFFERED)
    assert second.starts_at == hours(2.75, 3).start, "from the next quarter of an hour again"


@pytest.mark.parametrize("how", ["runs out", "is given up", "is taken"])
def test_who_is_second_waits_while_the_rest_is_held_for_the_first(line, how):
    """From 11:15 on it is held from 11:30; the job of each minute ends no wait that may still have it."""
    line.world.tariff(line.park)
    taken, second_by = line.taken(2, 6), line.somebody()
    first, second = line.wait(2, 6), line.wait(2, 6, by=second_by)
    nobody_came(line, taken)
    begins = hours(2, 3).start
    for minute in (15, 20):
        assert not expire_wait(line.session, second.id, now=begins + minute * MINUTE)
    if how == "is taken":
        line.take(first, now=begins + 20 * MINUTE)
        assert expire_wait(line.session, second.id, now=begins + 21 * MINUTE), "that begins later"
        return
    if how == "is given up":
        withdraw(line.session, first.id, letter=settled, by=line.me, now=begins + 20 * MINUTE)
    else:
        assert not expire_wait(line.session, second.id, now=first.held_until), "it runs out just now"
        assert expire_wait(line.session, first.id, now=first.held_until)
    assert second.state is WaitState.OFFERED
    assert second.starts_at == begins + (30 if how == "is given up" else 45) * MINUTE


@pytest.mark.parametrize(
    ("also", "goes_on"),
    [
        ((), True),
        ((4, 5), False),  # somebody has a part of the rest, and their time has not begun
        ((6, 7), True),
    ],
)
def test_a_wait_goes_on_while_all_that_stands_in_its_way_may_be_let_go(line, also, goes_on):
    line.taken(1.5, 4)
    if also:
        line.taken(*also)
    wait = line.wait(2, 6)
    assert expire_wait(line.session, wait.id, now=hours(2, 3).start) is not goes_on


def test_who_waits_for_any_room_goes_on_while_one_of_them_may_be_let_go(line):
    line.world.tariff(line.park)
    other = line.world.space(line.area)
    come, absent = line.taken(2, 6), line.taken(2, 6, space=other)
    any_room = line.wait(2, 6, what=AnyOf(Kind.MEETING_ROOM, SpaceFilter()), people=2)
    this_one = line.wait(2, 6, by=line.somebody())
    begins = hours(2, 3).start
    check_in(line.session, come.id, park=line.park, charger=CHARGER, by=line.others, now=begins)
    assert expire_wait(line.session, this_one.id, now=begins)
    assert not expire_wait(line.session, any_room.id, now=begins)
    nobody_came(line, absent)
    assert (any_room.state, any_room.offered_space_id) == (WaitState.OFFERED, other.id)


def test_too_little_left_is_held_for_nobody_and_the_wait_is_over(line):
    line.world.tariff(line.park)
    taken = line.taken(5, 5.5)
    wait = line.wait(5, 5.5)
    nobody_came(line, taken)
    assert (wait.state, wait.starts_at) == (WaitState.WAITING, taken.starts_at)
    assert expire_wait(line.session, wait.id, now=taken.starts_at + 15 * MINUTE)


def test_who_waits_for_the_rest_besides_has_it_held_once(line):
    line.world.tariff(line.park)
    taken = line.taken(2, 6)
    whole, rest = line.wait(2, 6), line.wait(2.5, 6)
    nobody_came(line, taken)
    assert (whole.state, rest.state) == (WaitState.WAITING, WaitState.OFFERED)
    assert line.holds(rest) == [line.room.id]


def test_a_wish_of_a_series_is_over_at_its_start(line):
    line.world.tariff(line.park)
    taken = line.block(1)
    line.begin()
    wait = line.wait(25 + 7 * 24, 26 + 7 * 24, by=line.somebody(), now=TUESDAY + MINUTE)
    nobody_came(line, taken)
    assert [one.id for one in line.session.scalars(select(Wait))] == [wait.id]
    assert wait.state is WaitState.OFFERED


def test_who_may_book_so_late_no_more_gets_no_hold(line):
    taken = line.taken()
    wait = line.wait()
    line.world.rule(line.park, lead_minutes=120)
    cancel(line.session, taken.id, by=line.others, now=hours(3, 4).start - MINUTE)
    assert wait.held_until == hours(3, 4).start
    assert hours(5, 6).start - wait.held_until == 120 * MINUTE


def test_a_place_in_line_counts_who_could_get_the_same(line):
    other = line.world.space(line.area)
    for space in (line.room, other):
        line.taken(space=space)
        line.taken(6, 7, space=space)
    ours = line.wait(by=line.somebody())
    elsewhere = line.wait(what=other, by=line.somebody())
    later = line.wait(6, 7, by=line.somebody())
    anywhere = line.wait(what=AnyOf(Kind.MEETING_ROOM, SpaceFilter()), by=line.somebody())
    last = line.wait(5, 7)
    mine_too = line.wait(what=AnyOf(Kind.MEETING_ROOM, SpaceFilter()))
    line.session.flush()
    all_of_them = [ours, elsewhere, later, anywhere, last, mine_too]
    found = before_in_line(line.session, all_of_them)
    assert [found[one.id] for one in all_of_them] == [0, 0, 0, 2, 3, 3], "nobody stands before themselves"


def test_the_database_keeps_a_hold_whole(line):
    line.taken()
    wait = line.wait()
    line.session.commit()
    for broken in (
        {"state": WaitState.OFFERED},
        {"state": WaitState.TAKEN},
        {"state": WaitState.LAPSED},
        {"settled_at": TUESDAY},
        {"offered_at": TUESDAY, "held_until": hours(7, 8).start, "offered_space_id": line.room.id},
        {"people": 0},
    ):
        for name, value in broken.items():
            setattr(wait, name, value)
        with pytest.raises(IntegrityError):
            line.session.flush()
        line.session.rollback()


def test_who_frees_time_where_nobody_waits_asks_once(line):
    taken = line.taken()
    line.session.commit()
    with statements_of(line.session) as statements:
        cancel(line.session, taken.id, by=Actor("管理员"), now=TUESDAY)
    assert sum("FROM wait" in one for one in statements) == 1
    assert not any("FOR NO KEY UPDATE" in one and "FROM space" in one for one in statements)


def test_a_refusal_gives_nobody_anything(line):
    taken = line.taken()
    wait = line.wait()
    line.taken(9, 10)
    with pytest.raises(Refusal):
        move(line.session, taken.id, line.room, hours(9, 10), **line.facts(by=line.others))
    assert (wait.state, line.holds(wait)) == (WaitState.WAITING, [])


FREES = {"release", "shorten", "change_claim"}
MAY_FREE = {
    "reservations/waiting/give_back.py": FREES,  # and serves the line
    "reservations/waiting/end_wait.py": {"release"},  # for a closure, or for good
    "reservations/waiting/take_hold.py": {"release"},  # books it at once, or holds it on
    "reservations/set_end.py": {"change_claim"},  # lengthens
    "usage/check_out.py": {"change_claim"},  # lengthens
    "usage/check_in.py": {"change_claim", "release"},  # lengthens; books it at once
}


def names_taken_from_claim(source):
    """Name what a module takes from `claim` by its name, or as an attribute of the module."""
    whole = False
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "booking.reservations.claim":
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "booking.reservations":
            whole = whole or any(one.name == "claim" for one in node.names)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and whole:
            yield from [node.attr] if node.value.id == "claim" else []


def test_nobody_gives_time_back_but_through_the_line():
    found = {
        str(file.relative_to(ROOT / "booking")): FREES.intersection(
            names_taken_from_claim(file.read_text("utf-8"))
        )
        for file in (ROOT / "booking").rglob("*.py")
    }
    assert {file: names for file, names in found.items() if names} == MAY_FREE


def test_of_very_many_who_wait_everybody_is_looked_at_soon(line, monkeypatch):
    """Seven who wait and two at a time: within eight minutes each was looked at, also every third minute."""
    monkeypatch.setattr(give_back, "MOST_AT_ONCE", 2)
    for day in range(7):
        line.taken(24 * day + 5, 24 * day + 6)
    everybody = {line.wait(24 * day + 5, 24 * day + 6).id for day in range(7)}
    for step in (1, 2, 3):
        found = [still_waiting(line.session, TUESDAY + step * MINUTE * number) for number in range(8)]
        assert {len(one) for one in found} == {2}
        assert set().union(*found) == everybody


def test_of_ones_own_waits_the_first_is_served_and_what_lies_in_what_it_got_is_over(line):
    """Asked for first from five to nine, then six to seven, eight to ten; taken, only the last goes on."""
    taken = line.taken(5, 10)
    first, within, beyond = line.wait(5, 9), line.wait(6, 7), line.wait(8, 10)
    others = line.wait(6, 7, by=line.somebody())
    waits = [first, within, beyond, others]
    whole = hours(5, 9)
    assert own_before(line.session, waits) == {within.id: whole, beyond.id: whole}
    cancel(line.session, taken.id, by=line.others, now=TUESDAY)
    assert (first.state, within.state, beyond.state) == (
        WaitState.OFFERED, WaitState.WAITING, WaitState.WAITING
    )  # fmt: skip
    assert own_before(line.session, waits) == {within.id: whole, beyond.id: whole}, "it is held for them"
    made = line.take(first)
    assert (within.state, within.settled_at) == (WaitState.LAPSED, TUESDAY)
    assert (beyond.state, others.state) == (WaitState.WAITING, WaitState.WAITING)
    assert list(ended_with(line.session, made)) == [within]
    assert own_instead(line.session, within) is made
    assert line.take(first) is made
    assert own_before(line.session, waits) == {}
    actions = line.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == within.id)).all()
    assert actions.count("wait.ended") == 1


def test_what_a_colleague_takes_ends_no_other_wait_of_whom_it_was_for(line):
    taken = line.taken(5, 9)
    first, within = line.wait(5, 9), line.wait(6, 7)
    cancel(line.session, taken.id, by=line.others, now=TUESDAY)
    colleague = line.world.member(line.session.get_one(Enterprise, line.me.enterprise_id))
    line.take(first, by=Actor(colleague.name, colleague.id, colleague.park_id, colleague.enterprise_id))
    assert within.state is WaitState.WAITING


def test_who_has_it_by_a_booking_of_their_own_waits_no_more(line):
    """Booked, in whatever way, from five to nine: the waits within are over in a minute, without a letter."""
    taken = line.taken(5, 10)
    within, beyond = line.wait(6, 7), line.wait(8, 10)
    others = line.wait(6, 7, by=line.somebody())
    line.session.execute(delete(Occupancy).where(Occupancy.reservation_id == taken.id))  # nobody is served
    taken.state = ReservationState.CANCELLED
    made = line.reserve(5, 9)
    assert waits_to_expire(line.session, TUESDAY) == [within.id]
    assert own_instead(line.session, within) is made
    assert expire_wait(line.session, within.id, letter=lambda _: LetterText("", ""), now=TUESDAY)
    assert not expire_wait(line.session, within.id, letter=lambda _: LetterText("", ""), now=TUESDAY)
    for one in (beyond, others):
        assert not expire_wait(line.session, one.id, letter=lambda _: LetterText("", ""), now=TUESDAY)
    assert (within.state, beyond.state, others.state) == (
        WaitState.LAPSED, WaitState.WAITING, WaitState.WAITING
    )  # fmt: skip
    assert waits_to_expire(line.session, TUESDAY) == []
    assert line.session.scalars(select(Letter)).all() == []
