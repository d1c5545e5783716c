"""The pages of a series: the form, the preview, the series itself, and who may see it."""

import functools
import re
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from booking.audit.actions import BookingRights
from booking.blueprints.series import show
from booking.jobs.job import run
from booking.jobs.reservations import BOOK_OPENED, TELL_SERIES
from booking.mail.models import Letter
from booking.parks.models import CalendarDay
from booking.people.models import Role
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.series.models import Series, WishedOccurrence
from booking.values import Money
from tests.harness.times import TUESDAY
from tests.reservations.conftest import asked, want_copies

FIRST = "2026-11-04"


def weekly(space, **more):
    filled = {
        "space": space.id, "day": FIRST, "starts": "10:00", "ends": "11:00", "frequency": "weekly",
        "interval": 1, "weekdays": [2], "month_on": "4", "ends_by": "count", "count": 4, "people": 2,
        "purpose": "周会",
    }  # fmt: skip
    return filled | more


def book(browser, space, **more):
    answer = browser.post("/reservations/series/new", data=weekly(space, step="book", **more))
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def text_of(answer):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def block(place, week):
    start = 25 + week * 7 * 24
    answer = place.others.post("/reservations/new", data=asked(place.room, start, start + 1))
    assert answer.status_code == 302, answer.text


def letters_of_series(place):
    """Let the job write what waits to be told; gives the letters on series, oldest first."""
    with place.mine.application.app_context():
        assert run(TELL_SERIES).failed == 0
    place.session.rollback()
    written = select(Letter).where(Letter.key.like("series:%"))
    return place.session.scalars(written.order_by(Letter.id)).all()


def reservations(place):
    place.session.rollback()
    return place.session.scalars(
        select(Reservation).where(Reservation.series_id.is_not(None)).order_by(Reservation.recurrence_id)
    ).all()


def test_the_form_of_one_leads_on_with_what_was_filled_in(place):
    assert (
        'formaction="/reservations/series/new"'
        in place.mine.get(f"/reservations/new?space={place.room.id}").text
    )
    once = {"space": place.room.id, "day": FIRST, "starts": "10:00", "ends": "11:15", "purpose": "周会"}
    page = place.mine.post("/reservations/new", data=once | {"step": "price", "frequency": "weekly"}).text
    assert all(f'value="{one}"' in page for one in (FIRST, "10:00", "11:15", "周会")), "and back"
    page = place.mine.get(
        f"/reservations/series/new?space={place.room.id}&day={FIRST}&starts=10:00&ends=11:00&people=3&purpose=周会"
    ).text
    assert 'formaction="/reservations/new" name="step" value="price">只订一次<' in page
    assert 'value="10:00"' in page
    assert 'value="周会"' in page
    assert re.search(
        r'name="weekdays"[^>]*value="2"[^>]*checked|checked[^>]*name="weekdays"[^>]*value="2"', page
    )


def test_a_rule_in_the_address_fills_the_form_and_one_that_is_not_offered_is_said(place):
    at = f"/reservations/series/new?space={place.room.id}&start={FIRST}T13:00&end={FIRST}T14:30&repeat="
    page = place.mine.get(at + "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270131").text
    assert re.search(r'name="starts"[^>]*value="13:00"', page)
    assert re.search(r'name="ends"[^>]*value="14:30"', page)
    assert 'value="2027-01-31"' in page
    assert re.search(r'<option selected value="-1FR">', page)
    answer = place.mine.get(at + "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31")
    assert answer.status_code == 422
    assert "这样的重复规则不支持" in answer.text


def test_the_preview_tells_of_each_what_it_costs_or_why_not_and_what_would_suit(place):
    block(place, 1)
    answer = place.mine.post("/reservations/series/new", data=weekly(place.room, count=12, step="look"))
    seen = text_of(answer)
    assert answer.status_code == 200
    assert "每周三 10:00–11:00，共 12 次" in seen
    assert "8 次能订，合计 ¥640.00" in seen  # nine weeks may be booked ahead, one of them is taken
    assert (
        "11月11日 周三 10:00–11:00 已被占用 换当天 09:00–10:00 · ¥80.00 换小会议室 10:00–11:00 · ¥80.00"
        in seen
    )
    assert "还没开放预订，目前可订到 1月2日" in seen.replace("2027年", "")
    assert "3 次还没开放预订：一开放就自动替你订上。 1 次现在订不上" in seen
    assert "2027年的工作日历尚未公布" in seen
    assert "乙公司" not in seen
    assert place.session.scalar(select(func.count()).select_from(Series)) == 0


def test_what_one_has_elsewhere_is_no_reason_why_a_time_is_taken(place):
    block(place, 1)
    for space in (place.other, place.room):
        start = 25 + (7 if space is place.other else 14) * 24
        made = place.mine.post("/reservations/new", data=asked(space, start, start + 1))
        assert made.status_code == 302
    seen = text_of(place.mine.post("/reservations/series/new", data=weekly(place.room, step="look")))
    assert "已被占用 另外，小会议室 11月11日 周三 10:00–11:00 是你自己的预订" in seen
    assert "已被占用 大会议室 11月18日 周三 10:00–11:00 是你自己的预订" in seen, "here it is the reason"


def test_a_day_that_is_closed_is_named_apart_and_is_no_wish(place):
    place.world.rule(place.park, open_on_rest_days=False)
    daily = weekly(place.room, frequency="daily", day="2026-11-05", count=5)
    seen = text_of(place.mine.post("/reservations/series/new", data=daily | {"step": "look"}))
    assert "3 次能订" in seen
    assert "2 次不开放，不订，也不会空出来。" in seen
    assert "先替你记着" not in seen
    made = place.mine.post("/reservations/series/new", data=daily | {"step": "book"})
    assert "还没订上" not in text_of(place.mine.get(made.headers["Location"]))
    assert place.session.scalar(select(func.count()).select_from(WishedOccurrence)) == 0


