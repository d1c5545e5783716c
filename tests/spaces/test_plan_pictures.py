"""A plan is uploaded as a picture or a drawing; what it carries stays behind, and what is no plan is told."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from booking.documents.models import Document
from booking.people.models import Role
from booking.spaces.models import Area
from tests.gateways.test_typst_svg import ENTITIES, svg, uses

MEGABYTE = 1024 * 1024


@pytest.fixture
def hang(world, park, sign_in):
    """Give what hangs a file as an area's plan as the administrator does, and the area."""
    area = world.area(park)
    admin = sign_in(world.member(park, Role.ADMIN))

    def upload(content, name="plan.svg"):
        return admin.post(f"/inventory/areas/{area.id}/plan", data={"picture": (BytesIO(content), name)})

    return upload, area


def test_a_drawing_with_a_script_hangs_as_a_picture_without_it(hang, session):
    upload, area = hang
    script = '<script>alert(1)</script><rect onload="alert(1)" width="100" height="100"/>'
    for _ in range(2):  # the second time the same: drawn and hung again
        assert upload(svg(script)).status_code == 302
    session.expire_all()
    kept = session.get_one(Document, session.get_one(Area, area.id).plan_id)
    assert b"alert" not in kept.content
    with Image.open(BytesIO(kept.content)) as drawn:
        assert drawn.format == "WEBP"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            f'<!DOCTYPE svg [<!ENTITY a "ha">{ENTITIES}]>'.encode() + svg("<text>&i;</text>"),
            "太复杂，或者写法有误",
        ),
        (svg(uses(9)), "太复杂，或者写法有误"),
        (svg('<image href="file:///etc/passwd" width="9" height="9"/>'), "用到了别的文件里的图片"),
        (svg('<script>1</script><image xlink:href="https://evil.invalid/x.png"/>'), "用到了别的文件里的图片"),
        (svg("<rect/>")[:-6], "不完整，没有写完"),
        (svg("") + b" " * (3 * MEGABYTE), "2 MB"),
        (b"\x89PNG" + b" " * (40 * MEGABYTE), "10 MB"),
        (b"no picture", "图片"),
    ],
    ids=[
        "entities",
        "uses",
        "file",
        "script and picture",
        "cut off",
        "3 MB drawing",
        "40 MB picture",
        "text",
    ],
)
def test_a_bomb_a_thief_and_what_is_no_plan_are_told_beside_the_field(hang, session, content, told):
    upload, area = hang
    answer = upload(content)
    assert answer.status_code == 422
    assert told in answer.text.split('id="picture-error"')[1][:300]
    session.expire_all()
    assert session.get_one(Area, area.id).plan_id is None
    assert session.scalar(select(func.count(Document.id))) == 0
