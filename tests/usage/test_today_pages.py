"""My day: what is next with one large button, what it has cost, and what waits for me."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from booking.charges.models import Charge, MonthClose
from booking.documents.models import Document
from booking.invoices.models import Invoice, InvoiceState
from booking.jobs.job import run
from booking.jobs.reservations import RELEASE_NO_SHOWS, TELL_ENDED
from booking.mail.models import Letter
from booking.reservations.models import Occupancy, Reservation, ReservationState
from booking.reservations.quotas.models import Quota
from booking.reservations.quotas.rules import Per, QuotaPeriod
from booking.spaces.models import Kind
from booking.usage.models import Ending, Stay
from booking.values import Money
from tests.usage.conftest import at


def page(house, member=None, path="/today"):
    answer = house.browser(member).get(path, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def test_check_in_opens_ten_minutes_before_the_start(house):
    row = house.reserve(at(10), at(11))
    house.clock.set(at(9, 49))
    early = page(house)
    assert "09:50 起可以签到" in early
    assert f"/today/check-in/{row.id}" not in early
    refused = house.browser().post(f"/today/check-in/{row.id}", follow_redirects=True).text
    assert "还没到签到时间" in refused
    house.clock.set(at(9, 50))
    assert f"/today/check-in/{row.id}" in page(house)


def test_reserved_checked_in_left_early_and_charged_for_what_was_used(house):
    row = house.reserve(at(16, 30), at(18, 30))
    browser = house.browser()
    house.clock.set(at(16, 36))
    assert "已签到“兰亭”" in browser.post(f"/today/check-in/{row.id}", follow_redirects=True).text
    stay = house.stay_of(row)
    house.clock.set(at(18, 17))
    assert "¥128.80" in browser.get("/today").text  # the running cost
    left = browser.post(f"/today/check-out/{stay.id}", follow_redirects=True).text
    assert "已签退" in left
    assert "¥128.80" in left
    assert "16:36–18:21" in left
    assert "错时 × 0.6" in left
    assert sum((line.amount for line in house.all(Charge)), Money.zero()) == Money(12880)
    assert [claim.ends_at for claim in house.all(Occupancy)] == [at(18, 17)]
    assert house.all(Reservation)[0].ends_at == at(18, 30)


@pytest.mark.parametrize("minute", [1, 29, 31, 59])
def test_what_it_costs_while_it_runs_is_what_is_charged_at_its_end(house, minute):
    stay_id = house.use(at(17, 13), reserved=(at(17), at(19)))
    house.clock.set(at(18, minute))
    running = page(house, path=f"/today/stays/{stay_id}")
    house.browser().post(f"/today/check-out/{stay_id}")
    charged = sum((line.amount for line in house.all(Charge)), Money.zero())
    assert f"¥{charged}" in running


def test_a_double_click_checks_in_once(house):
    row = house.reserve(at(9), at(10))
    browser = house.browser()
    browser.post(f"/today/check-in/{row.id}")
    assert "已经签到了" in browser.post(f"/today/check-in/{row.id}", follow_redirects=True).text
    assert len(house.all(Stay)) == 1


def test_a_double_click_checks_out_once_and_shows_the_charge_again(house):
    stay_id = house.use(at(9), at(10))
    house.clock.set(at(10, 20))
    again = house.browser().post(f"/today/check-out/{stay_id}", follow_redirects=True).text
    assert "已在 11月3日 周二 10:00 签退" in again
    assert "¥80.00" in again
    assert len(house.all(Charge)) == 1


def test_a_missed_reservation_says_why_it_is_gone(house):
    row = house.reserve(at(9), at(10))
    row.state = ReservationState.NO_SHOW
    house.session.commit()
    shown = page(house)
    assert "“兰亭”没有签到，已经放出" in shown
    assert "/s?code=M1" in shown


def test_who_walked_in_to_what_was_released_is_sent_there_no_more(house, app):
    house.reserve(at(9), at(12))
    house.clock.set(at(9, 20))
    with app.app_context():
        assert run(RELEASE_NO_SHOWS).done == 1
    assert "看看现在能不能用" in page(house)
    house.browser().post("/s/code-of-lan/walk-in", data={"until": at(11).isoformat()})
    stay = house.all(Stay)[0]
    shown = page(house)
    assert ("你后来直接使用了" in shown, "看看现在能不能用" in shown) == (True, False)
    house.browser().post(f"/today/check-out/{stay.id}")
    assert ("看看现在能不能用" in page(house), "你后来直接使用了" in page(house)) == (False, True)


def test_a_meeting_is_called_by_what_it_is_for_with_room_and_time_below(house):
    house.reserve(at(14), at(15))
    row = house.reserve(at(11), at(12))
    row.purpose = "项目周会"
    house.session.commit()
    rows = re.findall(r'<span class="list-main">(.*?)<span class="soft">(.*?)</span>', page(house))
    assert ("项目周会", "兰亭 · ") in [(name, when[:5]) for name, when in rows]
    assert any(name == "兰亭" for name, _ in rows), "without a purpose by its place"
    listed = house.browser().get("/reservations").text
    assert '<span class="list-main">项目周会<span class="soft">兰亭 · 11:00–12:00</span>' in listed
    house.clock.set(at(10, 55))
    assert "<h2>项目周会</h2>" in page(house)


def test_who_stays_over_is_told_and_billed(house):
    stay_id = house.use(at(9), reserved=(at(9), at(10)))
    house.clock.set(at(10, 20))
    assert "已超过预订时间 20 分" in page(house)
    house.browser().post(f"/today/check-out/{stay_id}")
    assert [line.minutes for line in house.all(Charge)] == [90]


def test_a_stay_can_be_made_longer_until_somebody_else_comes(house):
    house.use(at(9), reserved=(at(9), at(10)))
    house.reserve(at(11), at(12), member=house.rival)
    stay = house.all(Stay)[0]
    shown = page(house)
    assert "延长到" in shown
    assert "11:15" not in shown
    browser = house.browser()
    until = at(11).isoformat()
    told = browser.post(f"/today/longer/{stay.id}", data={"until": until}, follow_redirects=True).text
    assert "已延长到 11:00" in told
    assert house.all(Reservation)[0].ends_at == at(11)
    assert house.all(Stay)[0].held_until == at(11)
    beyond = {"until": at(11, 30).isoformat()}
    refused = browser.post(f"/today/longer/{stay.id}", data=beyond, follow_redirects=True).text
    assert "已延长" not in refused
    assert house.all(Reservation)[0].ends_at == at(11)


def stay_on(house, stay_id, until, member=None):
    path, data = f"/today/longer/{stay_id}", {"until": until.isoformat()}
    return house.browser(member).post(path, data=data)


def answer_of(text):
    assert "data-answer" in text
    return text.split("data-answer")[1].split('class="split"')[0]


def test_who_stays_on_into_a_taken_time_is_told_whose_it_is_and_what_there_is_instead(house):
    stay_id = house.use(at(9), reserved=(at(9), at(10)))
    colleague = house.reserve(at(11), at(12), member=house.manager)
    colleague.purpose = "季度复盘"
    house.session.commit()
    refused = stay_on(house, stay_id, at(11, 30))
    assert refused.status_code == 409
    answer = answer_of(refused.text)
    assert "周敏" in answer
    assert "季度复盘" in answer
    assert f'href="/reservations/{colleague.id}"' in answer
    assert "到 10:00" in answer, "what they have has not changed"
    assert "报价" in answer
    assert f"space={house.other_room.id}" in answer, "the rest can be booked in another room"
    offered = re.search(rf'action="/today/longer/{stay_id}">(.*?)</form>', answer, re.DOTALL)
    until = re.search(r'name="until" value="([^"]*)"', offered[1])[1]
    assert stay_on(house, stay_id, datetime.fromisoformat(until)).status_code == 302
    assert house.all(Stay)[0].planned_end == at(11)


def test_who_came_without_a_reservation_is_offered_the_same(house):
    browser = house.browser()
    browser.post("/s/code-of-lan/walk-in", data={"until": at(10).isoformat()})
    stay = house.all(Stay)[0]
    secret = house.reserve(at(11), at(12), member=house.rival)
    refused = stay_on(house, stay.id, at(11, 30))
    assert refused.status_code == 409
    answer = answer_of(refused.text)
    assert "11:00–12:00 已占用" in answer
    for word in ("南溪", "陈立", f"/reservations/{secret.id}"):
        assert word not in answer
    assert "改到这时" in answer
    assert stay_on(house, stay.id, at(11)).status_code == 302


def test_the_last_end_offered_is_the_last_that_may_be_had_and_says_what_is_beyond_it(house):
    day = {"per": Per.PERSON, "period": QuotaPeriod.DAY, "from_minute": 0, "until_minute": 1440}
    house.session.add(Quota(park_id=house.park.id, kind=Kind.MEETING_ROOM, minutes=300, **day))
    house.session.commit()
    stay_id = house.use(at(9), reserved=(at(9), at(10)))
    page = house.browser().get("/today").text
    ends = re.findall(r'name="until" value="([^"]*)"', page)
    assert datetime.fromisoformat(ends[-1]) == at(14), "five hours from nine, as changing the booking offers"
    assert "不能更晚，因为：" in page
    assert "这次要 5 小时 15 分" in page, "nobody asked for an end in the evening"
    assert stay_on(house, stay_id, at(14)).status_code == 302
    assert house.all(Stay)[0].planned_end == at(14)


def test_staying_on_into_a_taken_time_is_not_for_strangers(house):
    stay_id = house.use(at(9), reserved=(at(9), at(10)))
    house.reserve(at(11), at(12))
    assert stay_on(house, stay_id, at(11, 30), house.rival).status_code == 404


@pytest.mark.parametrize("until", ["", "soon", "2026-11-03T11:00", "2020-01-01T00:00+00:00"])
def test_nonsense_for_an_end_is_a_bad_request(house, until):
    stay_id = house.use(at(9))
    assert house.browser().post(f"/today/longer/{stay_id}", data={"until": until}).status_code == 400


def forgotten(house, member=None):
    stay_id = house.use(at(9), reserved=(at(9), at(10)), member=member)
    stay = house.session.get(Stay, stay_id, populate_existing=True)
    stay.reservation.state = ReservationState.DONE
    stay.ended_at, stay.ending, stay.needs_review = at(10), Ending.FORGOTTEN, True
    house.session.commit()
    house.clock.set(at(12))
    return stay_id


def test_the_true_end_of_a_forgotten_stay_can_be_told_on_my_day(house):
    stay_id = forgotten(house)
    assert "请补报离开时间" in page(house)
    data = {f"left{stay_id}-ended_at": "2026-11-03T09:40"}
    told = house.browser().post(f"/today/stays/{stay_id}/left", data=data, follow_redirects=True).text
    assert "已按你填写的时间重新计费" in told
    assert "更正记录" in told
    assert "没有按时签退，离开时间已更正" in told
    assert house.all(Stay)[0].ended_at == at(9, 40)
    again = house.browser().post(f"/today/stays/{stay_id}/left", data=data, follow_redirects=True).text
    assert "不需要补报" in again


def test_an_end_that_is_confirmed_keeps_its_seconds(house):
    """Such an end is where the next one's time began, which is no whole minute after a walk-in."""
    stay_id = forgotten(house)
    ended_at = at(9, 50) + timedelta(seconds=23)
    house.session.get(Stay, stay_id, populate_existing=True).ended_at = ended_at
    house.session.commit()
    data = {f"left{stay_id}-ended_at": "2026-11-03T09:50"}
    house.browser().post(f"/today/stays/{stay_id}/left", data=data)
    [stay] = house.all(Stay)
    assert (stay.ended_at, stay.needs_review) == (ended_at, False)