def test_the_rest_of_a_series_counts_its_own_times_and_no_closed_days_of_the_earlier(place):
    """From Thursday 5 November: 5, 6, closed 7 and 8, 9 and 10; changed from the 9th on, two are left."""
    place.world.rule(place.park, open_on_rest_days=False)
    where = book(place.mine, place.room, frequency="daily", day="2026-11-05", count=6)
    change = {"since": "2026-11-09", "space": place.room.id, "starts": "14:00", "ends": "15:00", "version": 1}
    made = place.mine.post(f"{where}/change", data=change | {"step": "change"})
    assert "每天 14:00–15:00，共 2 次" in text_of(place.mine.get(made.headers["Location"]))


def test_a_rest_day_of_a_year_that_is_not_settled_is_told_apart_from_what_only_is_too_far_ahead(place):
    """Wednesdays and Sundays from 23 December: 3 January is a Sunday, and 6 January a Wednesday."""
    place.world.rule(place.park, open_on_rest_days=False)
    said = weekly(place.room, day="2026-12-23", weekdays=[2, 6], count=5, step="look")
    seen = text_of(place.mine.post("/reservations/series/new", data=said))
    told = (
        "1 次还没开放预订：一开放就自动替你订上。",
        "1 次按现在的规则那天不开放；工作日安排公布后若开放，到时自动订。",
    )
    assert " ".join(told) in seen
    closed, too_far = seen.rindex("按现在的规则那天不开放"), seen.index("还没开放预订，目前可订到")
    assert seen.index("1月3日 周日") < closed < seen.index("1月6日 周三") < too_far
    said = weekly(place.room, day="2026-12-23", weekdays=[2, 6], count=5, step="book")
    done = text_of(place.mine.post("/reservations/series/new", data=said, follow_redirects=True))
    assert " ".join(told) in done.replace(" 关闭", "")
    said = weekly(place.room, day="2026-12-23", weekdays=[2], count=4, step="look")
    assert "按现在的规则" not in text_of(place.mine.post("/reservations/series/new", data=said))


def test_its_letters_promise_no_closed_day_of_a_year_that_is_not_settled(place):
    """Wednesdays and Sundays from 23 December: 3 January is a Sunday, and 6 January a Wednesday."""
    want_copies(place)
    place.world.rule(place.park, open_on_rest_days=False)
    where = book(place.mine, place.room, day="2026-12-23", weekdays=[2, 6], count=5)
    begun = letters_of_series(place)[-1].body
    later = {"since": "2026-12-23T10:00", "space": place.room.id, "version": 1, "step": "change"}
    place.mine.post(f"{where}/change", data=later | {"starts": "14:00", "ends": "15:00"})
    changed = letters_of_series(place)[-1].body
    assert changed != begun
    for letter in (begun, changed):
        assert "1 次还没开放预订，一开放就自动替你订上：2027年1月6日 周三\n" in letter
        closed = "1 次按现在的规则那天不开放；工作日安排公布后若开放，到时自动订：2027年1月3日 周日\n"
        assert closed in letter
        assert letter.count("2027年的工作日历尚未公布，价格和休息日为暂定。") == 1
    where = book(place.mine, place.room, day="2026-11-12", count=2)
    assert "尚未公布" not in letters_of_series(place)[-1].body


def test_rest_days_of_a_year_that_is_not_settled_are_one_thing_near_and_far(place):
    """From Thursday 31 December on: 2 January, a Saturday, is the last day that may be booked today."""
    place.world.rule(place.park, open_on_rest_days=False)
    daily = weekly(place.room, frequency="daily", day="2026-12-31", count=4)
    seen = text_of(place.mine.post("/reservations/series/new", data=daily | {"step": "look"}))
    assert "2 次能订" in seen
    assert "2 次按现在的规则那天不开放；工作日安排公布后若开放，到时自动订。" in seen
    assert seen.count("按现在的规则那天不开放；工作日安排公布后若开放，到时自动订") == 3
    assert "还没开放预订" not in seen, "none of it is too far ahead: it may never open"
    assert "也不会空出来" not in seen
    where = book(place.mine, place.room, frequency="daily", day="2026-12-31", count=4)
    shown = text_of(place.mine.get(where))
    assert shown.count("按现在的规则那天不开放；工作日安排公布后若开放，到时自动订") == 3
    assert "2 次按现在的规则那天不开放；工作日安排公布后若开放，到时自动订。" in shown, "the answer"
    assert "一开放就自动替你订上" not in shown
    assert "届时自动订" not in shown


def choose(page, label):
    """Press a button of the preview: its value, with all that its form carries."""
    form = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    (value,) = re.findall(rf'name="choose" value="([^"]+)"[^>]*>{label}', page.text)
    sent = [(name, unescape(text)) for name, text in form if name != "csrf_token"]
    return MultiDict([*sent, ("choose", unescape(value))])


