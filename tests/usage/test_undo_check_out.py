"""A check-out is taken back: by whom, for how long, and only while nobody else was given the time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from booking.audit.actions import Action, Actor
from booking.audit.models import AuditEntry
from booking.charges.models import Charge
from booking.charges.rules import MonthClosed
from booking.db import transaction
from booking.people.models import Size
from booking.reservations.models import Occupancy, Reservation, ReservationState
from booking.reservations.refusals import Taken
from booking.reservations.reserve import reserve
from booking.reservations.waiting.wait_for import wait_for
from booking.spaces.models import Space
from booking.usage.check_in import walk_in
from booking.usage.check_out import end_forgotten
from booking.usage.correct_stay import correct_stay
from booking.usage.models import Stay
from booking.usage.rules import FreedTimeGone, NothingToUndo, NotYourCheckOut, UndoOver
from booking.usage.stay_longer import CHECK_OUT_UNDONE, undo_check_out
from booking.values import Money, Month, Span
from tests.harness.app import open_session
from tests.harness.run import HANGS
from tests.harness.stays import CHARGER, actor
from tests.harness.times import SHANGHAI
from tests.harness.world import World
from tests.usage.conftest import Place, at
from tests.usage.test_verbs import come, held, leave

MINUTE = 1 / 60


def undo(place, stay, hours, by=None):
    by, now = by or place.by, place.at(hours)
    return undo_check_out(place.session, stay.id, charger=place.charger, by=by, now=now)


def test_the_stay_goes_on_as_it_was_and_the_end_that_was_is_kept(place):
    row = place.reservation(0, 2)
    stay = come(place, row)
    leave(place, stay, 1)
    undo(place, stay, 1 + 2 * MINUTE)
    assert (stay.ended_at, stay.ending, stay.ended_by_id) == (None, None, None)
    assert held(place) == [(0, 2)]
    assert row.state is ReservationState.IN_USE
    (kept,) = stay.corrections
    assert (kept.old_ended_at, kept.new_ended_at, kept.reason) == (place.at(1), None, CHECK_OUT_UNDONE)
    assert place.charger.undone_stays == [stay.id]
    undo(place, stay, 1 + 2 * MINUTE)
    assert place.charger.undone_stays == [stay.id], "pressed twice, done once"
    undone = AuditEntry.action == Action.STAY_CHECK_OUT_UNDONE.value
    assert len(place.session.scalars(select(AuditEntry).where(undone)).all()) == 1
    leave(place, stay, 1.5)
    undo(place, stay, 1.5)
    leave(place, stay, 1.75)
    assert held(place) == [(0, 1.75)]
    assert len(stay.corrections) == 2


def test_only_who_checked_out_and_the_front_desk_take_it_back_and_only_for_two_minutes(place):
    stay = come(place, place.reservation(0, 2))
    leave(place, stay, 1)
    colleague = actor(place.world.member(place.enterprise))
    elsewhere = Actor("别处的前台", place.member.id + 99, place.park.id + 1)
    for by in (colleague, elsewhere):
        with pytest.raises(NotYourCheckOut):
            undo(place, stay, 1, by=by)
    with pytest.raises(UndoOver) as over:
        undo(place, stay, 1 + 2.02 * MINUTE)
    assert over.value.until == place.at(1) + timedelta(minutes=2)
    undo(place, stay, 1, by=actor(place.world.member(place.park)))
    assert stay.ended_at is None


def test_what_nobody_checked_out_of_or_was_corrected_since_is_not_taken_back(place):
    forgotten = come(place, place.reservation(0, 1))
    end_forgotten(place.session, forgotten.id, charger=place.charger, now=place.at(2))
    with pytest.raises(NothingToUndo):
        undo(place, forgotten, 2)
    stay = come(place, place.reservation(3, 4), 3)
    leave(place, stay, 3.5)
    act = {"charger": place.charger, "by": place.by, "now": place.at(3.5)}
    correct_stay(place.session, stay.id, place.at(3), place.at(3.25), "门禁记录", **act)
    with pytest.raises(NothingToUndo):
        undo(place, stay, 3.5)


def test_time_that_somebody_else_was_given_or_waits_for_stays_with_them(place):
    rival = place.world.member(place.world.enterprise(place.park))
    stay = come(place, place.reservation(0, 2))
    leave(place, stay, 1)
    place.reservation(1.5, 2, member=rival)
    with pytest.raises(FreedTimeGone):
        undo(place, stay, 1)
    assert held(place) == [(0, 1), (1.5, 2)]
    later = come(place, place.reservation(3, 5), 3)
    wait_for(place.session, place.room, Span(place.at(4), place.at(5)), by=actor(rival), now=place.at(3))
    place.session.commit()
    leave(place, later, 3.5)
    assert place.session.scalars(select(Occupancy.wait_id).where(Occupancy.wait_id.is_not(None))).all()
    with pytest.raises(FreedTimeGone):
        undo(place, later, 3.5)


def test_who_came_in_the_moment_it_was_taken_back_stays_in_it(place):
    """Out two minutes past the end, taken back a minute later; somebody pressed after that and was first."""
    stay = come(place, place.reservation(0, 0.5))
    leave(place, stay, 32 * MINUTE)
    place.session.commit()
    other, a_moment = place.world.member(place.world.enterprise(place.park)), timedelta(milliseconds=50)
    facts = {"charger": place.charger, "by": actor(other), "now": place.at(33 * MINUTE) + a_moment}
    walk_in(place.session, place.room, other, place.at(1), **facts)
    place.session.commit()
    with pytest.raises(FreedTimeGone):
        undo(place, stay, 33 * MINUTE)
    assert (stay.ended_at, stay.corrections) == (place.at(32 * MINUTE), [])


def test_who_walked_in_and_who_stayed_over_go_on_as_well(place):
    act = {"charger": place.charger, "by": place.by, "now": place.now}
    walked = walk_in(place.session, place.room, place.member, place.at(2), **act)
    leave(place, walked, 1)
    undo(place, walked, 1)
    assert held(place) == [(0, 2)]
    leave(place, walked, 2.5)
    undo(place, walked, 2.5)
    assert held(place) == [(0, 2.75)], "past its end it holds a quarter of an hour, as an overstay does"
    leave(place, walked, 2.6)
    place.reservation(2.75, 3, member=place.world.member(place.world.enterprise(place.park)))
    undo(place, walked, 2.6)
    assert held(place)[0][0] == 0
    assert round(held(place)[0][1], 2) in {2.6, 2.75}


def test_who_took_a_late_check_out_back_and_left_was_there_until_then(place):
    """Reserved two hours, out after 115 minutes more, taken back: forgotten, it ends there, not before."""
    row = place.reservation(0, 2)
    stay = come(place, row)
    leave(place, stay, 2 + 55 * MINUTE)
    undo(place, stay, 2 + 56 * MINUTE)
    assert end_forgotten(place.session, stay.id, charger=place.charger, now=place.at(3))
    assert (stay.ended_at, stay.needs_review) == (place.at(2 + 55 * MINUTE), True)


def test_a_closed_month_is_told_and_nothing_changes(place):
    stay = come(place, place.reservation(0, 2))
    leave(place, stay, 1)
    place.session.commit()
    place.charger.closed = MonthClosed(Month(2026, 11, SHANGHAI))
    with pytest.raises(MonthClosed):
        undo(place, stay, 1)


@pytest.mark.race
def test_of_sixteen_who_undo_or_book_the_freed_time_one_side_wins(on_both_engines, app_on, now):
    """Six press undo, ten book half an hour of what it freed: the stay goes on, or one of them has it."""
    app = app_on(on_both_engines)
    with open_session(app) as session:
        place = Place(World(session, now), now)
        place.world.tariff(place.park)
        people = [actor(place.world.member(place.world.enterprise(place.park))) for _ in range(10)]
        for number in range(4):
            start = 24 * number
            stay = come(place, place.reservation(start, start + 2), start)
            leave(place, stay, start + 1)
            facts = (app, Barrier(16), stay.id, place.room.id, place.at(start + 1))
            session.commit()
            with ThreadPoolExecutor(16) as pool:
                pressed = [pool.submit(_press_at_once, *facts, by) for by in [place.by] * 6 + people]
                answers = [one.result() for one in pressed]
            session.rollback()
            goes_on = session.get_one(Stay, stay.id, populate_existing=True).ended_at is None
            assert set(answers[:6]) == ({"on"} if goes_on else {"gone"})
            assert sorted(answers[6:])[:2] == (["taken"] * 2 if goes_on else ["booked", "taken"])
            if goes_on:
                leave(place, stay, start + 1.1)


HALF = timedelta(minutes=30)


def _press_at_once(app, ready, stay_id, room_id, now, by):
    """Take the check-out back where it is one's own, else book the half hour that begins in half an hour."""
    with app.test_request_context():
        ready.wait(HANGS)
        try:
            with transaction() as session:
                if session.get_one(Stay, stay_id).member_id == by.member_id:
                    undo_check_out(session, stay_id, charger=CHARGER, by=by, now=now)
                    return "on"
                span = Span(now + HALF, now + 2 * HALF)
                reserve(session, session.get_one(Space, room_id), span, quote=Money.zero(), by=by, now=now)
                return "booked"
        except FreedTimeGone:
            return "gone"
        except Taken:
            return "taken"


