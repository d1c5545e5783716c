"""The icons come out of the bundle whole, and every icon a page names is among them."""

import re
from pathlib import Path

import booking
from booking.blueprints.kit import static_files

TEMPLATES = Path(booking.__file__).parent / "templates"


def test_every_icon_that_a_template_names_is_there():
    named = {
        name
        for file in TEMPLATES.rglob("*.html")
        for name in re.findall(r'(?:\bicon\(|glyph=)"([a-z-]+)"', file.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= set(static_files.ICONS)


def test_the_sprite_has_every_icon_once():
    assert sorted(re.findall(r'<symbol id="([^"]+)"', static_files.symbols())) == sorted(static_files.ICONS)
