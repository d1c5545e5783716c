"""The pages of activities, as the branch and a tenant see them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from booking.activities.invited import PAGE
from booking.activities.models import Activity, Audience, SignUp
from booking.activities.publish import remind_attendees
from booking.activities.rules import MOST_WITH_ADDRESS
from booking.activities.sign_up import move_up
from booking.documents.models import Document
from booking.mail.models import Letter
from booking.people.models import Role, SignInAttempt, TryKind
from booking.people.rules import ANONYMOUS_ASK, ANONYMOUS_ASKS
from tests.activities.hall import FRIDAY, letter, people_of
from tests.harness.app import statements_of


@pytest.fixture
def branch(hall, sign_in):
    return sign_in(hall.branch)


@pytest.fixture
def tenant(hall, sign_in):
    return sign_in(hall.managers[0])


def typed(hall, **facts):
    filled = {
        "kind": "salon",
        "title": "财税沙龙",
        "words": "请带电脑",
        "audience": "all",
        "space_id": hall.space.id,
        "day": "2026-11-06",
        "starts": "14:00",
        "ends": "16:00",
        "places": "20",
        "release": "draft",
    }
    return filled | facts


def seen(answer):
    return " ".join(re.sub("<[^>]*>", " ", answer.text).split())


def only(hall):
    hall.session.rollback()
    return hall.session.scalars(select(Activity).execution_options(populate_existing=True)).one()


def test_what_activities_took_of_the_hall_stands_beside_its_use(hall, branch, standing_clock):
    hall.published()
    standing_clock.set(FRIDAY + timedelta(hours=3))
    page = seen(branch.get("/utilisation?kind=hall&from=2026-11&to=2026-11"))
    assert "活动占用 2.0 小时" in page
    assert "会客厅另有活动占用 2 小时" in seen(branch.get("/month/2026-11"))


def test_an_activity_goes_from_the_form_to_everybody_it_is_for(hall, branch, tenant):
    answer = branch.post("/activities/new", data=typed(hall, release="now"))
    assert answer.status_code == 302, seen(answer)
    activity = only(hall)
    assert (activity.state, activity.places, activity.words) == ("published", 20, "请带电脑")
    letters = hall.session.scalars(select(Letter.body)).all()
    assert len(letters) == 3
    assert f"/activities/{activity.id}" in letters[0]
    assert "财税沙龙" in seen(tenant.get("/activities/"))
    page = f"/activities/{activity.id}"
    assert "还有 20 个位子" in seen(tenant.get(page))
    for _ in range(2):
        assert tenant.post(f"{page}/sign-up").status_code == 302
        assert "已报名，有你的位子" in seen(tenant.get(page))
    assert tenant.post(f"{page}/leave").status_code == 302
    assert "还有 20 个位子" in seen(tenant.get(page))


def test_the_72_hours_are_counted_and_less_asks_for_a_reason(hall, branch):
    page = branch.get("/activities/new?day=2026-11-05")
    assert "离开始只有 2 天 5 小时" in seen(page)
    late = typed(hall, day="2026-11-05", release="now")
    refused = branch.post("/activities/new", data=late)
    assert refused.status_code == 422
    assert "不足 72 小时（最晚 11月2日 周一 14:00）" in seen(refused)
    assert 'value="财税沙龙"' in refused.text
    assert branch.post("/activities/new", data=late | {"urgent_reason": "政策当日生效"}).status_code == 302
    activity = only(hall)
    assert activity.urgent_reason == "政策当日生效"
    assert "原因：政策当日生效" in seen(branch.get(f"/activities/{activity.id}"))


def test_a_taken_hall_is_refused_with_what_is_free_instead(hall, branch):
    other = hall.world.space(hall.area, hall.space.kind, name="小会客厅", capacity=20)
    hall.draft()
    answer = branch.post("/activities/new", data=typed(hall, starts="15:00", ends="17:00"))
    assert answer.status_code == 409
    assert f"{other.name} 11月6日 周五 15:00–17:00" in seen(answer)
    assert "会客厅 11月6日 周五 16:00–18:00" in seen(answer)


def test_hours_in_which_the_hall_is_closed_are_refused_with_those_of_the_day(hall, branch, sign_in):
    early = typed(hall, starts="07:30", ends="09:00", release="now", urgent_reason="急")
    refused = branch.post("/activities/new", data=early)
    said = "会客厅11月6日 周五开放 08:00–22:00；要更早或更晚，请先由管理员批准延时开放"
    assert (refused.status_code, said in seen(refused)) == (422, True)
    assert ('id="starts-error"' in refused.text, 'value="07:30"' in refused.text) == (True, True)
    grants = f"/inventory/extended/new?space={hall.space.id}&amp;day=2026-11-06"
    assert grants not in refused.text, "the branch asks an administrator"
    admin = sign_in(hall.world.member(hall.park, Role.ADMIN))
    assert grants in admin.post("/activities/new", data=early).text
    assert 'value="2026-11-06"' in admin.get(grants.replace("&amp;", "&")).text


def test_it_is_published_on_a_day_changed_and_called_off(hall, branch, tenant):
    facts = typed(hall, day="2026-11-20", release="day", publish_on="2026-11-05")
    assert branch.post("/activities/new", data=facts).status_code == 302
    activity = only(hall)
    page = f"/activities/{activity.id}"
    assert "11月5日 周四 08:00自动公布" in seen(branch.get(page))
    assert tenant.get(page).status_code == 404
    hall.publish(activity)
    assert branch.post(f"{page}/edit", data={"title": "改名", "places": "25"}).status_code == 302
    activity = only(hall)
    assert (activity.title, activity.places, activity.starts_at.day) == ("改名", 25, 20)
    assert branch.post(f"{page}/call-off", data={"reason": ""}).status_code == 422
    assert branch.post(f"{page}/call-off", data={"reason": "讲师生病"}).status_code == 302
    assert "讲师生病" in seen(tenant.get(page))
    copied = branch.get(f"/activities/new?copy={activity.id}")
    assert 'value="改名"' in copied.text


def test_the_hall_of_an_activity_is_not_given_back_behind_its_back(hall, sign_in):
    activity = hall.draft()
    admin = sign_in(hall.world.member(hall.park, Role.ADMIN))
    for state, freed in (("draft", False), ("called_off", True)):
        if freed:
            hall.call_off(activity, "")
        assert activity.state == state
        answer = admin.post(f"/inventory/closures/{activity.closure_id}/lift", follow_redirects=True)
        assert ("请到活动页取消活动" in seen(answer)) is not freed


def test_nobody_finds_what_is_not_for_them(hall, tenant, sign_in):
    chosen = hall.published(audience=Audience.CHOSEN, enterprise_ids=[hall.enterprises[1].id])
    for path in ("", "/sign-up", "/leave", "/here", "/useful"):
        ask = tenant.post if path else tenant.get
        assert ask(f"/activities/{chosen.id}{path}").status_code == 404
    assert "年末沙龙" not in seen(tenant.get("/activities/"))
    assert "年末沙龙" in seen(sign_in(hall.managers[1]).get("/activities/"))


def test_at_the_door_and_afterwards(hall, tenant, standing_clock):
    activity = hall.published()
    page = f"/activities/{activity.id}"
    standing_clock.set(FRIDAY)
    door = f"?door={hall.space.scan_code}"
    assert ("我到了" in seen(tenant.get(page)), "我到了" in seen(tenant.get(page + door))) == (False, True)
    assert "到会客厅扫门口的码签到" in seen(tenant.post(f"{page}/here", follow_redirects=True))
    assert "已签到" not in seen(tenant.get(page))
    for _ in range(2):
        assert tenant.post(f"{page}/here{door}").status_code == 302
    assert "已签到，欢迎" in seen(tenant.get(page))
    standing_clock.set(activity.ends_at)
    assert "这次活动有用吗？" in seen(tenant.get(page))
    assert tenant.post(f"{page}/useful", data={"useful": "x"}).status_code == 400
    assert tenant.post(f"{page}/useful", data={"useful": "partly", "words": "短"}).status_code == 302
    assert "你的评价：一般" in seen(tenant.get(page))
    tenant.post(f"{page}/useful", data={"useful": "no"})
    assert "已经评价过" in seen(tenant.get(page))


def test_the_list_asks_no_more_for_more_rows(hall, app, tenant):
    def ask():
        return statements_of(app, lambda: tenant.get("/activities/"))

    hall.published()
    tenant.get("/activities/")
    few = ask()
    for number in range(4):
        activity = hall.published(start=FRIDAY.replace(day=10 + number))
        hall.join(activity, "甲")
    assert ask() == few


def test_without_a_hall_the_form_says_what_is_missing(world, sign_in):
    admin = sign_in(world.member(world.park(), Role.ADMIN))
    assert "还没有会客厅" in seen(admin.get("/activities/new"))


@pytest.fixture
def guest(app):
    return app.test_client()


def signs_up(guest, activity, name, door="", **facts):
    address = f"/a/{activity.code}" + (f"?door={door}" if door else "")
    return guest.post(address, data={"name": name, "firm": "邻园企业"} | facts)


def test_without_an_account_one_signs_up_by_name_and_leaves_by_ones_own_link(hall, guest, app):
    activity = hall.published(places=1)
    page = guest.get(f"/a/{activity.code}")
    assert "还有 1 个位子" in seen(page)
    made = signs_up(guest, activity, "何外", email="he@a.example")
    link = made.location
    assert link.startswith("/a/mine/")
    mine = guest.get(link)
    assert ("已报名，有你的位子" in seen(mine), mine.headers["Referrer-Policy"]) == (True, "no-referrer")
    assert guest.get(f"/a/{activity.code}").location == link, "this browser is known"
    other = app.test_client()
    assert "已经报过名" in seen(signs_up(other, activity, " 何外"))
    assert signs_up(other, activity, "何次", firm="www.a.example").status_code == 422
    queue = signs_up(other, activity, "何次", email="ci@a.example").location
    waits = seen(other.get(queue))
    assert "候补第 1 位 有人取消就自动递补，并写信告诉你" in waits
    assert "加到日历" not in waits, "there is nothing to come to yet"
    assert guest.post(f"{link}/leave").location == f"/a/{activity.code}"
    assert guest.post(f"{link}/leave").status_code == 404
    assert "这次报名已经取消" in seen(guest.get(link, follow_redirects=True))
    assert "已报名，有你的位子" in seen(other.get(queue))


def test_who_the_organiser_took_off_the_list_finds_the_form_at_the_poster_again(hall, guest, branch):
    activity = hall.published()
    link = signs_up(guest, activity, "何外").location
    (one,) = people_of(hall.session, activity.id)
    branch.post(f"/activities/people/{one.id}/remove")
    assert guest.get(f"/a/{activity.code}").status_code == 200
    assert guest.get(link).location == f"/a/{activity.code}"
    assert signs_up(guest, activity, "何外").location != link


def mail_to(hall, to):
    """Give subject and the state of the calendar entry of each letter to an address."""
    hall.session.rollback()
    found = hall.session.scalars(select(Letter).where(Letter.to == to).order_by(Letter.id)).all()
    entries = [[entry_in(hall, inside.document_id) for inside in one.enclosures] for one in found]
    return [(one.subject.split("：")[0], *entry) for one, entry in zip(found, entries, strict=True)]


def entry_in(hall, document_id):
    (event,) = Calendar.from_ical(hall.session.get_one(Document, document_id).content).walk("VEVENT")
    return f"{event['STATUS']} {event['SEQUENCE']}"


def test_without_an_account_one_hears_by_mail_or_by_ones_own_link(hall, guest, branch, app):
    activity = hall.published(places=1)
    link = signs_up(guest, activity, "何外", email="he@a.example").location
    silent = app.test_client()
    without = signs_up(silent, activity, "何默").location
    signs_up(app.test_client(), activity, "何次", email="ci@a.example")
    assert mail_to(hall, "he@a.example") == [("报名成功", "CONFIRMED 1")]
    assert mail_to(hall, "ci@a.example") == [("已排候补",)]
    letter = hall.session.scalars(select(Letter).where(Letter.to == "he@a.example")).one()
    assert link in letter.body
    assert f"地点：{hall.space.code} 会客厅 · {hall.area.name}" in letter.body, (
        "who does not know the park finds it"
    )
    branch.post(f"/activities/{activity.id}/edit", data={"title": "年末沙龙", "places": "3"})
    assert mail_to(hall, "ci@a.example")[1:] == [("候补成功", "CONFIRMED 2")]
    branch.post(f"/activities/{activity.id}/call-off", data={"reason": "讲师生病"})
    assert mail_to(hall, "he@a.example")[1:] == [("活动取消", "CANCELLED 3")]
    assert mail_to(hall, "ci@a.example")[2:] == [("活动取消", "CANCELLED 3")]
    assert "已取消 讲师生病" in seen(silent.get(without))


def test_an_address_that_anybody_may_type_gets_few_letters(hall, app):
    """Thirty invented names with one address: it hears of five, whatever happens to their places."""
    activity, to = hall.published(places=1), "he@a.example"
    hall.join(activity, "先来")
    typed = ("he@a.example", "He@a.example", "HE@A.example")
    answers = [
        signs_up(app.test_client(), activity, f"何{n}", email=typed[n % 3]) for n in range(ANONYMOUS_ASKS + 2)
    ]
    assert [one.status_code for one in answers].count(302) == MOST_WITH_ADDRESS
    assert "这个邮箱已为 5 人报过这个活动" in seen(answers[MOST_WITH_ADDRESS])
    assert f'value="{typed[MOST_WITH_ADDRESS % 3]}"' in answers[MOST_WITH_ADDRESS].text
    assert "短时间里提交得太多了" in seen(answers[ANONYMOUS_ASKS]), (
        "the address is counted, whatever name is typed"
    )
    other = hall.published(start=FRIDAY + timedelta(days=1), places=20)
    assert "短时间里提交得太多了" in seen(signs_up(app.test_client(), other, "何外", email=to))
    first, *rest = people_of(hall.session, activity.id)
    for number in range(10):  # signed up before there was a limit
        late = hall.join(activity, f"旧{number}")
        late.email = typed[number % 3]
    hall.session.commit()
    for one in (first, *rest):
        hall.leave(one)
    assert hall.session.query(Letter).filter(Letter.key.startswith("activity-place:")).count() == len(rest)
    for _ in range(3):
        hall.leave(next(one for one in people_of(hall.session, activity.id) if one.seat))
    activity.places = 20
    hall.session.flush()
    assert len(move_up(hall.session, activity, letter=letter, now=hall.now)) > 1
    assert remind_attendees(hall.session, activity.id, letter=letter, now=FRIDAY - timedelta(hours=20))
    hall.session.commit()
    assert [one[0] for one in mail_to(hall, to)].count("已排候补") == MOST_WITH_ADDRESS
    assert len(mail_to(hall, to)) == 2 * MOST_WITH_ADDRESS + 1, "confirmed, moved up, and reminded once"


def test_a_name_that_anybody_may_know_opens_nobodys_place(hall, app, guest, tenant, standing_clock):
    """Neither does a link that was made before the member came, nor the door for who knows a name."""
    activity, boss, firm = hall.published(), hall.managers[0], hall.enterprises[0].short_name
    early = signs_up(guest, activity, boss.name, firm=firm, email="evil@a.example").location
    theirs = signs_up(app.test_client(), activity, "何外").location
    tenant.post(f"/activities/{activity.id}/sign-up")
    assert guest.get(early).status_code == 404
    assert guest.post(f"{early}/leave").status_code == 404
    standing_clock.set(FRIDAY)
    door = hall.space.scan_code
    at_the_door = signs_up(app.test_client(), activity, boss.name, door, firm=firm)
    assert (at_the_door.status_code, "请登录后签到" in seen(at_the_door)) == (422, True)
    for name in ("何外", "何外"):
        came = signs_up(app.test_client(), activity, name, door)
        assert came.location == f"/a/{activity.code}?door={door}", "and no link"
    assert [one.came_at is not None for one in people_of(hall.session, activity.id)] == [False, True]
    assert "已签到，欢迎" in seen(app.test_client().get(theirs)), "by the link that is theirs"
    odd = signs_up(app.test_client(), activity, boss.name, firm=f"#{hall.enterprises[0].id}")
    assert odd.location.startswith("/a/mine/"), "a typed name is never an enterprise's id"


def test_a_poster_of_nothing_leads_nowhere_and_one_with_an_account_is_known(hall, guest, tenant):
    draft = hall.draft()
    for path in (f"/a/{draft.code}", f"/a/{draft.code}/calendar.ics", "/a/mine/none"):
        assert guest.get(path).status_code == 404
    hall.publish(draft)
    assert tenant.get(f"/a/{draft.code}").location == f"/activities/{draft.id}"


def test_the_code_on_the_halls_door_lets_everybody_say_that_they_are_there(
    hall, guest, tenant, branch, standing_clock
):
    activity, door = hall.published(), f"/s/{hall.space.scan_code}"
    assert f"/a/{activity.code}" not in guest.get(door).text
    assert "我到了" not in seen(tenant.get(door))
    standing_clock.set(FRIDAY)
    assert "我到了" in seen(tenant.get(door))
    assert f"/a/{activity.code}?door={hall.space.scan_code}" in guest.get(door).text
    link = signs_up(guest, activity, "何外", hall.space.scan_code).location
    assert "已签到，欢迎" in seen(guest.get(link))
    listed = seen(branch.get(f"/activities/{activity.id}/people"))
    assert ("何外 邻园企业" in listed, "已到" in listed) == (True, True)
    standing_clock.set(activity.ends_at)
    assert guest.post(f"{link}/useful", data={"useful": "yes"}).status_code == 302
    assert "你的评价：有用" in seen(guest.get(link))


@pytest.mark.parametrize("minutes", [-10, 10])
def test_who_signs_up_by_the_poster_while_it_goes_on_has_not_come(hall, app, guest, standing_clock, minutes):
    activity = hall.published(places=1)
    standing_clock.set(FRIDAY + timedelta(minutes=minutes))
    poster = seen(guest.get(f"/a/{activity.code}"))
    assert ("报名不是签到" in poster, "我到了" in poster) == (True, False)
    link = signs_up(guest, activity, "何外").location
    mine = seen(guest.get(link))
    assert ("报名成功，有你的位子；到会客厅扫门口的码签到" in mine, "已签到" in mine) == (True, False)
    assert "到会客厅扫门口的码签到" in seen(guest.post(f"{link}/here", follow_redirects=True))
    wrong = signs_up(app.test_client(), activity, "何次", door="x")
    assert "到会客厅扫门口的码签到" in seen(wrong)
    assert [one.came_at for one in people_of(hall.session, activity.id)] == [None]
    door = f"?door={hall.space.scan_code}"
    assert guest.get(f"/a/{activity.code}{door}").location == link + door
    assert "我到了" in seen(guest.get(link + door))
    for _ in range(2):
        guest.post(f"{link}/here{door}")
    hall.session.rollback()
    assert [one.came_at for one in people_of(hall.session, activity.id)] == [standing_clock.now()]


def test_strangers_learn_of_no_activity_for_chosen_firms_and_of_no_firm(hall, app, guest, standing_clock):
    ours = hall.enterprises[0]
    activity = hall.published(title="欠租约谈", audience=Audience.CHOSEN, enterprise_ids=[ours.id])
    page = seen(guest.get(f"/a/{activity.code}"))
    assert ("受邀企业" in page, ours.short_name in page) == (True, False)
    mine = signs_up(guest, activity, "何外", firm=ours.name).location
    assert "已报名" in seen(guest.get(mine)), "who was handed its poster may come"
    standing_clock.set(FRIDAY)
    door = f"/s/{hall.space.scan_code}"
    assert "欠租约谈" not in seen(app.test_client().get(door))
    assert "欠租约谈" in seen(guest.get(door)), "who signed up with this browser comes in by the door"


def test_the_organiser_ticks_who_is_there_and_takes_off_who_will_not_come(hall, branch, standing_clock):
    activity = hall.published(places=1)
    made, waiting = hall.join(activity, "甲"), hall.join(activity, "乙")
    page = f"/activities/{activity.id}/people"
    assert branch.post(f"/activities/people/{made.id}/came").status_code == 302
    assert "还没到时间" in seen(branch.get(page))
    assert branch.post(f"/activities/people/{made.id}/remove").status_code == 302
    hall.session.refresh(waiting)
    assert waiting.seat == 1
    standing_clock.set(FRIDAY)
    for path, came in (("came", True), ("came", True), ("away", False)):
        branch.post(f"/activities/people/{waiting.id}/{path}")
        hall.session.rollback()
        hall.session.refresh(waiting)
        assert (waiting.came_at is not None) is came
    branch.post(page, data={"name": "丙", "firm": hall.enterprises[0].name})
    assert f"丙 {hall.enterprises[0].short_name}" in seen(branch.get(page))


def many(hall, activity, numbers):
    """Let so many sign up, without the verb's looking for a place."""
    for number in numbers:
        facts = {"name": f"来客{number:03}", "firm": "邻园企业", "firm_key": "邻园", "signed_up_at": hall.now}
        facts |= {"person_key": f"{number}", "token": f"of-{number}", "places": activity.places}
        seat = number if number <= activity.places else None
        hall.session.add(SignUp(park_id=hall.park.id, activity_id=activity.id, seat=seat, **facts))
    hall.session.commit()


