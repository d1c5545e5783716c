"""Somebody's SVG becomes a picture, and its bomb goes off elsewhere."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from booking.gateways.typst.svg_drawing import draw_svg
from booking.values import PrintFailed

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
HEAD = f'<svg {NAMES} viewBox="0 0 200 100">'


def svg(inside, head=HEAD):
    return f"{head}{inside}</svg>".encode()


def uses(times):
    """Make ten of ten of ten."""
    groups = "".join(
        f'<g id="g{at}">{f"""<use xlink:href="#g{at - 1}"/>""" * 10}</g>' for at in range(1, times)
    )
    return f'<defs><rect id="g0" width="1" height="1"/>{groups}</defs><use xlink:href="#g{times - 1}"/>'


def test_a_drawing_with_a_script_becomes_a_picture_without_it():
    drawn = draw_svg(
        svg(
            "<style>.wall{fill:#f00}</style><script>alert(1)</script>"
            '<rect class="wall" onload="alert(1)" width="100" height="100"/><text x="120" y="50">大厅</text>'
        )
    )
    with Image.open(BytesIO(drawn)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1600, 800))
        assert picture.convert("RGB").getpixel((200, 400)) == (255, 0, 0)
    assert b"alert" not in drawn


ENTITIES = "".join(
    f'<!ENTITY {name} "{f"&{of};" * 10}">' for of, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "content",
    [
        b"<svg",
        svg('<image href="file:///etc/passwd" width="9" height="9"/>'),
        svg('<image href="http://127.0.0.1:9/x.png" width="9" height="9"/>'),
        f'<!DOCTYPE svg [<!ENTITY a "ha">{ENTITIES}]>'.encode() + svg("<text>&i;</text>"),
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + svg("<text y='9'>&a;</text>"),
        svg("", HEAD.replace("0 0 200 100", "0 0 1 1000000000")),
        svg(uses(9)),
    ],
    ids=["torn", "file", "address", "entities", "outside entity", "sheet of a million", "uses"],
)
def test_what_is_no_plan_is_refused_and_nothing_is_fetched(content):
    with pytest.raises(PrintFailed):
        draw_svg(content, seconds=2)
