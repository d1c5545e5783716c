"""A hold whose price is above the limit of whom it is for by now: their manager is asked; on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from booking.audit.actions import BookingRights
from booking.people.models import Member, Role
from booking.reservations import refusals as no
from booking.reservations.approval.agree import disagree, waiting_for_manager
from booking.reservations.approval.requests import taken_requests
from booking.reservations.approval.rules import Answerer, NobodyToAsk
from booking.reservations.models import Occupancy, Reservation, ReservationState
from booking.reservations.move_or_cancel import cancel
from booking.reservations.waiting.end_wait import expire_wait, waits_to_expire
from booking.reservations.waiting.models import Wait, WaitState
from booking.reservations.waiting.own_waits import asked_instead, own_instead
from booking.reservations.waiting.rules import HoldOver, ParkIsAsked, WaitTaken
from booking.reservations.waiting.take_hold import agree_to_held, ask_for_hold, give_up, take_wish
from booking.reservations.waiting.wait_for import wait_for
from booking.values import Money
from tests.harness.app import open_session
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.reservations.test_rights import CHEAP, DEAR, Firm
from tests.reservations.test_verbs import ADMIN, hours
from tests.reservations.test_waiting_pages import held_for_me, press, text_of

A_MINUTE, HELD_FOR = timedelta(minutes=1), timedelta(minutes=15)


class Waiting(Firm):
    """Somebody of a firm, for whom a room is held from one to three hours after nine, at 160 yuan."""

    def __init__(self, world):
        super().__init__(world)
        self.next = self.somebody()
        taken = self.reserve(1, 3, by=self.somebody())
        unlimited = replace(self.me, rights=BookingRights(frozenset(), None))
        self.wait, self.later = (
            wait_for(self.session, self.room, hours(1, 3), by=by, now=TUESDAY)
            for by in (unlimited, self.next)
        )
        cancel(self.session, taken.id, by=ADMIN, now=TUESDAY)
        assert self.wait.state is WaitState.OFFERED

    def ask_for_it(self, **facts):
        facts = {"quote": DEAR, "by": self.me, "now": TUESDAY} | facts
        return ask_for_hold(self.session, self.wait.id, **facts)

    def yes(self, asked, **facts):
        return agree_to_held(self.session, asked.id, **({"by": self.managers[0], "now": TUESDAY} | facts))

    def holds(self):
        rows = self.session.scalars(select(Occupancy).order_by(Occupancy.id))
        return [(one.wait_id, one.reservation_id) for one in rows]


@pytest.fixture
def waiting(on_both_engines, app_on):
    with open_session(app_on(on_both_engines)) as session:
        yield Waiting(World(session, TUESDAY))


def test_what_is_asked_for_stays_held_and_the_managers_yes_books_it_for_who_asked(waiting):
    asked = waiting.ask_for_it()
    assert waiting.ask_for_it() is asked, "asked once"
    assert (asked.state, asked.answerer, asked.quote) == (ReservationState.REQUESTED, Answerer.MANAGER, DEAR)
    assert list(waiting_for_manager(waiting.session, waiting.firm.id, TUESDAY)) == [asked]
    assert waiting.holds() == [(waiting.wait.id, None)]
    assert taken_requests(waiting.session, [asked.id]) == frozenset(), "it is held for who asks"
    assert [body for _, body in waiting.told()] == ["1", "1"]
    assert waiting.yes(asked, version=1) is asked
    assert (asked.state, asked.member_id) == (ReservationState.BOOKED, waiting.me.member_id)
    assert (waiting.wait.state, waiting.wait.reservation_id) == (WaitState.TAKEN, asked.id)
    assert waiting.holds() == [(None, asked.id)]
    assert waiting.yes(asked, by=waiting.managers[1], version=1).state is ReservationState.BOOKED
    assert waiting.ask_for_it() is asked
    assert waiting.later.state is WaitState.WAITING


def test_with_no_yes_in_time_it_goes_to_the_next_and_a_yes_comes_too_late(waiting):
    asked, late = waiting.ask_for_it(), TUESDAY + HELD_FOR
    assert list(waits_to_expire(waiting.session, late)) == [waiting.wait.id]
    with pytest.raises(no.Taken), waiting.session.begin_nested():
        waiting.yes(asked, now=late)
    assert waiting.holds() == [(waiting.wait.id, None)]
    assert expire_wait(waiting.session, waiting.wait.id, now=late)
    assert waiting.later.state is WaitState.OFFERED
    assert taken_requests(waiting.session, [asked.id]) == {asked.id}
    with pytest.raises(no.Taken), waiting.session.begin_nested():
        waiting.yes(asked, now=late)
    with pytest.raises(HoldOver):
        waiting.ask_for_it(now=late)


def test_a_yes_to_another_page_and_a_no_leave_it_held(waiting):
    asked = waiting.ask_for_it()
    with pytest.raises(no.OutOfDate):
        waiting.yes(asked, version=7)
    assert waiting.holds() == [(waiting.wait.id, None)]
    disagree(waiting.session, asked.id, "用小会议室", by=waiting.managers[0], now=TUESDAY)
    assert (waiting.wait.state, waiting.holds()) == (WaitState.OFFERED, [(waiting.wait.id, None)])


def test_what_one_may_take_alone_again_is_booked_and_others_may_not_ask(waiting):
    with pytest.raises(HoldOver):
        waiting.ask_for_it(by=waiting.somebody())
    made = waiting.ask_for_it(quote=CHEAP)
    assert (made.state, waiting.wait.state) == (ReservationState.BOOKED, WaitState.TAKEN)
    assert waiting.holds() == [(None, made.id)]


def test_where_nobody_can_answer_or_the_park_is_asked_it_is_held_as_before(waiting):
    for one in waiting.managers:
        waiting.session.get_one(Member, one.member_id).active = False
    waiting.session.flush()
    with pytest.raises(NobodyToAsk):
        waiting.ask_for_it()
    assert waiting.holds() == [(waiting.wait.id, None)]
    waiting.world.rule(waiting.park, needs_approval=True)
    with pytest.raises(ParkIsAsked):
        waiting.ask_for_it()
    assert waiting.wait.state is WaitState.OFFERED


def test_what_a_series_wished_for_is_asked_for_and_stays_held(waiting):
    """Another Wednesday of a series came free; its hold goes on though the series has its request now."""
    taken = waiting.block(1)
    series = waiting.begin()
    cancel(waiting.session, taken.id, by=ADMIN, now=TUESDAY)
    (wish,) = waiting.wished(series)
    waiting.wait = waiting.session.scalars(select(type(waiting.wait)).filter_by(wished_id=wish.id)).one()
    asked = waiting.ask_for_it()
    assert (asked.series_id, asked.state) == (series.id, ReservationState.REQUESTED)
    assert waits_to_expire(waiting.session, TUESDAY + A_MINUTE) == []
    assert waiting.yes(asked).state is ReservationState.BOOKED
    assert waiting.wait.state is WaitState.TAKEN


def test_what_is_given_up_is_asked_for_no_more(waiting):
    def give_up_now():
        return give_up(waiting.session, waiting.wait.id, letter=None, by=waiting.me, now=TUESDAY)

    asked = waiting.ask_for_it()
    for _ in range(2):
        assert give_up_now().state is WaitState.WITHDRAWN
    assert asked.state is ReservationState.CANCELLED
    assert waiting.later.state is WaitState.OFFERED, "the next in line has it"


def test_what_the_manager_agreed_to_is_not_given_up(waiting):
    asked = waiting.ask_for_it()
    waiting.yes(asked)
    with pytest.raises(WaitTaken):
        give_up(waiting.session, waiting.wait.id, letter=None, by=waiting.me, now=TUESDAY)
    assert asked.state is ReservationState.BOOKED


def test_on_the_series_page_it_is_asked_for_as_held_too(waiting):
    taken = waiting.block(1)
    series = waiting.begin()
    cancel(waiting.session, taken.id, by=ADMIN, now=TUESDAY)
    (wish,) = waiting.wished(series)
    hold = waiting.session.scalars(select(Wait).filter_by(wished_id=wish.id)).one()
    facts = {"quote": DEAR, "by": waiting.me, "now": TUESDAY, "space": waiting.room, "span": hold.span}
    asked = take_wish(waiting.session, wish.id, **facts)
    assert take_wish(waiting.session, wish.id, **facts) is asked
    assert (asked.state, asked.series_id) == (ReservationState.REQUESTED, series.id)
    assert waits_to_expire(waiting.session, TUESDAY + A_MINUTE) == []
    assert (hold.id, None) in waiting.holds(), "nobody else gets it before it runs out"
    assert waiting.yes(asked).state is ReservationState.BOOKED
    assert hold.state is WaitState.TAKEN


@pytest.mark.usefixtures("standing_clock")
def test_the_page_of_such_a_hold_lets_its_owner_ask_with_one_press_and_the_manager_agree(place):
    """Held at 80.00, then limited to 50.00: the page says so, asks, and the manager's card says yes."""
    wait = held_for_me(place)
    place.me.keep_rights(BookingRights(frozenset(), Money.yuan(50)))
    manager = place.world.member(place.ours, Role.MANAGER, name="周经理", password_hash="x")
    place.session.commit()
    assert "看价格并接受" not in place.mine.get("/today").text
    page, address = place.mine.get(f"/waiting/{wait.id}"), f"/waiting/{wait.id}/ask"
    until = "请企业负责人（周经理）批准：11月3日 周二 09:15 前批准就订下，不然轮到下一位"
    assert f"这一单 ¥80.00，超过你可自行预订的 ¥50.00。{until}" in text_of(page)
    assert f"/waiting/{wait.id}/take" not in page.text
    assert "另提一份申请" not in page.text
    colleague = place.world.member(place.ours)
    colleague.keep_rights(BookingRights(frozenset(), Money.yuan(50)))
    place.session.commit()
    theirs = place.sign_in(colleague).get(f"/waiting/{wait.id}")
    assert "请企业负责人（周经理）打开这一页来接受" in text_of(theirs)
    assert address not in theirs.text
    manages = place.sign_in(manager)
    assert f"/waiting/{wait.id}/take" in manages.get(f"/waiting/{wait.id}").text
    for _ in range(2):
        assert press(place.mine, page.text, address).status_code == 302
    asked = place.session.scalars(select(Reservation).filter_by(member_id=place.me.id)).one()
    page = place.mine.get(f"/waiting/{wait.id}")
    assert "已请企业负责人（周经理）批准" in text_of(page)
    assert f"/reservations/{asked.id}" in page.text
    assert address not in page.text
    seen = manages.get(f"/waiting/{wait.id}")
    assert f"{place.me.name}已请你批准" in text_of(seen)
    assert f"/waiting/{wait.id}/take" not in seen.text
    today, yes = manages.get("/today"), f"/company/requests/{asked.id}/agree"
    assert "批准不了" not in today.text
    held = "这段时间保留到 11月3日 周二 09:15：在那之前批准就订下，不然轮到下一位"
    assert held in text_of(today)
    assert held in text_of(place.mine.get(f"/reservations/{asked.id}")), "and not that nothing is held"
    mine = place.mine.get("/today")
    assert "已请负责人批准：在那之前批准就订下" in text_of(mine)
    assert "请负责人批准 ·" not in text_of(mine), "it is asked once"
    assert press(manages, today.text, yes).status_code == 302
    place.session.rollback()
    assert place.session.get_one(Reservation, asked.id).state is ReservationState.BOOKED
    assert place.session.get_one(Wait, wait.id).state is WaitState.TAKEN


