"""The administrator's pages of spaces: what is typed is kept, what is done can be undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.reservations.models import Reservation, ReservationState
from booking.spaces.models import Kind, Space
from booking.values import Money

TYPED = {
    "code": "B-1",
    "name": "燎原",
    "capacity": "12",
    "area_hundredths": "35.5",
    "equipment": "投影、白板",
}


@pytest.fixture
def space(world, area):
    return world.space(area, code="A-1", name="星火", equipment=["白板"])


def found(session, code):
    session.rollback()
    return session.scalars(select(Space).where(Space.code == code)).one()


def test_an_administrator_adds_a_space_and_is_shown_it(admin, area, session):
    answer = admin.post("/inventory/spaces/new?kind=hall", data=TYPED | {"area_id": area.id})
    made = found(session, "B-1")
    assert answer.location == f"/inventory/spaces/{made.id}"
    assert (made.kind, made.capacity, made.area_hundredths) == (Kind.HALL, 12, 35_50)
    assert [item.name for item in made.equipment] == ["投影", "白板"]
    assert "已添加 B-1" in admin.get(answer.location).text


def test_two_spaces_never_share_the_secret_of_their_labels(admin, area, session):
    for code in ("B-1", "B-2"):
        admin.post("/inventory/spaces/new", data=TYPED | {"code": code, "area_id": area.id})
    assert found(session, "B-1").scan_code != found(session, "B-2").scan_code


def test_a_code_taken_is_said_beside_the_code_and_what_was_typed_is_kept(admin, space):
    answer = admin.post(
        "/inventory/spaces/new", data=TYPED | {"code": "A-1", "area_id": space.area_id, "capacity": "77"}
    )
    assert answer.status_code == 422
    assert "编号 A-1 已被另一个空间使用" in answer.text
    assert 'value="77"' in answer.text
    assert 'value="投影、白板"' in answer.text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("capacity", "0", "请填写 1 到"),
        ("capacity", "很多", "容纳人数"),
        ("area_hundredths", "35.555", "最多两位小数"),
        ("name", "   ", "请填写名称"),
        ("name", "长" * 61, "最多 60 个字"),
        ("code", "A,1", "顿号"),
        ("equipment", "长" * 41, "最多 40 个字"),
        ("area_id", "999999", "区域"),
    ],
)
def test_what_cannot_be_is_said_and_kept(admin, area, session, field, typed, said):
    answer = admin.post("/inventory/spaces/new", data=TYPED | {"area_id": area.id, field: typed})
    assert answer.status_code == 422
    assert said in answer.text
    if field != "area_id":
        assert typed in answer.text
    assert not session.scalars(select(Space)).all()


def test_a_combined_space_is_put_together_from_two_boxes(admin, space, world, area, session):
    other = world.space(area)
    parts = {"parts": [space.id, other.id]}
    admin.post("/inventory/spaces/new", data=TYPED | {"area_id": area.id} | parts)
    assert {part.id for part in found(session, "B-1").parts} == {space.id, other.id}
    page = admin.get(f"/inventory/spaces/{space.id}").text
    assert "它是这些组合空间的一部分" in page
    assert "B-1 燎原" in page


def test_one_part_alone_is_refused_beside_the_boxes(admin, space, world, area):
    world.space(area)
    answer = admin.post("/inventory/spaces/new", data=TYPED | {"area_id": area.id, "parts": [space.id]})
    assert answer.status_code == 422
    assert "至少由两个空间组成" in answer.text


def test_a_space_is_changed_on_its_form(admin, space, again):
    data = TYPED | {"area_id": space.area_id, "code": "A-1", "description": "靠窗\n安静"}
    admin.post(f"/inventory/spaces/{space.id}/edit", data=data)
    changed = again(space)
    assert (changed.name, changed.capacity, changed.kind) == ("燎原", 12, Kind.MEETING_ROOM)
    assert "靠窗" in admin.get(f"/inventory/spaces/{space.id}").text


def test_retiring_and_bringing_back_are_one_press_each(admin, space, again):
    page = admin.post(f"/inventory/spaces/{space.id}/retire", follow_redirects=True).text
    assert "恢复使用" in page
    assert again(space).retired_at is not None
    admin.post(f"/inventory/spaces/{space.id}/bring-back")
    assert again(space).retired_at is None


def test_a_booked_space_does_not_retire_and_says_how_often_it_is_booked(
    admin, space, world, park, session, now, again
):
    member = world.member(world.enterprise(park))
    for day in (1, 2):
        session.add(
            Reservation(
                park_id=park.id,
                enterprise_id=member.enterprise_id,
                member_id=member.id,
                space_id=space.id,
                starts_at=now + timedelta(days=day),
                ends_at=now + timedelta(days=day, hours=1),
                state=ReservationState.BOOKED,
                quote=Money(0),
                created_at=now,
            )
        )
    session.commit()
    answer = admin.post(f"/inventory/spaces/{space.id}/retire")
    assert answer.status_code == 422
    assert "还有 2 个预订或使用没有结束" in answer.text
    assert "11月4日 周三 09:00–10:00" in answer.text
    assert "11月5日 周四 09:00–10:00" in answer.text
    assert again(space).retired_at is None


def test_a_new_code_makes_the_old_label_void(admin, space, again):
    old = space.scan_code
    admin.post(f"/inventory/spaces/{space.id}/scan-code")
    assert again(space).scan_code != old


def test_the_list_is_narrowed_by_kind_area_state_and_words(admin, world, area, park, now):
    other = world.area(park)
    world.space(area, Kind.HALL, code="H-1", name="会客厅")
    world.space(other, code="M-1", name="百分之百%", equipment=["音响"])
    world.space(area, code="X-1", name="旧的", retired_at=now)

    def codes(address):
        page = admin.get(address).text
        return [code for code in ("H-1", "M-1", "X-1") if f">{code}</a>" in page]

    assert codes("/inventory/") == ["H-1", "M-1"]
    assert codes("/inventory/?kind=hall") == ["H-1"]
    assert codes(f"/inventory/?area={other.id}") == ["M-1"]
    assert codes("/inventory/?state=retired") == ["X-1"]
    assert codes("/inventory/?state=all") == ["H-1", "M-1", "X-1"]
    assert codes("/inventory/?q=音响") == ["M-1"]
    assert codes("/inventory/?q=%25") == ["M-1"]
    assert codes("/inventory/?q=m-1") == ["M-1"]
    assert codes("/inventory/?kind=nonsense&area=x&state=y&page=z") == ["H-1", "M-1"]


def test_a_long_list_comes_in_pages_that_keep_the_filter(admin, world, area):
    for _ in range(51):
        world.space(area)
    first = admin.get("/inventory/?kind=meeting_room").text
    assert "1–50，共 51 条" in first
    assert "kind=meeting_room&amp;page=2" in first
    assert "51–51，共 51 条" in admin.get("/inventory/?kind=meeting_room&page=2").text
    assert admin.get("/inventory/?page=99").status_code == 200


def test_the_list_asks_as_often_for_many_spaces_as_for_few(admin, world, area, count_queries):
    world.space(area, equipment=["白板"])
    few = count_queries(lambda: admin.get("/inventory/"))
    parts = [world.space(area, equipment=["白板", "投影"]) for _ in range(6)]
    world.space(area, parts=parts[:2])
    assert count_queries(lambda: admin.get("/inventory/")) == few


def test_an_empty_park_is_told_the_first_step(admin):
    page = admin.get("/inventory/").text
    assert "还没有空间" in page
    assert "用表格导入" in page
    assert admin.get("/inventory/spaces/new").location == "/inventory/areas/new"


def test_names_are_shown_as_they_are_and_never_run(admin, world, area):
    space = world.space(area, name="<script>alert(1)</script>", description="<b>x</b>")
    page = admin.get(f"/inventory/spaces/{space.id}").text
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


ADDRESSES = [
    ("get", ""),
    ("get", "/edit"),
    ("post", "/edit"),
    ("post", "/retire"),
    ("post", "/bring-back"),
    ("post", "/scan-code"),
    ("get", "/picture"),
    ("post", "/picture"),
    ("post", "/picture/remove"),
    ("get", "/rule"),
    ("post", "/rule"),
    ("post", "/rule/drop"),
]


@pytest.mark.parametrize(("method", "end"), ADDRESSES)
def test_another_parks_space_is_not_found(stranger, space, again, method, end):
    before = again(space).scan_code
    answer = getattr(stranger, method)(f"/inventory/spaces/{space.id}{end}")
    assert answer.status_code == 404
    assert again(space).scan_code == before
    assert again(space).retired_at is None


@pytest.mark.parametrize(
    "address", ["/", "/areas", "/rules", "/closures", "/labels", "/exchange/", "/exchange/spaces.csv"]
)
def test_only_administrators_come_in(tenant, client, address):
    assert tenant.get(f"/inventory{address}").status_code == 403
    assert client.get(f"/inventory{address}").status_code == 302