def test_where_none_is_free_it_says_what_to_do_and_each_date_opens_by_itself(place):
    """Four dates that are taken: no sum of nothing, and what each offers is folded away."""
    for week in range(4):
        block(place, week)
    page = place.mine.post("/reservations/series/new", data=weekly(place.room, step="look"))
    seen = text_of(page)
    assert "现在一次也订不上" in seen
    assert "在下面给任何一次换个空间或时间，就能订下它" in seen
    assert "¥0.00" not in seen
    assert "先替你记着" not in seen, "nothing is kept of what is not booked at all"
    assert page.text.count('<details class="more">') == 4
    (at, *_) = re.findall(r'name="choose" value="([^"]+)"[^>]*>换小会议室', page.text)
    form = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    sent = [(name, unescape(text)) for name, text in form if name != "csrf_token"]
    page = place.mine.post("/reservations/series/new", data=MultiDict([*sent, ("choose", unescape(at))]))
    assert "1 次能订，合计 ¥80.00" in text_of(page)
    assert '<details class="more">' not in page.text, "three dates are not too many to see at once"


def test_what_would_suit_is_chosen_with_one_press_and_is_what_gets_booked(place):
    want_copies(place)
    block(place, 1)
    post = functools.partial(place.mine.post, "/reservations/series/new")
    page = post(data=weekly(place.room, step="look"))
    assert "3 次能订" in text_of(page)
    page = post(data=choose(page, "换小会议室"))
    seen = text_of(page)
    assert "4 次能订，合计 ¥320.00" in seen
    assert "11月11日 周三 10:00–11:00 改订小会议室 10:00–11:00 不换了 ¥80.00" in seen
    assert "现在订不上" not in seen
    assert "3 次能订" in text_of(post(data=choose(page, "不换了"))), "and it can be taken back"
    carried = choose(page, "不换了")
    del carried["choose"]
    made = post(data=carried | {"step": "book"}, follow_redirects=True)
    assert "次数 将来 4 次 预订人" in text_of(made)
    assert [one.space_id for one in reservations(place)] == [
        place.room.id, place.other.id, place.room.id, place.room.id,
    ]  # fmt: skip
    (letter,) = letters_of_series(place)
    assert "将来的 4 次" in letter.body, "one letter for all, with an entry for each"


def test_what_was_chosen_and_is_taken_meanwhile_is_said_and_kept_as_wished(place):
    block(place, 1)
    post = functools.partial(place.mine.post, "/reservations/series/new")
    page = post(data=choose(post(data=weekly(place.room, step="look")), "换当天 09:00"))
    start = 24 + 7 * 24
    place.others.post("/reservations/new", data=asked(place.room, start, start + 1))
    again = choose(page, "不换了")
    del again["choose"]
    assert "刚才选的现在订不上了" in text_of(post(data=again | {"step": "look"}))
    made = text_of(post(data=again | {"step": "book"}, follow_redirects=True))
    assert "选好的时间或地方刚被别人订走，先替你记着：11月11日 周三。" in made
    assert "将来 3 次，还没订上 1 次" in made


@pytest.mark.parametrize(
    "text", ["", "x", "2026-11-11T10:00/1/2", "2026-11-11T10:00/a/540/600", "2026-11-11T10:00/1/600/540"]
)
def test_nonsense_is_no_choice(place, text):
    block(place, 1)
    said = weekly(place.room, choose=text, instead=text)
    assert "3 次能订" in text_of(place.mine.post("/reservations/series/new", data=said))
    book(place.mine, place.room, instead=text)
    assert len(reservations(place)) == 3


def test_the_months_free_minutes_count_once_in_the_sum_of_all(place):
    """An hour a month is free: four Wednesdays in November and one in December cost 0, 80, 80, 80 and 0."""
    want_copies(place)
    assert "合计 ¥320.00" in text_of(
        place.mine.post("/reservations/series/new", data=weekly(place.room, step="look"))
    )
    free = {place.ours.size: 60}
    place.world.tariff(place.park, valid_from=date(2026, 1, 1), allowances=free)
    said = weekly(place.room, step="look", count=5)
    seen = text_of(place.mine.post("/reservations/series/new", data=said))
    assert "5 次能订，预计合计 ¥240.00 按先后算，当月已订的也算在内：每月的免费额度只扣一次" in seen
    assert re.findall(r"\d+:00 (¥[\d.]+)", seen) == ["¥0.00", "¥80.00", "¥80.00", "¥80.00", "¥0.00"]
    block(place, 1)  # the second, taken in the other room instead: its turn stays
    offered = re.search(rf'name="choose" value="([^"]*T10:00/{place.other.id}/[^"]*)"', page_of(place, said))
    assert offered
    seen = text_of(place.mine.post("/reservations/series/new", data=said | {"choose": offered[1]}))
    assert "预计合计 ¥240.00" in seen
    where = book(place.mine, place.room, count=5, instead=offered[1])
    assert {one.quote for one in reservations(place)} == {Money.zero()}, "each by itself as if it came next"
    for browser in (place.mine, place.admins):
        page = text_of(browser.get(where))
        assert "将来的报价合计 预计 ¥240.00" in page
        assert page.count("¥80.00") == 3
        assert "每月的免费额度只扣一次" in page
    (letter,) = letters_of_series(place)
    assert "预计合计：¥240.00\n按先后算" in letter.body, "the letter says what the page says"
    since = {"since": "2026-11-18", "space": place.room.id, "starts": "10:00", "ends": "12:00", "version": 1}
    seen = text_of(place.mine.post(f"{where}/change", data=since | {"step": "look"}))
    assert "改后预计合计 ¥400.00" in seen, "two hours each: the first of the series has November's free one"


def page_of(place, said):
    return place.mine.post("/reservations/series/new", data=said).text