def test_with_what_the_manager_grants_end_the_waits_for_that_alone(waiting):
    """Whom the line passes over asks for it; a yes ends that wait and what lies within, a no none."""
    unlimited = replace(waiting.me, rights=BookingRights(frozenset(), None))
    taken = waiting.reserve(5, 8, by=waiting.somebody())
    same, within, beyond, theirs = (
        wait_for(waiting.session, waiting.room, hours(*when), by=by, now=TUESDAY)
        for when, by in (
            ((5, 7), unlimited),
            ((6, 7), unlimited),
            ((6, 8), unlimited),
            ((5, 7), waiting.next),
        )
    )
    waiting.session.execute(delete(Occupancy).where(Occupancy.reservation_id == taken.id))
    left = {one.id: (one, one.span) for one in (same, within, beyond, theirs)}
    assert asked_instead(waiting.session, left) == {}
    no_one, asked = waiting.ask(5, 6), waiting.ask(5, 7)
    assert asked_instead(waiting.session, left) == {same.id: asked, within.id: asked}
    disagree(waiting.session, no_one.id, "用小会议室", by=waiting.managers[0], now=TUESDAY)
    assert {one.state for one in (same, within, beyond, theirs)} == {WaitState.WAITING}
    for _ in range(2):
        waiting.yes(asked)
        assert (same.state, within.state) == (WaitState.LAPSED, WaitState.LAPSED)
        assert (beyond.state, theirs.state) == (WaitState.WAITING, WaitState.WAITING)
    assert own_instead(waiting.session, same) is asked
    assert asked_instead(waiting.session, left) == {}