def test_who_left_in_the_minute_of_arriving_did_not_leave_before_it(house):
    stay_id = forgotten(house)
    came = house.session.get(Stay, stay_id, populate_existing=True)
    came.started_at = at(9) + timedelta(seconds=17)
    house.session.commit()
    data = {f"left{stay_id}-ended_at": "2026-11-03T09:00"}
    assert house.browser().post(f"/today/stays/{stay_id}/left", data=data).status_code == 302
    [stay] = house.all(Stay)
    assert stay.ended_at == stay.started_at


def test_who_checks_out_hours_later_is_asked_at_once_when_they_left(house):
    stay_id = house.use(at(9), reserved=(at(9), at(10)))
    house.clock.set(at(13))
    before = page(house)
    assert "忘记签退？" in before
    assert "¥80.00" in before, "what is shown is what pressing it will cost"
    assert "延长到" not in before
    asked = house.browser().post(f"/today/check-out/{stay_id}", follow_redirects=True).text
    assert "你是什么时候离开的？" in asked
    assert asked.index("你是什么时候离开的？") < asked.index("charge-total"), "the question comes first"
    assert f'action="/today/stays/{stay_id}/left"' in asked
    assert "¥80.00" in asked
    again = house.browser().post(f"/today/check-out/{stay_id}", follow_redirects=True).text
    assert "你是什么时候离开的？" in again, "whom the house forestalled is asked, too"
    data = {f"left{stay_id}-ended_at": "2026-11-03T11:15"}
    house.browser().post(f"/today/stays/{stay_id}/left", data=data)
    assert house.all(Stay)[0].ended_at == at(11, 15)
    assert [line.minutes for line in house.all(Charge) if line.superseded_at is None] == [135]


