"""A hold is put back where its space is closed or goes out of use; on both engines, and as pages show it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from booking.mail.models import Letter
from booking.mail.outbox import LetterText
from booking.reservations.closures import close_space, lift_closure
from booking.reservations.models import Occupancy
from booking.reservations.move_or_cancel import cancel
from booking.reservations.refusals import ClosureConflicts
from booking.reservations.space_queries import SpaceFilter
from booking.reservations.waiting.end_wait import end_line, withdraw
from booking.reservations.waiting.line import tell_held
from booking.reservations.waiting.models import WaitState
from booking.reservations.waiting.rules import HoldOver
from booking.reservations.waiting.wait_for import AnyOf
from booking.spaces.models import Kind, Space
from tests.harness.times import TUESDAY
from tests.reservations.conftest import asked
from tests.reservations.test_verbs import ADMIN, hours
from tests.reservations.test_waiting import line, settled  # noqa: F401 - a fixture
from tests.reservations.test_waiting_pages import held_for_me, text_of, waits


def words(*_facts):
    return LetterText("收回", "收回")


def held(line, what=None):  # noqa: F811 - the fixture's value
    """Let the others give back what somebody waits for, and somebody after them."""
    taken, first = line.taken(), line.wait(what=what)
    second = line.wait(by=line.somebody())
    cancel(line.session, taken.id, by=line.others, now=TUESDAY)
    assert (first.state, second.state) == (WaitState.OFFERED, WaitState.WAITING)
    return first, second


def close(line, start=5, end=6, **more):  # noqa: F811 - the fixture's value
    return close_space(line.session, line.room, hours(start, end), "漏水", by=ADMIN, now=TUESDAY, **more)


def retire(line, letter=words):  # noqa: F811
    end_line(line.session, line.room, letter=letter, by=ADMIN, now=TUESDAY)


def letters(line):  # noqa: F811 - the fixture's value
    return list(line.session.scalars(select(Letter.key).order_by(Letter.id)))


def test_what_is_held_makes_way_for_a_closure_and_keeps_its_place_in_line(line):  # noqa: F811
    first, second = held(line)
    tell_held(line.session, first.member_id, letter=words, now=TUESDAY)
    with pytest.raises(ClosureConflicts):
        close(line)
    closure = close(line, 4, 8, put_back=words)
    assert (first.state, second.state) == (WaitState.WAITING, WaitState.WAITING)
    assert (first.held_until, first.offered_space_id, line.holds(first)) == (None, None, [])
    with pytest.raises(HoldOver):
        line.take(first)
    lift_closure(line.session, closure.id, by=ADMIN, now=TUESDAY + timedelta(minutes=1))
    assert (first.state, second.state) == (WaitState.OFFERED, WaitState.WAITING), "in the order of before"
    later = TUESDAY + timedelta(minutes=1)
    assert tell_held(line.session, first.member_id, letter=words, now=later)
    assert [key.split(":")[0] for key in letters(line)] == ["waiting", "wait-put-back", "waiting"]


def test_a_booking_in_the_way_leaves_the_hold_as_it_is(line):  # noqa: F811
    first, _second = held(line)
    line.taken(7, 8)
    with pytest.raises(ClosureConflicts), line.session.begin_nested():
        close(line, 4, 8, put_back=words)
    line.session.refresh(first)
    assert (first.state, line.holds(first)) == (WaitState.OFFERED, [line.room.id])


def test_a_hold_on_what_goes_out_of_use_ends_or_waits_for_another(line):  # noqa: F811
    first, second = held(line)
    withdraw(line.session, second.id, letter=settled, by=line.me, now=TUESDAY)
    for _ in range(2):
        retire(line)
    assert (first.state, first.settled_at, line.count(Occupancy)) == (WaitState.LAPSED, TUESDAY, 0)
    rooms = line.session.scalars(select(Space).where(Space.kind == Kind.MEETING_ROOM)).all()
    taken = {room.id: line.taken(space=room) for room in rooms}
    any_room = line.wait(what=AnyOf(Kind.MEETING_ROOM, SpaceFilter()))
    cancel(line.session, taken[line.room.id].id, by=line.others, now=TUESDAY)
    assert any_room.state is WaitState.OFFERED
    retire(line)
    assert any_room.state is WaitState.WAITING


def test_who_waits_for_what_goes_out_of_use_hears_it_once_however_often_they_wait(line):  # noqa: F811
    first, second = held(line)
    line.taken(7, 8)
    more = line.wait(7, 8)
    elsewhere = line.world.space(line.area, Kind.MEETING_ROOM)
    line.taken(space=elsewhere)
    other = line.wait(what=elsewhere)
    told = []

    def note(member, lost):
        told.append((member.id, [(one.wait.id, one.was_held, one.still_waits) for one in lost]))
        return words()

    for _ in range(2):
        retire(line, note)
    assert [one.state for one in (first, second, more)] == [WaitState.LAPSED] * 3
    assert other.state is WaitState.WAITING
    assert sorted(told) == [
        (first.member_id, [(first.id, True, False), (more.id, False, False)]),
        (second.member_id, [(second.id, False, False)]),
    ]
    assert len(letters(line)) == 2


@pytest.mark.usefixtures("standing_clock")
def test_who_it_was_held_for_is_told_and_the_page_offers_nothing_that_cannot_be_had(place):
    wait = held_for_me(place)
    first, last = (f"{TUESDAY + timedelta(hours=hour):%Y-%m-%dT%H:%M}" for hour in (4, 8))
    facts = {"space": place.room.id, "starts": first, "ends": last, "reason": "漏水"}
    assert place.admins.post("/inventory/closures/new", data=facts).status_code == 302
    assert "候补中，排第一" in text_of(place.mine.get(f"/waiting/{wait.id}"))
    place.session.rollback()
    letter = place.session.scalars(select(Letter).where(Letter.key.startswith("wait-put-back"))).one()
    assert (letter.to, "大会议室" in letter.body, "原来的位置" in letter.body) == (place.me.email, True, True)


@pytest.mark.usefixtures("standing_clock")
def test_a_space_goes_out_of_use_with_what_was_held_of_it(place):
    wait = held_for_me(place)
    place.admins.post(f"/inventory/spaces/{place.room.id}/retire")
    page = text_of(place.mine.get(f"/waiting/{wait.id}"))
    assert ("这次候补已经结束" in page, "接受" in page) == (True, False)
    assert waits(place)[-1].state is WaitState.LAPSED
    letter = place.session.scalars(select(Letter).where(Letter.key.startswith("wait-put-back"))).one()
    assert "这次候补结束了" in letter.body


@pytest.mark.usefixtures("standing_clock")
def test_who_stood_in_line_for_what_goes_out_of_use_hears_why_and_finds_another(place):
    held_for_me(place)
    colleague = place.world.member(place.ours, name="钱七")
    theirs = place.sign_in(colleague)
    assert theirs.post("/waiting/new", data=asked(place.room, 5, 6)).status_code == 302
    wait = waits(place)[-1]
    place.admins.post(f"/inventory/spaces/{place.room.id}/retire")
    assert waits(place)[-1].state is WaitState.LAPSED
    mine = select(Letter).where(Letter.to == colleague.email, Letter.key.startswith("wait-put-back"))
    letter = place.session.scalars(mine).one()
    for said in ("你候补的地方停用了", "大会议室", "不会再空出来", "这次候补结束了", f"/waiting/{wait.id}"):
        assert said in letter.subject + letter.body
    page = theirs.get(f"/waiting/{wait.id}")
    assert "大会议室 停用了，这次候补已经结束" in text_of(page)
    way = re.search(r'href="(/calendar/search[^"]+starts=14[^"]+)"', page.text)
    assert "小会议室" in text_of(theirs.get(unescape(way[1])))


@pytest.mark.usefixtures("standing_clock")
def test_what_stays_in_use_since_it_is_booked_keeps_its_line(place):
    place.others.post("/reservations/new", data=asked(place.room, 5, 6))
    place.mine.post("/waiting/new", data=asked(place.room, 5, 6))
    place.admins.post(f"/inventory/spaces/{place.room.id}/retire")
    assert waits(place)[-1].state is WaitState.WAITING
    assert place.session.scalars(select(Letter).where(Letter.key.startswith("wait-"))).all() == []