def test_new_year_is_left_out_where_only_working_days_are_meant(place):
    """Fridays from 4 December 2026 on; the park has put down New Year's Day already."""
    place.session.add(CalendarDay(park_id=place.park.id, day=date(2027, 1, 1), working=False, label="元旦"))
    place.session.commit()
    said = weekly(
        place.room,
        day="2026-12-04",
        weekdays=[4],
        working_days_only="y",
        ends_by="until",
        until="2027-01-15",
        step="look",
    )
    seen = text_of(place.mine.post("/reservations/series/new", data=said))
    assert "逢休息日不订：2027年1月1日 周五" in seen
    assert "2027年1月8日 周五 10:00–11:00 暂定" in seen


def test_what_is_free_is_booked_and_the_rest_offered_when_it_comes_free(place):
    want_copies(place)
    block(place, 1)
    where = book(place.mine, place.room)
    page = text_of(place.mine.get(where))
    assert "将来 3 次，还没订上 1 次" in page
    assert "还没空出来" in page
    letters = letters_of_series(place)
    assert [one.subject for one in letters] == ["重复预订：大会议室"]
    assert "另有 1 次还没订上" in letters[0].body
    theirs = place.session.scalars(select(Reservation).where(Reservation.series_id.is_(None))).one()
    place.others.post(f"/reservations/{theirs.id}/cancel", data={"version": 1})
    shown = text_of(place.mine.get(where))
    assert "11月11日 周三 10:00–11:00 为你保留到 11月3日 周二 09:15 · ¥80.00" in shown, (
        "held, so that nobody else has it"
    )
    wished = place.session.scalars(select(WishedOccurrence)).one()
    for _ in range(2):
        place.mine.post(f"/reservations/series/wished/{wished.id}/take")
    assert len(reservations(place)) == 4
    shown = text_of(place.mine.get(f"/reservations/{reservations(place)[1].id}"))
    assert "每周三 10:00–11:00，第 2 次 / 共 4 次" in shown


def test_who_takes_one_while_its_series_is_changed_gets_what_the_page_showed(place, monkeypatch):
    colleague = place.sign_in(place.world.member(place.ours))
    block(place, 1)
    book(place.mine, place.room)
    place.session.rollback()
    theirs = place.session.scalars(select(Reservation.id).where(Reservation.series_id.is_(None))).one()
    wish, series = place.session.execute(select(WishedOccurrence.id, WishedOccurrence.series_id)).one()
    place.session.rollback()
    place.others.post(f"/reservations/{theirs}/cancel", data={"version": 1})
    at_two = {"space": place.room.id, "starts": "14:00", "ends": "15:00", "version": 1}
    carry_out = show.pressed

    def meanwhile(*args):
        monkeypatch.setattr(show, "pressed", carry_out)
        changed = colleague.post(f"/reservations/series/{series}/change", data=at_two)
        assert changed.status_code == 302
        return carry_out(*args)

    monkeypatch.setattr(show, "pressed", meanwhile)
    place.mine.post(f"/reservations/series/wished/{wish}/take")
    hours = [one.starts_at.astimezone(TUESDAY.tzinfo).hour for one in reservations(place)]
    assert hours == [14, 10, 14, 14]


def test_a_wish_is_dropped(place):
    block(place, 1)
    where = book(place.mine, place.room)
    wished = place.session.scalars(select(WishedOccurrence)).one()
    asked_before = "11月11日 周三 10:00–11:00 就不再候着，空出来也不会告诉你。"
    assert asked_before in text_of(place.mine.get(where))
    place.mine.post(f"/reservations/series/wished/{wished.id}/drop")
    assert "还没订上" not in text_of(place.mine.get(where))
    answer = place.mine.post(f"/reservations/series/wished/{wished.id}/take", follow_redirects=True)
    assert "已经处理过了" in answer.text


def test_of_a_day_that_books_itself_it_is_said_that_it_would_not(place):
    """Wednesdays and Sundays from 23 December: 3 January is a closed Sunday, 6 January too far ahead."""
    place.world.rule(place.park, open_on_rest_days=False)
    where = book(place.mine, place.room, day="2026-12-23", weekdays=[2, 6], count=5)
    shown = text_of(place.mine.get(where))
    assert "2027年1月6日 周三 10:00–11:00 就不会再自动订了。" in shown
    assert "2027年1月3日 周日 10:00–11:00 那天就算开放，也不会再自动订。" in shown
    assert "空出来也不会告诉你" not in shown, "nobody waits there"
    last = place.session.scalars(select(WishedOccurrence).order_by(WishedOccurrence.starts_at.desc())).first()
    drop = f"/reservations/series/wished/{last.id}/drop"
    for _ in range(2):
        assert "这一次不会再自动订。" in text_of(place.mine.post(drop, follow_redirects=True))
    assert "1月6日" not in text_of(place.mine.get(where))


