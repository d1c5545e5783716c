"""The pages of activities, as the branch and a tenant see them."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from booking.activities.models import Activity, Audience
from booking.mail.models import Letter
from booking.people.models import Role
from tests.activities.hall import FRIDAY
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
    assert "我到了" in seen(tenant.get(page))
    for _ in range(2):
        assert tenant.post(f"{page}/here").status_code == 302
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
