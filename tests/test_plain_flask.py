"""Addresses are Flask's own, however they are made."""

from __future__ import annotations

from datetime import date, time

import pytest
from flask import Flask, url_for

from booking.spaces.models import Kind

SAID: tuple[dict[str, object], ...] = (
    {},
    {"day": date(2026, 11, 28), "kind": Kind.MEETING_ROOM, "people": 3, "until": None},
    {"starts": "09:30", "at": time(9, 30), "purpose": "周会 & 50%/+#?=", "yes": True, "empty": ""},
    {"equipment": ["屏幕", "白板"], "of": {"a"}, "day": "2026-11-28"},
    {"none": None},
    {"q": "a b", "_anchor": "下面"},
    {"_external": True, "day": 1},
)


@pytest.mark.parametrize("at", ["/today", "/month/?projector=2026-10", "/reservations/new?x=1"])
@pytest.mark.parametrize("root", ["", "/park"])
def test_every_page_has_the_address_that_flask_gives(app, at, root):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if not rule.arguments}
    assert len(endpoints) > 80
    with app.test_request_context(at, environ_overrides={"SCRIPT_NAME": root}):
        for endpoint in sorted(endpoints):
            for said in SAID:
                assert url_for(endpoint, **said) == Flask.url_for(app, endpoint, **said), endpoint


def test_what_has_a_part_that_varies_or_stands_beside_is_left_to_flask(app):
    with app.test_request_context("/reservations/new"):
        assert url_for("reservations.show", reservation_id=7) == "/reservations/7"
        assert url_for(".create", step="price") == "/reservations/new?step=price"
    with app.app_context():
        app.config["SERVER_NAME"] = None
        with pytest.raises(RuntimeError, match="outside an active request"):
            url_for("today.index")
