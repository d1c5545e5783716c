"""Every page belongs to a place of the navigation of each role that may enter it."""

from __future__ import annotations

from booking.blueprints.kit.access import allowed_at
from booking.blueprints.kit.navigation import PLACES

NO_PAGES = {"pictures", "programs", "static", "why", "door"}
"""What answers with no page of the frame: files, what programs ask, parts of pages, and what needs no one."""


def test_every_page_marks_a_place_of_its_reader(app):
    with app.test_request_context():
        places = {role: make() for role, make in PLACES.items()}
    lost = {
        f"{endpoint} for {role}"
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and (endpoint := rule.endpoint).partition(".")[0] not in NO_PAGES
        if not endpoint.endswith("pdf")
        for role in allowed_at(app, endpoint) or ()
        if not any(
            endpoint == place.endpoint or endpoint.partition(".")[0] in place.blueprints
            for place in places[role]
        )
    }
    assert not lost, sorted(lost)