def test_the_statement_leads_to_the_same_question(house):
    stay_id = house.use(at(9), at(13), reserved=(at(9), at(10)))
    assert f'href="/today/stays/{stay_id}#left"' in page(house, path="/statement")


def test_a_closed_month_asks_for_nothing_any_more(house):
    stay_id = forgotten(house)
    house.session.add(
        MonthClose(
            park_id=house.park.id, month_key=202611, closed_at=at(12), closed_by="测试", finished_at=at(12)
        )
    )
    house.session.commit()
    assert "请补报离开时间" not in page(house)
    assert "你是什么时候离开的" not in page(house, path=f"/today/stays/{stay_id}")
    data = {f"left{stay_id}-ended_at": "2026-11-03T09:40"}
    answer = house.browser().post(f"/today/stays/{stay_id}/left", data=data)
    assert answer.status_code == 422
    assert "已结账，不能再更改" in answer.text
    assert house.all(Stay)[0].ended_at == at(10)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-11-03T15:00", "只能填写已经过去的时间"),
        ("2026-11-03T08:00", "离开时间不能早于到达时间"),
        ("", "请填写离开的日期和时间"),
    ],
)
def test_an_impossible_end_is_refused_beside_the_field_and_kept(house, typed, said):
    stay_id = forgotten(house)
    data = {f"left{stay_id}-ended_at": typed}
    answer = house.browser().post(f"/today/stays/{stay_id}/left", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed}"' in answer.text
    assert house.all(Stay)[0].needs_review