def test_a_long_list_comes_in_pages_that_are_looked_through_and_ticked_off(
    hall, branch, standing_clock, count_queries
):
    hall.space.capacity = PAGE + 10
    activity = hall.published(places=PAGE + 10)
    url = f"/activities/{activity.id}/people"
    many(hall, activity, [1, 2])
    standing_clock.set(FRIDAY)
    branch.get(url)
    few = count_queries(lambda: branch.get(url))
    assert "下一页" not in branch.get(url).text
    many(hall, activity, range(3, 3 * PAGE + 1))
    assert count_queries(lambda: branch.get(url)) == few
    first, second = seen(branch.get(url)), branch.get(f"{url}?page=2")
    assert (f"有位子 {PAGE + 10} " in first, "来客050" in first, "来客051" in first) == (True, True, False)
    assert f"有位子 {PAGE + 10} " in seen(second)
    assert f"候补 {2 * PAGE - 10} " in seen(second)
    one = next(one for one in people_of(hall.session, activity.id) if one.name == "来客055")
    tick = f"/activities/people/{one.id}/came?page=2"
    assert f'action="{tick}"' in second.text
    assert branch.post(tick).location == f"{url}?page=2#p{one.id}"
    assert seen(branch.get(f"{url}?page=2")).count("已到") == 1
    found = seen(branch.get(f"{url}?q=来客12"))
    assert ("来客120" in found, "来客119" in found, "候补 10 " in found) == (True, False, True)
    assert "没有找到“%”" in seen(branch.get(f"{url}?q=%25")), "no pattern"
    assert "page" not in branch.get(f"{url}?page=9&q=来客12").location, "a page that is no more"


