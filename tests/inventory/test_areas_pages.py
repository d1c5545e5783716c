"""The administrator's pages of areas, and pictures for those who may see them."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select

from booking.documents.models import Document
from booking.spaces.models import Area
from tests.inventory.conftest import photograph


def upload(content):
    return {"picture": (BytesIO(content), "photo.jpg")}


def test_an_area_is_added_renamed_moved_and_removed(admin, session, park):
    for name in ("甲", "乙"):
        admin.post("/inventory/areas/new", data={"name": name})
    first, second = session.scalars(select(Area).order_by(Area.position)).all()
    admin.post(f"/inventory/areas/{first.id}", data={"name": "甲座", "name_en": "Block A"})
    admin.post(f"/inventory/areas/{second.id}/move", data={"to": "up"})
    session.expire_all()
    session.rollback()
    assert [area.name for area in session.scalars(select(Area).order_by(Area.position))] == ["乙", "甲座"]
    admin.post(f"/inventory/areas/{second.id}/remove")
    session.rollback()
    assert session.scalars(select(Area.name)).all() == ["甲座"]


def test_a_name_taken_is_said_beside_the_name(admin, area):
    answer = admin.post("/inventory/areas/new", data={"name": "A座", "name_en": "Kept"})
    assert answer.status_code == 422
    assert "已经有名为“A座”的区域" in answer.text
    assert 'value="Kept"' in answer.text


def test_an_area_that_holds_spaces_stays(admin, area, world, again):
    world.space(area)
    page = admin.post(f"/inventory/areas/{area.id}/remove", follow_redirects=True).text
    assert "里还有 1 个空间" in page
    assert again(area) is not None


def test_the_list_of_areas_asks_as_often_for_many(admin, world, park, area, count_queries):
    few = count_queries(lambda: admin.get("/inventory/areas"))
    for _ in range(5):
        world.space(world.area(park))
    assert count_queries(lambda: admin.get("/inventory/areas")) == few


@pytest.mark.parametrize("end", ["", "/move", "/remove", "/plan", "/plan/remove"])
def test_another_parks_area_is_not_found(stranger, area, again, end):
    answer = stranger.post(f"/inventory/areas/{area.id}{end}", data={"to": "up", "name": "x"})
    assert answer.status_code == 404
    assert again(area).name == "A座"


def test_a_nonsensical_move_is_a_bad_request(admin, area):
    assert admin.post(f"/inventory/areas/{area.id}/move", data={"to": "left"}).status_code == 400


def test_a_photograph_is_seen_by_everybody_of_the_park_and_nobody_else(
    admin, tenant, stranger, client, world, area, again
):
    space = world.space(area)
    admin.post(f"/inventory/spaces/{space.id}/picture", data=upload(photograph()))
    address = f"/pictures/{again(space).picture_id}"
    answer = tenant.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "image/webp"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "private" in answer.headers["Cache-Control"]
    assert tenant.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert stranger.get(address).status_code == 404
    assert client.get(address).status_code == 302


def test_other_documents_of_the_park_are_no_pictures(admin, session, park, now):
    document = Document(
        park_id=park.id,
        name="invoice.pdf",
        media_type="application/pdf",
        sha256="0" * 64,
        size=1,
        created_at=now,
        content=b"x",
    )
    session.add(document)
    session.commit()
    assert admin.get(f"/pictures/{document.id}").status_code == 404


def test_what_is_no_picture_is_said_beside_the_field(admin, world, area, again):
    space = world.space(area)
    for content, said in ((b"GIF89a but not really", "不是完整的图片"), (b"", "图片")):
        answer = admin.post(f"/inventory/spaces/{space.id}/picture", data=upload(content))
        assert answer.status_code == 422
        assert said in answer.text
    assert admin.post(f"/inventory/spaces/{space.id}/picture").status_code == 422
    assert again(space).picture_id is None


def test_a_picture_taken_down_is_shown_no_more(admin, world, area, again):
    space = world.space(area)
    admin.post(f"/inventory/spaces/{space.id}/picture", data=upload(photograph()))
    old = again(space).picture_id
    admin.post(f"/inventory/spaces/{space.id}/picture/remove")
    assert again(space).picture_id is None
    assert admin.get(f"/pictures/{old}").status_code == 404


def test_a_floor_plan_hangs_at_its_area(admin, area, again):
    admin.post(f"/inventory/areas/{area.id}/plan", data=upload(photograph()))
    plan = again(area).plan_id
    assert f"/pictures/{plan}" in admin.get(f"/inventory/areas/{area.id}").text
    assert admin.get(f"/pictures/{plan}").status_code == 200
    answer = admin.post(f"/inventory/areas/{area.id}/plan", data=upload(b"nothing"))
    assert answer.status_code == 422
    assert 'value="A座"' in answer.text
    admin.post(f"/inventory/areas/{area.id}/plan/remove")
    assert again(area).plan_id is None
