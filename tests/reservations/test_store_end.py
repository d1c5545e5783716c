"""Another last day of a store: what it comes to, before the press and after; 8.00 a day."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from booking.audit.actions import BookingRights
from booking.charges.end_quote import quote_end
from booking.jobs.job import run
from booking.jobs.reservations import END_STAYS
from booking.people.models import Role
from booking.reservations.models import FAR_FUTURE, Reservation, ReservationState
from booking.spaces.models import Kind
from booking.tariffs.models import Basis
from booking.usage.check_in import begin_lease
from booking.usage.queries import stay_of
from booking.values import Money
from tests.harness.pages import form_with
from tests.harness.times import TUESDAY
from tests.reservations.conftest import book, manage
from tests.reservations.test_waiting_pages import text_of


def lease(place, first="2026-11-03", last="2026-11-10", *, begun=True, browser=None):
    wish = {"space": place.store.id, "day": first, "until": last, "people": 1}
    answer = (browser or place.mine).post("/reservations/new", data=wish)
    assert answer.status_code == 302, answer.text
    place.session.rollback()
    made = place.session.scalars(select(Reservation).order_by(Reservation.id.desc())).first()
    if begun:
        begin_lease(place.session, made.id, now=TUESDAY)
        place.session.commit()
    return made


def again(place, made):
    place.session.rollback()
    place.session.expire_all()
    return place.session.get(Reservation, made.id)


def told(place, made, until):
    return place.mine.get(f"/reservations/{made.id}/end/price", query_string={"until": until}).json


def press(place, made, until, **more):
    path = f"/reservations/{made.id}/end"
    return place.mine.post(path, data={"until": until} | more, follow_redirects=True)


def test_a_later_last_day_says_what_it_adds_before_the_press_and_after(place):
    """8 days are 64.00; until 5 December 33 days, 264.00: 25 days and 200.00 more."""
    made = lease(place)
    page = place.mine.get(f"/reservations/{made.id}/end").text
    assert "¥64.00" in page
    assert "和现在一样。" in page
    before = told(place, made, "2026-12-05")
    assert (before["text"], before["detail"]) == ("¥264.00", "比现在多 25 天，多付 ¥200.00。")
    assert before["when"] == "11月3日 周二 至 12月5日 周六"
    answer = press(place, made, "2026-12-05")
    assert "最后一天改到 12月5日 周六。比现在多 25 天，多付 ¥200.00。" in answer.text
    assert again(place, made).quote == Money.yuan(264)


def test_an_earlier_last_day_says_what_it_saves(place):
    made = lease(place)
    assert told(place, made, "2026-11-04")["detail"] == "比现在少 6 天，少付 ¥48.00。"
    assert "最后一天改到 11月4日 周三。比现在少 6 天，少付 ¥48.00。" in press(place, made, "2026-11-04").text
    assert again(place, made).quote == Money.yuan(16)


def test_an_open_end_says_what_a_whole_month_costs_and_an_end_what_none_does(place):
    """December has 31 days: 248.00. An open end given the 5th leaves three days from the 3rd, 24.00."""
    manage(place)
    made = lease(place)
    month = "用到哪天付到哪天；2026年12月整月（31 天）是 ¥248.00。"
    before = told(place, made, "")
    assert (before["text"], before["detail"], before["when"]) == (
        "¥8.00／天",
        month,
        "11月3日 周二 起，到退租为止",
    )
    assert f"已改为一直用到退租。{month}" in press(place, made, "").text
    assert again(place, made).ends_at == FAR_FUTURE
    assert "一直用到退租" in press(place, made, "").text, "the second press changes nothing"
    saved = "从今天起还有 3 天，¥24.00；那天以后不再收费，2026年12月整月（31 天）少付 ¥248.00。"
    assert told(place, made, "2026-11-05")["detail"] == saved
    assert f"最后一天改到 11月5日 周四。{saved}" in press(place, made, "2026-11-05").text


def test_the_month_is_the_first_whole_one_after_the_end_at_the_prices_of_then(place, standing_clock):
    """From 1 December on 10.00 a day: until 30 November stays 224.00, and December is 310.00."""
    manage(place)
    made = lease(place, last="2026-11-30")
    place.world.tariff(
        place.park,
        Kind.STORAGE,
        bands=[],
        rate=Money.yuan(10),
        basis=Basis.DAY,
        valid_from=date(2026, 12, 1),
        name="新价目",
    )
    place.session.commit()
    priced = quote_end(place.session, place.park, place.ours, again(place, made), FAR_FUTURE, TUESDAY)
    assert str(priced.month) == "2026-12"
    assert priced.of_month.total == Money.yuan(310)
    assert told(place, made, "")["text"] == "¥10.00／天"
    assert told(place, made, "2026-12-02")["detail"] == "比现在多 2 天，多付 ¥20.00。"


def test_without_scripts_a_step_prices_and_changes_nothing(place):
    made = lease(place)
    path = f"/reservations/{made.id}/end"
    form = form_with(place.mine.get(path).text, "until")
    anew = place.mine.post(path, data=form.fields.to_dict() | {"until": "2026-12-05", "step": "price"})
    assert anew.status_code == 200
    assert "多付 ¥200.00" in anew.text
    assert again(place, made).ends_at == made.ends_at
    carried = form_with(anew.text, "until").fields
    assert carried["until"] == "2026-12-05"
    assert place.mine.post(path, data=carried).status_code == 302


@pytest.mark.parametrize(
    ("until", "why"),
    [
        ("2026-11-02", "最后一天不能早于第一天 11月4日 周三。"),
        ("2026-11-04", "没有改动：最后一天就是 11月10日 周二。"),
        ("soon", "请填写日期"),
    ],
)
def test_a_wrong_last_day_is_answered_in_days_beside_its_field(place, until, why):
    made = lease(place, "2026-11-04", begun=False)
    wanted = "2026-11-10" if "没有改动" in why else until
    answer = press(place, made, wanted)
    assert answer.status_code == 422
    assert why in answer.text.partition('name="until"')[2]
    assert "时间要" not in answer.text
    if "没有改动" not in why:
        assert why in told(place, made, wanted)["problem"]


def test_a_last_day_that_is_over_is_answered_in_days(place, standing_clock):
    made = lease(place)
    standing_clock.set(TUESDAY + timedelta(days=3))
    answer = press(place, made, "2026-11-04")
    assert answer.status_code == 422
    assert "这一天已经过去，最后一天请选今天或以后。" in answer.text
    assert told(place, made, "2026-11-04")["problem"] == "这一天已经过去，最后一天请选今天或以后。"
    assert told(place, made, "2026-11-06")["detail"] == "比现在少 4 天，少付 ¥32.00。"


def test_a_last_day_that_is_taken_has_no_price(place):
    made = lease(place)
    lease(place, "2026-11-20", "2026-11-30", begun=False, browser=place.others)
    there = told(place, made, "2026-11-25")
    assert (there["text"], "已占用" in there["problem"]) == ("", True)
    assert told(place, made, "2026-11-19")["detail"] == "比现在多 9 天，多付 ¥72.00。"


def test_an_open_end_that_takes_the_manager_is_asked_for_from_the_day_after(place):
    """A request for the days that one holds would be refused as taken; for those after it is not."""
    place.world.member(place.ours, Role.MANAGER, name="王总", password_hash="x")
    place.me.keep_rights(BookingRights(frozenset(), None))
    place.session.commit()
    made = lease(place)
    way_out = "请企业负责人来办，或从 11月11日 周三 起另提一份申请等负责人批准。"
    why = f"不定期租仓要企业负责人同意，这里不能直接办：{way_out}"
    assert told(place, made, "")["problem"] == why
    refused = press(place, made, "")
    assert refused.status_code == 422
    assert why in text_of(refused)
    way = f"/reservations/new?space={place.store.id}&day=2026-11-11"
    assert way in refused.text.replace("&amp;", "&")
    assert "提交申请" in place.mine.get(way).text
    asked = place.mine.post("/reservations/new", data=form_with(place.mine.get(way).text, "until").fields)
    assert asked.status_code == 302
    made_of_it = place.session.scalars(select(Reservation).order_by(Reservation.id.desc())).first()
    assert (made_of_it.state, made_of_it.ends_at) == (ReservationState.REQUESTED, FAR_FUTURE)


def test_of_a_room_the_answer_says_what_the_quote_becomes_and_there_is_no_price_to_ask_for(place):
    made = book(place)
    assert place.mine.get(f"/reservations/{made.id}/end/price?until=2026-11-05").status_code == 404
    longer = {"ends": (TUESDAY + timedelta(hours=3)).isoformat()}
    answer = place.mine.post(f"/reservations/{made.id}/end", data=longer, follow_redirects=True)
    assert "结束时间改到 12:00，报价由 ¥80.00 变为 ¥160.00" in answer.text


def test_an_open_store_is_not_given_back_on_a_day_that_has_gone(place, standing_clock):
    manage(place)
    made = lease(place, last="")
    standing_clock.set(TUESDAY + timedelta(days=10))
    told = place.mine.get(f"/reservations/{made.id}/end/price?until=2026-11-10")
    assert (told.status_code, told.json["text"]) == (200, "")
    assert told.json["problem"]
    answer = press(place, made, "2026-11-10")
    assert answer.status_code == 422
    assert told.json["problem"] in text_of(answer)


def test_anothers_store_is_not_priced(place):
    made = lease(place)
    assert place.others.get(f"/reservations/{made.id}/end/price?until=2026-11-20").status_code == 404


def test_where_a_store_is_shown_its_end_can_be_chosen_and_an_open_one_is_called_so(place):
    """On *today*, on its own page and on its booking's; without an end no bar says how far it has come."""
    manage(place)
    made = lease(place, last="")
    stay = stay_of(place.session, made.id)
    way, open_end = f'href="/reservations/{made.id}/end"', "11月3日 周二 起，到退租为止"
    for path in ("/today", f"/today/stays/{stay.id}", f"/reservations/{made.id}"):
        page = place.mine.get(path)
        assert way in page.text, path
        assert "退租或延长" in page.text, path
        assert open_end in text_of(page), path
    shown = place.mine.get(f"/today/stays/{stay.id}").text
    assert f'href="/reservations/{made.id}"' in shown
    assert "bar-kept" not in shown
    assert "延长或缩短" not in place.mine.get(f"/reservations/{made.id}").text
    press(place, made, "2026-11-20")
    for path in ("/today", f"/today/stays/{stay.id}"):
        assert "11月3日 周二 至 11月20日 周五" in text_of(place.mine.get(path)), path
    assert "bar-kept" in place.mine.get(f"/today/stays/{stay.id}").text


