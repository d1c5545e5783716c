"""The administrator's pages of extended hours: the list, granting a day, taking it back."""

from __future__ import annotations

import html
import re

import pytest

from booking.spaces.models import ExtendedHours
from tests.harness.stays import at, reserved

TYPED = {"space": "0", "day": "2026-11-05", "closes": "23:00", "opens": "", "reason": "赶标书"}
NEW = "/inventory/extended/new"


def seen(answer):
    return html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", answer.text)))


@pytest.fixture
def space(world, area):
    return world.space(area, code="A-1", name="星火")


def test_a_day_is_granted_by_hand_and_taken_back_with_a_reason(admin, tenant, space, session):
    assert "企业要晚走或早来的那一天" in seen(admin.get("/inventory/extended"))
    page = seen(admin.post(NEW, data=TYPED, follow_redirects=True))
    assert "11月5日 周四，整个园区开到 23:00，已经可以预订。" in page
    granted = session.query(ExtendedHours).one()
    words = "11月5日 周四延时开放：开到 23:00。"
    assert words in seen(admin.get(f"/inventory/spaces/{space.id}"))
    for path in (
        "/calendar?kind=meeting_room&day=2026-11-05",
        f"/calendar/spaces/{space.id}?day=2026-11-03",
        f"/reservations/new?space={space.id}&day=2026-11-05",
    ):
        assert words in seen(tenant.get(path)), path
        assert "赶标书" not in tenant.get(path).text
    assert words not in seen(tenant.get("/calendar?kind=meeting_room&day=2026-11-06"))
    back = f"/inventory/extended/{granted.id}/take-back"
    assert admin.post(back, data={"reason": ""}).status_code == 422
    page = seen(admin.post(back, data={"reason": "不用了"}, follow_redirects=True))
    assert "已收回，那天照常开放。" in page
    assert "没有延时" in page
    assert "不用了" in seen(admin.get("/inventory/extended?past=1"))
    assert "已经收回：不用了" in seen(admin.get(back))
    assert words not in seen(tenant.get("/calendar?kind=meeting_room&day=2026-11-05"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day": "2026-11-02"}, "这一天或这个钟点已经过去了，今天是"),
        ({"closes": "22:00"}, "那天本来就开放 08:00–22:00，这样并没有延长。"),
        ({"closes": ""}, "请填写开到几点，或提前到几点开。"),
        ({"closes": "07:00", "opens": "07:00"}, "要晚于开门时间，最晚 24:00；过了午夜的，另加在第二天。"),
        ({"closes": "25:00"}, "请填写时间，例如 09:30，一天的结束写 24:00。"),
        ({"day": "2026-11-04"}, "那天已有延时开放（开到 24:00）；要改，先收回那一条。"),
        ({"reason": ""}, "请写明原因。"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(admin, space, session, typed, said):
    admin.post(NEW, data=TYPED | {"day": "2026-11-04", "closes": "24:00"})
    answer = admin.post(NEW, data=TYPED | typed)
    assert answer.status_code == 422
    assert said in seen(answer)
    field = next(iter(typed))
    assert f'id="{field}-error"' in answer.text
    for value in (TYPED | typed).values():
        assert value in answer.text
    assert session.query(ExtendedHours).count() == 1


def test_hours_with_bookings_are_not_taken_back_and_the_page_counts_them(admin, world, park, space, session):
    admin.post(NEW, data=TYPED)
    member = world.member(world.enterprise(park))
    reserved(session, space, member, at("2026-11-05", "22:00"), at("2026-11-05", "23:00"))
    session.commit()
    back = f"/inventory/extended/{session.query(ExtendedHours).one().id}/take-back"
    answer = admin.post(back, data={"reason": "不用了"})
    assert answer.status_code == 422
    assert "这段延时里已有 1 个预订或使用，不能收回；先请他们改期或取消。" in seen(answer)
    assert 'value="不用了"' in answer.text