def test_who_was_there_is_asked_by_letter_once_and_the_manager_reads_whose_stay_it_is(house, app):
    stay_id = forgotten(house)
    for done in (1, 0):
        with app.app_context():
            assert run(TELL_ENDED).done == done
    house.session.rollback()
    (letter,) = house.session.scalars(select(Letter).where(Letter.key == f"changes:stay:{stay_id}"))
    stay = house.all(Stay)[0]
    assert letter.to == stay.member.email
    assert letter.subject == "忘记签退？请补报离开时间：兰亭"
    assert "费用：¥" in letter.body
    assert f"/today/stays/{stay_id}" in letter.body
    assert "林晓的使用" in page(house, house.manager)
    assert "的使用</strong>" not in page(house), "one's own needs no name"


def test_a_colleagues_day_is_the_managers_to_see(house):
    house.reserve(at(14), at(15))
    assert "林晓 · 兰亭" in page(house, house.manager)
    house.reserve(at(16), at(17), member=house.manager)
    assert "周敏" not in page(house).split("<main")[1]


def test_the_manager_sees_the_enterprises_month_beside_its_budget_and_a_member_their_own(house):
    house.enterprise.monthly_budget = Money.yuan(60)
    house.session.commit()
    house.use(at(9), at(10))
    house.use(at(11), reserved=(at(11), at(12)), member=house.manager)
    house.clock.set(at(11, 30))
    shown = page(house, house.manager)
    assert "¥120.00 / ¥60.00" in shown
    assert "本月费用已超过预算" in shown
    own = page(house)
    assert "¥80.00" in own
    assert "¥120.00" not in own


