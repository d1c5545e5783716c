"""Every page belongs to a place of the navigation of each role that may enter it."""

from __future__ import annotations

import re

from booking.blueprints.kit.access import allowed_at
from booking.blueprints.kit.navigation import PLACES
from booking.people.models import Role

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


def test_places_are_drawn_for_this_reader_on_this_page_in_their_language(app, world, sign_in):
    park = world.park()
    readers = [world.member(world.enterprise(park)), world.member(park), world.member(park, Role.BRANCH)]
    browsers = [sign_in(reader) for reader in readers]
    firsts = {"zh": ["今天", "今天", "本月"], "en": ["Today", "Today", "This month"]}
    for language in ("zh", "en", "zh"):
        for browser, first in zip(browsers, firsts[language], strict=True):
            browser.post("/preferences/language", data={"language": language})
            page = browser.get("/more").text
            links = re.findall(r"<nav [^>]*>(.*?)</nav>", page, re.DOTALL)
            assert links[0].strip() == links[-1].strip(), "at the side and at the bottom"
            assert re.findall(r"<span>(.*?)</span>", links[0])[0] == first
            assert re.search(r'href="/more/?" aria-current="page"', links[0])
            assert links[0].count("aria-current") == 1
    assert 'href="/today" aria-current="page"' in browsers[0].get("/today").text
    at_root = browsers[0].get("/more", environ_overrides={"SCRIPT_NAME": "/park"}).text
    assert 'href="/park/today"' in at_root
