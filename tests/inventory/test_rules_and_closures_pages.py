"""The administrator's pages of opening rules, closures and labels."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from booking.audit.actions import Actor
from booking.parks.models import Park
from booking.reservations.closures import close_space
from booking.reservations.models import FAR_FUTURE, Occupancy
from booking.reservations.waiting.models import Wait, WaitState
from booking.reservations.waiting.wait_for import wait_for
from booking.spaces.models import Closure, Kind
from booking.spaces.queries import rule_for
from booking.values import Span

HOURS = {
    "opens_minute": "09:00",
    "closes_minute": "24:00",
    "step_minutes": "30",
    "minimum_minutes": "60",
    "maximum_minutes": "240",
    "lead_minutes": "0",
    "horizon_days": "14",
    "buffer_minutes": "10",
    "needs_approval": "y",
}


@pytest.fixture
def space(world, area):
    return world.space(area, code="A-1", name="星火")


def rule_now(session, space):
    session.rollback()
    return rule_for(session, space, since=None)


def test_the_rule_of_a_kind_is_written_in_words_and_an_example(admin, space, session):
    page = admin.post("/inventory/rules/meeting_room", data=HOURS, follow_redirects=True).text
    rule = rule_now(session, space)
    assert (rule.opens_minute, rule.closes_minute, rule.open_on_rest_days) == (540, 1440, False)
    assert (rule.buffer_minutes, rule.needs_approval) == (10, True)
    assert "工作日 09:00–24:00 开放，休息日不开放。" in page
    assert "一天里最早、最短的一段是 09:00–10:00；09:01 不在刻度上" in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("closes_minute", "08:00", "关闭时间须晚于开放时间"),
        ("opens_minute", "morgens", "请填写时间"),
        ("step_minutes", "0", "请填写 1 到 1440"),
        ("minimum_minutes", "45", "30 分钟（时间刻度）的整数倍"),
        ("maximum_minutes", "30", "最长不能短于最短"),
        ("horizon_days", "", "最多提前"),
    ],
)
def test_a_wrong_rule_is_said_beside_its_field_and_kept(admin, space, session, field, typed, said):
    before = rule_now(session, space)
    answer = admin.post("/inventory/rules/meeting_room", data=HOURS | {field: typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed}"' in answer.text
    assert rule_now(session, space) == before


def test_a_space_has_its_own_rule_until_it_is_dropped(admin, space, world, area, session):
    other = world.space(area)
    admin.post(f"/inventory/spaces/{space.id}/rule", data=HOURS)
    assert rule_now(session, space).horizon_days == 14
    assert rule_now(session, other).horizon_days == 60
    assert "A-1 星火" in admin.get("/inventory/rules").text
    assert "单独的规则" in admin.get(f"/inventory/spaces/{space.id}").text
    admin.post(f"/inventory/spaces/{space.id}/rule/drop")
    assert rule_now(session, space).horizon_days == 60


def test_storage_is_asked_in_days(admin, world, area, session):
    store = world.space(area, Kind.STORAGE)
    page = admin.get("/inventory/rules/storage").text
    assert 'name="maximum_days"' in page
    assert 'name="opens_minute"' not in page
    admin.post(
        "/inventory/rules/storage",
        data={"maximum_days": "30", "lead_minutes": "0", "horizon_days": "90"},
    )
    rule = rule_now(session, store)
    assert (rule.maximum_minutes, rule.horizon_days, rule.closes_minute) == (30 * 1440, 90, 1440)


def test_dropping_the_rule_of_a_kind_lets_the_parks_hours_hold(admin, space, session):
    admin.post("/inventory/rules/meeting_room", data=HOURS)
    admin.post("/inventory/rules/meeting_room/drop")
    assert rule_now(session, space).horizon_days == 60
    assert admin.get("/inventory/rules/sofa").status_code == 404


def close(session, space, start, hours, now):
    closure = close_space(
        session,
        space,
        Span(start, start + timedelta(hours=hours)),
        "空调检修",
        by=Actor("测试", park_id=space.park_id),
        now=now,
    )
    session.commit()
    return closure


def typed_closure(space, starts="2026-11-04T09:00", ends="2026-11-04T12:00"):
    return {"space": space.id, "starts": starts, "ends": ends, "reason": "空调检修"}


def test_who_reads_english_chooses_spaces_by_their_english_names(admin, space, session):
    space.name_en = "Reception hall"
    session.commit()
    admin.post("/preferences/language", data={"language": "en"})
    page = admin.get("/inventory/closures/new").text
    assert f"{space.code} Reception hall" in page
    assert space.name not in page


def test_a_closure_is_arranged_in_the_parks_time_and_claims_the_space(admin, space, session):
    admin.post("/inventory/closures/new", data=typed_closure(space))
    closure = session.scalars(select(Closure)).one()
    assert closure.starts_at.isoformat() == "2026-11-04T01:00:00+00:00"
    assert session.scalars(select(Occupancy)).one().closure_id == closure.id
    assert "11月4日 周三 09:00–12:00" in admin.get("/inventory/closures").text
    assert "空调检修" in admin.get(f"/inventory/spaces/{space.id}").text


def test_what_stands_in_the_way_of_a_closure_is_listed_and_the_form_is_kept(admin, space, session, now):
    close(session, space, now + timedelta(days=1), 2, now)
    answer = admin.post("/inventory/closures/new", data=typed_closure(space))
    assert answer.status_code == 409
    assert "11月4日 周三 09:00–11:00" in answer.text
    assert 'value="空调检修"' in answer.text


def test_whose_booking_stands_in_the_way_is_said_and_opens_anew(admin, space, world, park, sign_in):
    world.tariff(park)
    who = world.member(world.enterprise(park, short_name="丁公司"), name="赵小丁")
    wish = {"space": space.id, "day": "2026-11-04", "starts": "10:00", "ends": "11:00", "people": 1}
    number = sign_in(who).post("/reservations/new", data=wish).location.split("/")[2]
    answer = admin.post("/inventory/closures/new", data=typed_closure(space))
    assert "丁公司 · 赵小丁" in answer.text
    link = rf'href="/front-desk/reservations/{number}#move"[^>]* target="_blank" rel="noopener"'
    assert re.search(link, answer.text), "what was typed stays"


def test_a_closure_that_ends_before_it_starts_is_refused_beside_its_end(admin, space, session):
    data = typed_closure(space, ends="2026-11-04T08:00")
    answer = admin.post("/inventory/closures/new", data=data)
    assert answer.status_code == 422
    assert "结束须晚于开始" in answer.text
    assert not session.scalars(select(Closure)).all()


def test_a_closure_without_an_end_asks_whether_it_is_until_further_notice(admin, space, session):
    answer = admin.post("/inventory/closures/new", data=typed_closure(space, ends=""))
    assert answer.status_code == 422
    assert "请填写结束时间，或选“直到另行通知”。" in answer.text
    admin.post("/inventory/closures/new", data=typed_closure(space, ends="") | {"open_end": "y"})
    assert session.scalars(select(Occupancy)).one().ends_at == FAR_FUTURE
    assert "11月4日 周三 09:00 起，不定期限" in admin.get("/inventory/closures").text


def test_a_closure_with_an_end_and_without_one_is_neither(admin, space, session):
    answer = admin.post("/inventory/closures/new", data=typed_closure(space) | {"open_end": "y"})
    assert answer.status_code == 422
    assert "就请把结束时间清空" in answer.text
    assert session.scalars(select(Closure)).all() == []


def test_a_closure_of_many_years_is_refused_beside_its_end(admin, space):
    answer = admin.post("/inventory/closures/new", data=typed_closure(space, ends="2036-11-04T08:00"))
    assert answer.status_code == 422
    assert "一次停用最长 1098 天" in answer.text


def test_a_lifted_closure_frees_the_space_and_stays_in_the_list_of_the_past(admin, space, session, now):
    closure = close(session, space, now + timedelta(days=1), 2, now)
    for _ in range(2):
        admin.post(f"/inventory/closures/{closure.id}/lift")
    session.rollback()
    assert not session.scalars(select(Occupancy)).all()
    assert "空调检修" not in admin.get("/inventory/closures").text
    assert "空调检修" in admin.get("/inventory/closures?past=1").text


def test_lifting_again_says_since_when_it_is_lifted(admin, space, session, now, standing_clock):
    closure = close(session, space, now + timedelta(days=1), 2, now)
    first = admin.post(f"/inventory/closures/{closure.id}/lift", follow_redirects=True).text
    assert "停用已取消，空间可以预订了。" in first
    standing_clock.set(now + timedelta(hours=1))
    again = admin.post(f"/inventory/closures/{closure.id}/lift", follow_redirects=True).text
    assert "这次停用已在 11月3日 周二 09:00 取消过，没有再改动。" in again
    assert "停用已取消，空间可以预订了。" not in again
    session.rollback()
    assert session.get(Closure, closure.id, populate_existing=True).lifted_at == now


def test_lifting_says_what_is_held_for_who_waited(admin, space, session, now, world):
    """From nine tomorrow till eleven somebody waits; the closure was until eleven."""
    member = world.member(world.enterprise(session.get(Park, space.park_id)))
    by = Actor(member.name, member.id, space.park_id, member.enterprise_id)
    span = Span(now + timedelta(days=1), now + timedelta(days=1, hours=1))
    closure = close(session, space, span.start, 2, now)
    wait = wait_for(session, space, span, by=by, now=now)
    session.commit()
    said = admin.post(f"/inventory/closures/{closure.id}/lift", follow_redirects=True).text
    assert "停用已取消。其中有 1 段时间先为候补的人保留，其余可以预订了。" in said
    session.rollback()
    assert session.get(Wait, wait.id, populate_existing=True).state is WaitState.OFFERED


def test_another_park_neither_closes_nor_lifts(stranger, space, session, now):
    closure = close(session, space, now + timedelta(days=1), 2, now)
    assert stranger.post(f"/inventory/closures/{closure.id}/lift").status_code == 404
    assert stranger.post("/inventory/closures/new", data=typed_closure(space)).status_code == 422
    assert "空调检修" not in stranger.get("/inventory/closures").text


def test_the_list_of_closures_asks_as_often_for_many(admin, space, world, area, session, now, count_queries):
    close(session, space, now + timedelta(days=1), 2, now)
    few = count_queries(lambda: admin.get("/inventory/closures"))
    for day in range(2, 6):
        close(session, world.space(area), now + timedelta(days=day), 2, now)
    assert count_queries(lambda: admin.get("/inventory/closures")) == few


def test_labels_are_printed_for_the_chosen_spaces_or_for_all(admin, space, world, area, app):
    other = world.space(area, Kind.HALL, code="H-9")
    page = admin.get(f"/inventory/labels/sheet?s={space.id}").text
    assert "<strong>A-1</strong>" in page
    assert "H-9" not in page
    assert len(re.findall('class="label-ink"', page)) == 1
    both = admin.get("/inventory/labels/sheet").text
    assert "<strong>H-9</strong>" in both
    assert admin.get("/inventory/labels?kind=hall").text.count('type="checkbox"') == 1
    assert other.code in both


def test_the_pdf_of_labels_names_every_space(admin, space, world, area):
    world.space(area, Kind.HALL, code="H-9", name="会客厅")
    answer = admin.get("/inventory/labels/sheet?form=pdf")
    assert answer.mimetype == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert "A-1" in text
    assert "H-9" in text


def test_another_parks_spaces_are_never_on_the_labels(stranger, space):
    answer = stranger.get(f"/inventory/labels/sheet?s={space.id}")
    assert answer.location == "/inventory/labels"