@pytest.mark.parametrize(
    ("said", "sentence", "field"),
    [
        ({"weekdays": []}, "请至少勾选一天。", "weekdays"),
        ({"count": 0}, "次数至少为 1。", "count"),
        ({"count": ""}, "请填写次数。", "count"),
        ({"frequency": "daily", "count": 10_000}, "一次最多重复 200 次", "count"),
        ({"ends_by": "until", "until": "2026-11-01"}, "最后一天不能早于第一天", "until"),
        ({"ends_by": "until", "until": ""}, "请选择最后一天。", "until"),
        ({"ends_by": "until", "until": "2031-01-01"}, "（一年半）", "until"),
        ({"interval": 0}, "间隔请填 1 到 52。", "interval"),
        ({"frequency": "monthly", "month_on": "32"}, "请从列出的里面选。", "month_on"),
        ({"people": "abc"}, "请填写整数。", "people"),
        ({"ends": "09:00"}, "结束时间要晚于开始时间。", "ends"),
        ({"starts": "10:05"}, "时间请按 15 分钟为一档选择。", "starts"),
        ({"people": 9}, "这里最多坐 8 人", "people"),
        (
            {"day": "2027-02-01", "frequency": "monthly", "month_on": "31", "interval": 12, "count": 2},
            "日历上没有一天符合这条规则",
            "until",
        ),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(place, said, sentence, field):
    for step in ("look", "book"):
        answer = place.mine.post("/reservations/series/new", data=weekly(place.room, **said, step=step))
        assert answer.status_code == 422
        beside = re.search(rf'id="{field}-error"[^>]*>(.*?)</div>', answer.text, re.DOTALL)
        assert beside, text_of(answer)
        assert sentence in unescape(beside[1])
        assert "周会" in answer.text
    assert not reservations(place)


def test_all_that_is_wrong_is_said_at_once(place):
    """At once, and not one after the other: what each field's own check says, and what the rules do."""
    wrong = {
        "starts": "11:00",
        "ends": "10:00",
        "people": 900,
        "count": 500,
        "weekdays": [],
        "purpose": "长" * 121,
    }
    answer = place.mine.post("/reservations/series/new", data=weekly(place.room, step="look", **wrong))
    assert answer.status_code == 422
    told = answer.text.partition('role="alert"')[2].partition("</ul>")[0]
    assert re.findall('href="#([a-z]+)"', told) == ["ends", "people", "purpose", "weekdays", "count"]
    again = place.mine.post("/reservations/series/new", data=weekly(place.room, step="edit", count=500))
    assert again.status_code == 200, "who goes back to the form has sent nothing yet"
    single = {name: wrong[name] for name in ("starts", "ends", "people")}
    answer = place.mine.post("/reservations/new", data={"space": place.room.id, "day": FIRST} | single)
    assert all(f'id="{field}-error"' in answer.text for field in ("ends", "people"))


def test_what_does_not_apply_is_not_looked_at(place):
    book(place.mine, place.room, until="gibberish", month_on="4")
    assert len(reservations(place)) == 4


def test_a_store_is_not_had_by_the_hour(place):
    assert place.mine.get(f"/reservations/series/new?space={place.store.id}").status_code == 404


def test_a_space_that_asks_for_approval_is_asked_for(place):
    place.world.rule(place.park, needs_approval=True)
    answer = place.mine.post("/reservations/series/new", data=weekly(place.room, step="look"))
    assert "申请 4 次" in answer.text
    shown = text_of(place.mine.get(book(place.mine, place.room)))
    assert "4 次等园区确认，确认之前不保留时间。" in shown
    assert "订好了" not in shown
    assert "将来 4 次，其中 4 次等园区确认" in shown
    assert {one.state for one in reservations(place)} == {ReservationState.REQUESTED}


ALL_BOOKED = "整个系列订好了。"


def test_all_of_it_is_booked_only_where_it_is(place):
    """Of three Wednesdays one is taken, and of three Saturdays the park is open on none."""
    assert ALL_BOOKED in text_of(place.mine.get(book(place.mine, place.other)))
    place.world.rule(place.park, open_on_rest_days=False)
    block(place, 1)
    shown = text_of(place.mine.get(book(place.mine, place.room, weekdays=[2, 5], count=6)))
    for words in ("订好了 2 次。", "1 次先替你记着。", "3 次不开放或来不及，没有订。"):
        assert words in shown
    assert ALL_BOOKED not in shown
    assert "等企业负责人批准" not in shown


def test_what_the_manager_is_asked_for_is_not_called_booked(place):
    """The two of November are free of charge, and booked; December's first hour too, the second costs 80."""
    place.world.member(place.ours, Role.MANAGER, password_hash="x")
    place.me.keep_rights(BookingRights(up_to=Money.yuan(50)))
    place.session.commit()
    free = {place.ours.size: 120}
    place.world.tariff(place.park, valid_from=date(2026, 1, 1), allowances=free)
    where = book(place.mine, place.room, count=4)
    shown = text_of(place.mine.get(where))
    for words in ("订好了 2 次。", "2 次等企业负责人批准，批准之前不保留时间。"):
        assert words in shown
    assert ALL_BOOKED not in shown
    assert "将来 4 次，其中 2 次等企业负责人批准 " in shown
    row = text_of(place.mine.get("/reservations"))
    assert "4 次 · 其中 2 次等企业负责人批准 · 到 11月25日 周三" in row
    want_copies(place)
    longer = place.mine.post(
        f"{where}/extend", data={"until": "2026-12-16", "step": "book"}, follow_redirects=True
    )
    assert "又订上 2 次。 1 次等企业" in text_of(longer)
    body = letters_of_series(place)[-1].body
    assert ("（待企业负责人批准）" in body, "（待园区确认）" in body) == (True, False)


def test_in_english_it_says_how_many_are_only_asked_for(place):
    """The first is booked; then the park asks to be asked, for the three that come with it."""
    place.me.language = "en"
    where = book(place.mine, place.room, count=1)
    place.world.rule(place.park, needs_approval=True)
    place.mine.post(f"{where}/extend", data={"until": "2026-11-25", "step": "book"})
    assert "4 to come, of which 3 waiting for the park " in text_of(place.mine.get(where))
    assert "4 times · of which 3 waiting for the park · until" in text_of(place.mine.get("/reservations"))


def test_what_is_cancelled_of_a_series_does_not_count_and_what_is_to_come_is_not_over(place):
    where = book(place.mine, place.room)
    first, second, third, fourth = reservations(place)
    place.mine.post(f"{where}/cancel", data={"since": third.recurrence_id})
    assert "已结束" not in text_of(place.mine.get(where)), "two are to come"
    assert "第 2 次 / 共 2 次" in text_of(place.mine.get(f"/reservations/{second.id}"))
    gone = text_of(place.mine.get(f"/reservations/{fourth.id}"))
    assert ("每周三 10:00–11:00" in gone, "次 / 共" in gone) == (True, False)
    place.mine.post(f"/reservations/{first.id}/cancel", data={"version": 1})
    assert "第 1 次 / 共 1 次" in text_of(place.mine.get(f"/reservations/{second.id}"))
    place.mine.post(f"{where}/cancel", data={"since": ""})
    assert "已结束" in text_of(place.mine.get(where))


def test_a_series_is_its_enterprises_and_the_parks(place):
    where = book(place.mine, place.room)
    assert place.others.get(where).status_code == 404
    assert place.admins.get(where).status_code == 200
    elsewhere = place.sign_in(place.world.member(place.world.park()))
    assert elsewhere.get(where).status_code == 404
    assert "重复预订" in place.mine.get("/reservations").text


def test_what_comes_free_is_offered_on_my_day(place):
    block(place, 1)
    book(place.mine, place.room)
    assert "空出来了，现在能订" not in place.mine.get("/today").text
    theirs = place.session.scalars(select(Reservation).where(Reservation.series_id.is_(None))).one()
    place.others.post(f"/reservations/{theirs.id}/cancel", data={"version": 1})
    shown = text_of(place.mine.get("/today"))
    assert "候到了：大会议室 11月11日 周三 10:00–11:00" in shown
    assert "空出来了，现在能订" not in shown, "what is held is told once"


def test_from_one_on_it_is_cancelled_and_what_that_costs_is_said_before(place):
    want_copies(place)
    place.world.tariff(
        place.park, valid_from=date(2026, 1, 1), late_cancel_permille=500, late_cancel_minutes=2 * 24 * 60
    )
    where = book(place.mine, place.room)
    assert len(letters_of_series(place)) == 1
    third, first = reservations(place)[2], reservations(place)[0]
    assert f"since={third.recurrence_id}" in place.mine.get(f"/reservations/{third.id}").text
    asked_about = text_of(place.mine.get(f"{where}/cancel?since={third.recurrence_id}"))
    assert "取消 11月18日 周三 起的 2 次 现在取消不收费" in asked_about
    for _ in range(2):
        place.mine.post(f"{where}/cancel", data={"since": third.recurrence_id})
    assert [one.state.value for one in reservations(place)] == ["booked", "booked", "cancelled", "cancelled"]
    asked_about = text_of(place.mine.get(f"{where}/cancel"))
    assert "取消 11月4日 周三 起的 2 次 其中有的已晚于价目规定的时限，合计收取 ¥40.00" in asked_about
    asked = {"since": first.recurrence_id, "fee": 0}
    told = text_of(place.mine.post(f"{where}/cancel", data=asked, follow_redirects=True))
    assert "现在取消收取 ¥40.00，刚才显示的是 ¥0.00。还没有取消" in told, "it costs more than was shown"
    assert "合计收取 ¥40.00" in told
    (shown,) = re.findall(r'name="fee" value="(\d+)"', place.mine.get(f"{where}/cancel").text)
    done = place.mine.post(f"{where}/cancel", data=asked | {"fee": shown}, follow_redirects=True)
    assert "已取消 2 次，时间已释放。按价目收取迟取消费 ¥40.00" in text_of(done)
    assert {one.state.value for one in reservations(place)} == {"cancelled"}
    assert len(place.session.scalars(select(Letter)).all()) == 3
    assert place.others.post(f"{where}/cancel", data={"since": "x"}).status_code == 404


def test_from_one_on_it_is_changed_after_each_was_shown(place):
    where = book(place.mine, place.room)
    third = reservations(place)[2]
    said = {
        "space": place.other.id,
        "starts": "10:30",
        "ends": "12:00",
        "since": third.recurrence_id,
        "version": 1,
    }
    start = 25 + 3 * 7 * 24
    place.others.post("/reservations/new", data=asked(place.other, start, start + 1))
    seen = text_of(place.mine.post(f"{where}/change", data=said | {"step": "look"}))
    assert "11月18日 周三 10:30–12:00 原来 大会议室 10:00–11:00 ¥120.00 更改" in seen
    assert "11月25日 周三 10:30–12:00 原来 大会议室 10:00–11:00 已被占用 不动" in seen
    done = text_of(place.mine.post(f"{where}/change", data=said, follow_redirects=True))
    assert "已更改 1 次。" in done
    assert "1 次没有动" in done
    assert "乙公司" not in done
    again = place.mine.post(f"{where}/change", data=said)
    assert again.status_code == 409
    assert len({one.series_id for one in reservations(place)}) == 2


def test_the_letter_says_what_could_not_be_changed(place, standing_clock):
    """Others have the room on the 18th at 14:00; then on the 11th at 15:00, where another rule would be."""
    want_copies(place)
    where = book(place.mine, place.room)
    taken = asked(place.room, 24 * 15 + 5, 24 * 15 + 6)
    assert place.others.post("/reservations/new", data=taken).status_code == 302
    to = {"space": place.room.id, "starts": "14:00", "ends": "15:00", "version": 1, "step": "change"}
    done = text_of(place.mine.post(f"{where}/change", data=to, follow_redirects=True))
    assert "已更改 3 次。" in done
    assert "1 次没有动：11月18日 周三 已被占用" in done
    body = letters_of_series(place)[-1].body
    assert "11月18日 周三 10:00–11:00 （没改成，还是原来的）\n" in body
    assert "11月11日 周三 14:00–15:00（原来：大会议室，10:00–11:00）\n" in body
    assert body.count("没改成") == 1
    standing_clock.set(TUESDAY + timedelta(minutes=5))
    rule = {"day": "2026-11-04", "frequency": "weekly", "interval": 1, "weekdays": [2], "count": 5}
    back = to | rule | {"month_on": "4", "ends_by": "count", "version": 2, "starts": "15:00", "ends": "16:00"}
    taken = asked(place.room, 24 * 8 + 6, 24 * 8 + 7)
    assert place.others.post("/reservations/new", data=taken).status_code == 302
    assert place.mine.post(f"{where}/change", data=back).status_code == 302
    body = letters_of_series(place)[-1].body
    assert "11月11日 周三 14:00–15:00 （没改成，还是原来的）\n" in body
    assert "12月2日 周三 15:00–16:00 （新增）\n" in body


def test_it_goes_on_until_a_later_day(place):
    where = book(place.mine, place.room)
    block(place, 5)
    assert 'value="2026-12-23"' in place.mine.get(f"{where}/extend").text, "four times again"
    page = place.mine.post(f"{where}/extend", data={"until": "2026-12-10", "step": "look"})
    seen = text_of(page)
    assert "1 次能订，合计 ¥80.00" in seen
    assert "12月9日 周三 10:00–11:00 已被占用 换当天 09:00–10:00" in seen
    assert "11月25日" not in seen, "what there is already is not told again"
    assert len(reservations(place)) == 4
    page = place.mine.post(f"{where}/extend", data=choose(page, "换小会议室"))
    assert "2 次能订" in text_of(page)
    sent = choose(page, "不换了")
    del sent["choose"]
    done = place.mine.post(f"{where}/extend", data=sent | {"step": "book"}, follow_redirects=True)
    assert "又订上 2 次。" in done.text
    again = place.mine.post(f"{where}/extend", data={"until": "2026-12-10"})
    assert again.status_code == 422
    assert "已经到 12月10日 周四 了，请选更晚的一天。" in again.text
    assert [one.space_id for one in reservations(place)] == [place.room.id] * 5 + [place.other.id]
    block(place, 7)
    more = place.mine.post(f"{where}/extend", data={"until": "2026-12-24"}, follow_redirects=True)
    assert "又订上 1 次。 1 次先替你记着。" in text_of(more), "first what was done, then what was not"


def test_it_goes_on_beyond_what_may_be_booked_and_that_books_itself(place, app, standing_clock):
    """Twelve Wednesdays, nine of which may be booked today; three more come with it."""
    want_copies(place)
    where = book(place.mine, place.room, count=12)
    page = place.mine.post(f"{where}/extend", data={"until": "2027-02-10", "step": "look"})
    seen = text_of(page)
    assert "现在没有马上能订的，可以先延长" in seen
    assert "3 次还没开放预订：一开放就自动替你订上。" in seen
    assert "一次也订不上" not in seen
    assert seen.count("到时自动订") == 3
    assert "延长，先记着 3 次" in seen
    sent = {"until": "2027-02-10", "step": "book"}
    done = place.mine.post(f"{where}/extend", data=sent, follow_redirects=True)
    assert "3 次还没开放预订：一开放就自动替你订上。" in text_of(done)
    assert "次先替你记着" not in text_of(done)
    letter = letters_of_series(place)[-1].body
    assert "另有" not in letter, "nothing of it can be taken on the page"
    assert "6 次还没开放预订，一开放就自动替你订上：2027年1月6日 周三、2027年1月13日 周三" in letter
    standing_clock.set(TUESDAY + timedelta(days=98))
    with app.app_context():
        assert run(BOOK_OPENED).failed == 0
    assert "2027-02-10T10:00" in [one.recurrence_id for one in reservations(place)]


def test_where_all_that_comes_with_it_is_taken_it_is_kept(place):
    where = book(place.mine, place.room)
    block(place, 4)
    seen = text_of(place.mine.post(f"{where}/extend", data={"until": "2026-12-03", "step": "look"}))
    assert "1 次现在订不上：先替你记着" in seen
    assert "延长，先记着 1 次" in seen
    done = place.mine.post(f"{where}/extend", data={"until": "2026-12-03"}, follow_redirects=True)
    assert "1 次先替你记着。" in text_of(done)


def test_where_the_rest_of_it_goes_on_as_another_series_the_page_says_which_days_that_has(place):
    """From the 18th on at two; to 3 December the old one gets the 2nd alone, not what the other has."""
    where = book(place.mine, place.room)
    since = {"since": "2026-11-18T10:00", "space": place.room.id, "version": 1}
    place.mine.post(f"{where}/change", data=since | {"starts": "14:00", "ends": "15:00"})
    form = text_of(place.mine.get(f"{where}/extend"))
    assert "现在到 11月17日 周二" in form
    assert "它后来的各次已改成另一个系列" in form
    seen = text_of(place.mine.post(f"{where}/extend", data={"until": "2026-12-03", "step": "look"}))
    assert "1 次能订" in seen
    assert "不再订：11月18日 周三、11月25日 周三" in seen
    no = place.mine.post(f"{where}/extend", data={"until": "2026-11-26"})
    assert no.status_code == 422
    assert "它后来改成的系列里都有了：11月18日 周三、11月25日 周三。请选更晚的一天。" in no.text
    place.me.language = "en"
    place.session.commit()
    assert "What followed became another series" in place.mine.get(f"{where}/extend").text


def test_its_own_times_are_not_in_the_way_of_a_change(place):
    where = book(place.mine, place.room)
    said = {"space": place.room.id, "starts": "10:30", "ends": "11:30", "since": "", "version": 1}
    assert "更改 4 次" in text_of(place.mine.post(f"{where}/change", data=said | {"step": "look"}))
    assert "已更改 4 次。" in place.mine.post(f"{where}/change", data=said, follow_redirects=True).text


def test_its_calendar_has_an_entry_for_each_with_the_name_it_has_alone(place):
    where = book(place.mine, place.room)
    of_all = place.mine.get(f"{where}/calendar.ics").text
    one = place.mine.get(f"/reservations/{reservations(place)[0].id}/calendar.ics").text
    assert of_all.count("BEGIN:VEVENT") == 4
    assert re.search(r"UID:.*", one)[0] in of_all


def test_the_statements_do_not_grow_with_the_occurrences(place, count_queries):
    block(place, 1)
    place.world.tariff(place.park, valid_from=date(2026, 1, 1), allowances={place.ours.size: 90})
    few, many = (weekly(place.room, count=count, step="look") for count in (3, 8))
    page_of(place, few)  # what is kept in memory is read once
    seen = [
        count_queries(lambda said=said: place.mine.post("/reservations/series/new", data=said))
        for said in (few, many)
    ]
    assert seen[0] == seen[1] <= 40, "most of them fill the memory"
    booked = [
        count_queries(lambda said=said: book(place.mine, place.room, **said))
        for said in ({"count": 3}, {"count": 5, "day": str(date(2026, 11, 4) + timedelta(21))})
    ]
    assert booked[0] >= booked[1]


def test_what_lies_wholly_too_far_ahead_says_from_when_it_can_be_begun(place):
    said = weekly(
        place.room, day="2027-01-05", weekdays=[2]
    )  # the first is on Wednesday 6 January, 64 days on
    for step in ("look", "book"):
        answer = place.mine.post("/reservations/series/new", data=said | {"step": step})
        assert answer.status_code == 422
        words = unescape(answer.text)
        assert "第一次在 2027年1月6日 周三，11月7日 周六 起才能订；" in words
        assert "今天就订的话，第一次最晚在 2027年1月2日 周六。" in words
        assert re.search(
            r'name="day"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*name="day"', answer.text
        )
    assert place.session.scalar(select(func.count()).select_from(Series)) == 0
    reaching = said | {"day": "2026-12-30"}
    assert "1 次能订" in text_of(
        place.mine.post("/reservations/series/new", data=reaching | {"step": "look"})
    )


def test_a_day_that_the_rule_does_not_meet_is_said(place):
    tuesday = weekly(place.room, step="look", day="2026-11-10", weekdays=[2])
    seen = text_of(place.mine.post("/reservations/series/new", data=tuesday))
    assert "11月10日 周二 不在这条规则里，第一次是 11月11日 周三。" in seen
    met = weekly(place.room, step="look")
    assert "不在这条规则里" not in text_of(place.mine.post("/reservations/series/new", data=met))


def test_what_there_is_instead_is_taken_on_the_page_of_the_series(place):
    block(place, 1)
    where = book(place.mine, place.room)
    page = place.mine.get(where)
    seen = text_of(page)
    assert "换当天 09:00–10:00 · ¥80.00" in seen
    assert "换小会议室 10:00–11:00 · ¥80.00" in seen
    assert "将来的报价合计 ¥240.00" in seen
    url, values = (
        re.findall(r'action="(/reservations/series/wished/\d+/take)"', page.text)[0],
        re.findall(r'name="choose" value="([^"]+)"', page.text),
    )
    number, elsewhere = url.split("/")[4], values[1].split("/")[1:]
    for nothing in (
        f"{place.desk.id}/600/660",
        "0/600/660",
        f"{place.other.id}/660/600",
        f"{place.other.id}/0/9999",
    ):
        assert place.mine.post(url, data={"choose": f"{number}/{nothing}"}).status_code == 404, nothing
    assert place.others.post(url, data={"choose": values[1]}).status_code == 404
    done = text_of(place.mine.post(url, data={"choose": values[1]}, follow_redirects=True))
    assert "这一次订上了。" in done
    assert elsewhere == [f"{place.other.id}", "600", "660"]
    assert [one.space_id for one in reservations(place)] == [
        place.room.id,
        place.other.id,
        *[place.room.id] * 2,
    ]
    assert len({one.series_id for one in reservations(place)}) == 1
    assert "换当天" not in done
    place.mine.post(url, data={"choose": values[0]})
    assert len(reservations(place)) == 4, "twice is once"
    seen = text_of(place.admins.get(where))
    assert "暂定" not in seen


def test_who_only_reads_a_series_is_told_what_there_is_and_of_which_year_nobody_is_sure(place):
    block(place, 1)
    where = book(place.mine, place.room, count=12)
    seen = text_of(place.admins.get(where))
    assert "当天 09:00–10:00 空着；同一时间 小会议室 空着" in seen
    assert "换小会议室" not in seen
    assert "将来的报价合计 ¥640.00" in seen
    assert re.search(r"2027年1月6日 周三 10:00–11:00 暂定", text_of(place.mine.get(where)))
    assert "12月30日 周三 10:00–11:00 暂定" not in seen