def test_what_was_given_back_is_not_given_back_again(place, app, standing_clock):
    made = lease(place)
    standing_clock.set(TUESDAY + timedelta(days=10))
    with app.app_context():
        run(END_STAYS)
    place.session.rollback()
    stay = stay_of(place.session, made.id)
    assert stay.ended_at is not None
    assert f"/reservations/{made.id}/end" not in place.mine.get(f"/today/stays/{stay.id}").text


def test_the_form_of_a_store_speaks_of_giving_back_and_not_of_checking_out(place):
    page = place.mine.get(f"/reservations/new?space={place.store.id}&day=2026-11-05").text
    assert "签退" not in page.partition("<form")[2]
    assert "按天结算，提前退租，付到退租那天。" in page
    quoted = {"space": place.store.id, "day": "2026-11-05", "until": "2026-11-09"}
    assert place.mine.get("/calendar/quote", query_string=quoted).json["settled"].endswith("付到退租那天。")


def test_that_the_manager_is_asked_stands_once_on_the_form(place):
    """On a phone the bar below has it beside the sentence, in a few words."""
    place.me.keep_rights(BookingRights(frozenset(), None))
    place.session.commit()
    page = place.mine.get(f"/reservations/new?space={place.store.id}&day=2026-11-05").text
    assert page.count("批准之前不保留时间") == 1
    assert "需负责人批准" in page.partition("data-why>")[2].partition("<")[0]


@pytest.mark.parametrize("sentence", ["储物间 长期", "储物间 今天起 一直到退租", "要储物间 明天起 不定期"])
def test_a_sentence_without_a_last_day_offers_the_store_until_it_is_given_back(place, sentence):
    page = text_of(place.mine.get("/calendar/say", query_string={"say": sentence}))
    assert "起，到退租为止" in page
    assert "没听懂" not in page
    assert "比如这时候空着" not in page