def test_it_costs_what_it_had_cost_without_the_check_out(house):
    """16:36 in, 17:30 out, taken back, 18:17 out: 128.80 as if nobody had pressed; both ends are shown."""
    stay_id = house.use(at(16, 36), at(17, 30), reserved=(at(16, 30), at(18, 30)))
    browser, page = house.browser(), f"/today/stays/{stay_id}"
    house.clock.set(at(17, 30) + timedelta(seconds=20))
    for shown in (browser.get("/today").text, browser.get(page).text):
        assert 'data-undo="100"' in shown
        assert "1:40" in shown
    for seconds, said in ((121, True), (11 * 60, True), (13 * 60, False)):
        house.clock.set(at(17, 30) + timedelta(seconds=seconds))
        for shown in (browser.get("/today").text, browser.get(page).text):
            assert ("两分钟已过，不能再撤销" in shown) is said
            assert "data-undo" not in shown
            assert '/undo"' not in shown
    house.clock.set(at(17, 30) + timedelta(seconds=20))
    given_away = house.reserve(at(18), at(18, 30), member=house.manager)
    for shown in (browser.get("/today").text, browser.get(page).text):
        assert "空出来的时间已经给了别人，签退不能撤销了" in shown
        assert "data-undo" not in shown
        assert '/undo"' not in shown
    house.browser(house.manager).post(f"/reservations/{given_away.id}/cancel")
    assert 'data-undo="100"' in browser.get(page).text
    assert "data-undo" not in house.browser(house.manager).get(page).text
    path = f"/today/check-out/{stay_id}/undo"
    refused = house.browser(house.manager).post(path, follow_redirects=True).text
    assert "只有点签退的人能撤销" in refused
    told = browser.post(path, follow_redirects=True).text
    assert "签退已撤销" in told
    assert f"/today/check-out/{stay_id}" in told
    browser.post(f"/today/check-out/{stay_id}/undo")
    assert all(line.superseded_at for line in house.all(Charge))
    assert "更正前的记录" not in browser.get("/statement?month=2026-11").text
    house.clock.set(at(18, 17))
    left = browser.post(f"/today/check-out/{stay_id}", follow_redirects=True).text
    assert "¥128.80" in left
    assert "继续使用" in left
    live = [line.amount for line in house.all(Charge) if line.superseded_at is None]
    assert sum(live, Money.zero()) == Money(12880)
    assert "撤销签退" in browser.get("/statement?month=2026-11").text
    house.clock.set(at(18, 20))
    assert "data-undo" not in browser.get(page).text
    late = browser.post(f"/today/check-out/{stay_id}/undo", follow_redirects=True).text
    assert "签退满两分钟，18:19 起不能撤销了" in late


