"""A page that is named is there: in navigation and tabs, and in every address of code and templates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import booking
from booking.blueprints.kit import navigation
from booking.blueprints.sign_in.sessions import HOMES
from booking.people.models import Role

PACKAGE = Path(booking.__file__).parent
ADDRESSED = re.compile(r"""\b(?:url_for|way_to|Place|Door)\(\s*["']([\w.]+)["']""")
NO_PAGE = {"calendar.marked"}  # an action of the history
QUOTED = re.compile(r"""["']([a-z_]+\.[a-z_]+)["']""")


def named(folder: Path, expression: re.Pattern[str]) -> set[tuple[str, str]]:
    """Give each name that the expression finds, with the file it stands in."""
    files = (path for path in folder.rglob("*") if path.suffix in {".py", ".html"})
    return {
        (name, str(path.relative_to(PACKAGE)))
        for path in files
        for name in expression.findall(path.read_text("utf-8"))
    }


def test_every_address_is_of_a_page_that_is_there(app):
    known = set(app.view_functions)
    known |= {f".{endpoint.partition('.')[2]}" for endpoint in known}  # of the blueprint that is asked
    found = named(PACKAGE, ADDRESSED)
    assert len(found) > 100
    assert {(name, file) for name, file in found if name not in known} == set()


def test_every_page_named_in_a_table_is_there(app):
    """Tabs, pages a tab stands for, and whatever else is quoted as a blueprint and a view of it."""
    quoted = named(PACKAGE / "blueprints", QUOTED) | named(PACKAGE / "templates", QUOTED)
    pages = {(name, file) for name, file in quoted if name.partition(".")[0] in app.blueprints}
    assert {(name, file) for name, file in pages if name not in {*app.view_functions, *NO_PAGE}} == set()


@pytest.mark.parametrize("role", Role)
def test_the_navigation_names_pages_and_blueprints_that_are_there(app, role):
    with app.test_request_context():
        places = navigation.PLACES[role]()
    assert {place.endpoint for place in places} <= set(app.view_functions)
    assert {name for place in places for name in place.blueprints} <= set(app.blueprints)
    assert HOMES[role] in app.view_functions