def test_with_nothing_reserved_the_last_used_space_is_offered_again(house):
    assert "接下来没有预订" in page(house)
    house.use(at(9), at(10))
    assert "再订" in page(house)


def test_who_is_invited_to_something_this_week_is_not_told_that_nothing_comes(house):
    house.use(at(9), at(10))
    made = house.reserve(at(11), at(12), member=house.manager)
    colleagues = {"colleagues": str(house.member.id), "guests": ""}
    assert (
        house.browser(house.manager).post(f"/reservations/{made.id}/guests", data=colleagues).status_code
        == 302
    )
    shown = page(house)
    assert "今天和接下来一周" in shown
    assert "接下来没有预订" not in shown


def test_another_enterprises_things_are_not_found(house):
    row = house.reserve(at(9), at(10))
    stay_id = house.use(at(11), reserved=(at(11), at(12)))
    rival = house.browser(house.rival)
    for method, path in [
        ("post", f"/today/check-in/{row.id}"),
        ("post", f"/today/check-out/{stay_id}"),
        ("post", f"/today/longer/{stay_id}"),
        ("get", f"/today/stays/{stay_id}"),
        ("post", f"/today/stays/{stay_id}/left"),
    ]:
        assert getattr(rival, method)(path).status_code == 404, path


def test_my_day_is_for_tenants(house, client):
    assert house.browser(house.admin).get("/today").status_code == 403
    answer = client.get("/today")
    assert answer.status_code == 302
    assert "/sign-in?next=/today" in answer.location


def test_the_number_of_queries_does_not_grow_with_the_rows(house, count_queries):
    house.use(at(8), at(8, 30))
    forgotten(house)
    house.use(at(13), reserved=(at(13), at(14)), space=house.other_room)
    house.reserve(at(19), at(20), member=house.manager)
    house.reserve(at(19), at(20), space=house.other_room)
    browser = house.browser(house.manager)
    browser.get("/today")
    few = count_queries(lambda: browser.get("/today"))
    for hour in range(14, 19):
        house.reserve(at(hour), at(hour + 1), space=house.other_room)
        house.reserve(at(hour), at(hour + 1), member=house.manager)
    more_rooms = [house.world.space(house.area) for _ in range(3)]
    for room in more_rooms:
        house.use(at(13, 30), reserved=(at(13, 30), at(14)), space=room)
    browser.get("/today")
    assert count_queries(lambda: browser.get("/today")) == few


def test_who_has_nothing_asks_only_whether_there_is_anything(house, count_queries):
    browser = house.browser(house.manager)
    browser.get("/today")
    nothing = count_queries(lambda: browser.get("/today"))
    assert nothing <= 8  # who reads, what there is, bills, the activity, the month's sum, its list
    house.reserve(at(19), at(20), member=house.manager)
    assert nothing < count_queries(lambda: browser.get("/today")) <= nothing + 2