def test_the_calendar_file_follows_what_becomes_of_it(hall, tenant, branch):
    activity = hall.published()
    page = f"/activities/{activity.id}"

    def entry():
        (event,) = Calendar.from_ical(tenant.get(f"{page}/calendar.ics").data).walk("VEVENT")
        return event

    before = entry()
    assert (before["SUMMARY"], before["STATUS"], before["DTSTART"].dt) == ("年末沙龙", "CONFIRMED", FRIDAY)
    branch.post(f"{page}/edit", data={"title": "改名", "places": "2"})
    after = entry()
    assert (after["UID"], after["SUMMARY"]) == (before["UID"], "改名")
    assert after["SEQUENCE"] > before["SEQUENCE"]
    branch.post(f"{page}/call-off", data={"reason": "讲师生病"})
    assert (entry()["STATUS"], entry()["SEQUENCE"] > after["SEQUENCE"]) == ("CANCELLED", True)


def test_today_names_what_is_coming_up(hall, tenant):
    assert "活动 · " not in seen(tenant.get("/today"))
    hall.published()
    assert "活动 · 沙龙 · 11月6日 周五 14:00–16:00" in seen(tenant.get("/today"))


def test_the_front_desk_lists_the_days_activities(hall, sign_in, standing_clock):
    desk = sign_in(hall.world.member(hall.park, Role.ADMIN))
    known, draft = hall.published(places=12), hall.draft(title="还没公布", start=FRIDAY + timedelta(hours=3))
    hall.join(known, "甲")
    hall.draft(title="后天的事", start=FRIDAY + timedelta(days=2))
    hall.call_off(hall.draft(title="草稿作废", start=FRIDAY - timedelta(hours=3)))
    assert "今天的活动" not in seen(desk.get("/front-desk"))
    for page in ("/front-desk?day=2026-11-06", "/front-desk"):
        answer = desk.get(page)
        told = seen(answer)
        for words in (
            "年末沙龙",
            "14:00–16:00",
            "沙龙 · 会客厅 · 已报名 1/12",
            "还没公布",
            "17:00–19:00",
            "草稿",
        ):
            assert words in told
        for one in (known, draft):
            assert f'href="/activities/{one.id}"' in answer.text
        assert "后天的事" not in told
        assert "草稿作废" not in told
        standing_clock.set(FRIDAY)
    assert "今天的活动" in told


def test_from_one_address_not_everything_is_signed_up(hall, guest):
    activity = hall.published(places=30)
    for number in range(ANONYMOUS_ASK - 1):
        one = SignInAttempt(kind=TryKind.SIGN_UP, account=f"{number}", address="127.0.0.1", at=hall.now)
        hall.session.add(one)
    hall.session.commit()
    assert signs_up(guest, activity, "何外").status_code == 302
    assert "短时间里提交得太多了" in seen(signs_up(guest.application.test_client(), activity, "何次"))
    assert len(people_of(hall.session, activity.id)) == 1