def test_what_others_were_left_is_theirs_again(house):
    """Of 60 free minutes the first to end takes them all; undone, they are the other's who ended next."""
    house.world.tariff(house.park, valid_from=at(9).date(), allowances={Size.SMALL: 60})
    first = house.use(at(9), at(10), reserved=(at(9), at(12)))
    house.use(at(9), at(10, 1), reserved=(at(9), at(11)), space=house.other_room, member=house.manager)
    amounts = {line.stay_id: line.amount for line in house.all(Charge)}
    assert amounts.pop(first) == Money.zero()
    assert set(amounts.values()) == {Money(10000)}
    told = house.browser().post(f"/today/check-out/{first}/undo", follow_redirects=True).text
    assert "签退已撤销" in told
    live = [line for line in house.all(Charge) if line.superseded_at is None]
    assert [line.amount for line in live] == [Money(2000)]


def test_the_front_desk_takes_back_what_it_did_and_says_when_it_is_given_away(house):
    stay_id = house.use(at(9), reserved=(at(9), at(11)))
    desk = house.browser(house.admin)
    house.clock.set(at(10))
    out = f"/front-desk/stays/{stay_id}/check-out"
    assert 'data-undo="120"' in desk.post(out, follow_redirects=True).text
    assert "签退已撤销" in desk.post(f"{out}/undo", follow_redirects=True).text
    desk.post(out)
    house.reserve(at(10), at(11), member=house.rival)
    gone = desk.post(f"{out}/undo", follow_redirects=True).text
    assert gone.count("“兰亭”空出来的时间已经给了别人，签退不能撤销了。") == 1, (
        "once, not once more where the button was"
    )
    assert "“兰亭”空出来的时间" in desk.get(f"/front-desk/stays/{stay_id}").text
    house.room.name_en = "Orchid"
    house.session.commit()
    desk.post("/preferences/language", data={"language": "en"})
    assert "“Orchid”" in desk.post(f"{out}/undo", follow_redirects=True).text


def test_a_later_end_says_what_it_adds_before_it_is_pressed(house):
    """Planned to 10:00 at 80 yuan an hour: a quarter more adds 20 yuan, an hour 80."""
    stay_id = house.use(at(9), reserved=(at(9), at(10)))
    house.clock.set(at(9, 30))
    for path in ("/today", f"/today/stays/{stay_id}"):
        shown = house.browser().get(path).text
        assert '10:15 <span class="soft num">+¥20.00' in shown
        assert '11:00 <span class="soft num">+¥80.00' in shown
    row = house.all(Reservation)[0]
    ends = house.browser().get(f"/reservations/{row.id}/end").text
    assert "09:00–10:15（延长 15 分） · ¥100.00" in ends