def test_a_reservation_of_another_day_shows_no_dead_button(house):
    house.reserve(at(10, day=4), at(11, day=4))
    shown = page(house)
    assert "11月4日 周三 09:50 起可以签到" in shown
    assert "disabled" not in shown


def primaries(text):
    """Name what looks like the one thing to do."""
    main = text.split("<main")[1].split("</main")[0]
    found = re.findall(r'<(?:a|button) class="btn btn-primary[^>]*>(.*?)</(?:a|button)>', main, re.DOTALL)
    return [re.sub(r"<[^>]*>", "", one).strip() for one in found]


def test_the_next_thing_to_do_is_the_one_primary_and_booking_is_always_in_sight(house):
    def says(*primary, member=None):
        shown = page(house, member)
        assert primaries(shown) == list(primary)
        assert ">预订空间</a>" in re.sub(r"<svg.*?</svg>", "", shown, flags=re.DOTALL)

    says("预订空间")
    row = house.reserve(at(16), at(17))
    house.clock.set(at(14))
    says("预订空间")
    house.clock.set(at(15, 50))
    says("签到")
    house.browser().post(f"/today/check-in/{row.id}")
    says("签退")
    house.browser().post(f"/today/check-out/{house.stay_of(row).id}")
    house.clock.set(at(18))
    says("再订")
    missed = house.reserve(at(17, 30), at(19), state=ReservationState.NO_SHOW)
    says("看看现在能不能用")
    house.clock.set(missed.ends_at)
    says("再订")


def invoice(house, month, due_on):
    facts = {"park_id": house.park.id, "name": "账单.pdf", "media_type": "application/pdf"}
    paper = Document(**facts, sha256="0" * 64, content=b"x", size=1, created_at=at(9))
    house.session.add(paper)
    house.session.flush()
    sums = {"total": Money.yuan(80), "tax": Money(453), "tax_lines": [], "left_out": []}
    made = Invoice(
        park_id=house.park.id, enterprise_id=house.enterprise.id, month_key=month, year=2026, serial=month,
        number=f"N{month}", issued_at=at(9), due_on=due_on, seller={}, buyer={}, state=InvoiceState.DUE,
        document_id=paper.id, **sums,
    )  # fmt: skip
    house.session.add(made)
    house.session.commit()
    return made


def test_an_overdue_invoice_is_the_managers_next_thing_where_nothing_presses_more(house):
    due = invoice(house, 202610, date(2026, 11, 20))
    shown = page(house, house.manager)
    assert "有账单待付：¥80.00" in shown
    assert f'href="/invoices/{due.id}"' in shown
    assert primaries(shown) == ["预订空间"], "there is time until the 20th"
    house.clock.set(at(9, day=21))
    shown = page(house, house.manager)
    assert "账单已逾期：¥80.00" in shown
    assert primaries(shown) == ["看账单并付款"]
    house.reserve(at(9, day=21), at(10, day=21), member=house.manager)
    shown = page(house, house.manager)
    assert primaries(shown) == ["签到"]
    assert shown.index("/today/check-in/") < shown.index("账单已逾期"), (
        "what is now comes before what can wait"
    )
    invoice(house, 202609, date(2026, 10, 20))
    shown = page(house, house.manager)
    assert "账单已逾期：¥160.00" in shown
    assert 'href="/invoices/"' in shown
    assert "账单已逾期" not in page(house)


def test_a_check_in_that_is_not_open_is_a_line_without_a_button(house):
    house.reserve(at(16), at(17))
    house.clock.set(at(14))
    shown = page(house).split("<main")[1]
    assert "15:50 起可以签到" in shown
    assert "签到</button>" not in shown
    assert "disabled" not in shown
    assert "next-time" not in shown


def test_a_second_booking_that_has_begun_is_the_next_thing_while_one_stay_runs(house):
    house.use(at(9), reserved=(at(9), at(11)))
    second = house.reserve(at(9, 30), at(10, 30), space=house.other_room)
    house.clock.set(at(9, 19))
    shown = page(house)
    assert primaries(shown) == ["签退"]
    assert ("09:20 起可以签到" in shown, f"/today/check-in/{second.id}" in shown) == (True, False)
    house.clock.set(at(9, 25))
    shown = page(house)
    assert primaries(shown) == ["签退"], "nothing is lost yet"
    assert f"/today/check-in/{second.id}" in shown
    house.clock.set(at(9, 37))
    shown = page(house)
    assert primaries(shown) == ["签到"], "at 9:45 it is released, and costs half"
    assert "请在 09:45 前签到" in shown
    assert 0 < shown.index(f"/today/check-in/{second.id}") < shown.index("/today/check-out/")
    assert "已签到" in house.browser().post(f"/today/check-in/{second.id}", follow_redirects=True).text
    assert primaries(page(house)) == ["签退"]


def test_of_two_bookings_that_have_begun_each_can_be_checked_in_to(house):
    rows = [house.reserve(at(9, 30), at(10, 30), space=one) for one in (house.room, house.other_room)]
    house.clock.set(at(9, 37))
    shown = page(house)
    assert primaries(shown) == ["签到"]
    assert [f"/today/check-in/{row.id}" in shown for row in rows] == [True, True]
    assert shown.count("请在 09:45 前签到") == 2


def test_what_comes_next_in_the_same_room_is_checked_in_to_when_it_begins(house):
    house.use(at(9), reserved=(at(9), at(10)))
    after = house.reserve(at(10), at(11))
    house.clock.set(at(9, 55))
    shown = page(house)
    assert (f"/today/check-in/{after.id}" in shown, "10:00 起可以签到" in shown) == (False, True)
    house.clock.set(at(10))
    assert primaries(page(house)) == ["签到"]
    told = house.browser().post(f"/today/check-in/{after.id}", follow_redirects=True).text
    assert "已签到" in told
    assert [stay.ended_at for stay in house.all(Stay)] == [at(10), None]


def test_each_of_several_stays_can_be_made_longer_with_its_price(house):
    stays = [house.use(at(9), reserved=(at(9), at(10)), space=one) for one in (house.room, house.other_room)]
    house.clock.set(at(9, 50))
    shown = page(house)
    for stay_id in stays:
        assert f"/today/check-out/{stay_id}" in shown
        offered = re.search(rf'action="/today/longer/{stay_id}">(.*?)</form>', shown, re.DOTALL)
        assert "+¥40.00" in offered[1], "half an hour at 80.00"
        until = re.search(r'name="until" value="([^"]*)"', offered[1])[1]
        assert stay_on(house, stay_id, datetime.fromisoformat(until)).status_code == 302
    assert [stay.planned_end for stay in house.all(Stay)] == [at(10, 15), at(10, 15)]


def test_however_many_stays_one_has_so_many_are_priced_and_the_rest_lead_to_their_page(house, count_queries):
    rooms = [house.room, house.other_room, *(house.world.space(house.area) for _ in range(3))]
    stays = [house.use(at(9), reserved=(at(9), at(10)), space=one) for one in rooms[:3]]
    browser = house.browser()
    browser.get("/today")
    few = count_queries(lambda: browser.get("/today"))
    stays += [house.use(at(9), reserved=(at(9), at(10)), space=one) for one in rooms[3:]]
    browser.get("/today")
    assert count_queries(lambda: browser.get("/today")) == few
    shown = page(house)
    assert [f"/today/longer/{one}" in shown for one in stays] == [True, True, True, False, False]
    assert f'href="/today/stays/{stays[-1]}"' in shown
    assert f"/today/longer/{stays[-1]}" in page(house, path=f"/today/stays/{stays[-1]}")
