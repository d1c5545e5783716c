"""Browsers are told to run nothing but our own files, and to show our pages in nobody's frame."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Response

from booking.blueprints.kit import http
from booking.blueprints.kit.access import anyone
from booking.blueprints.kit.static_files import gather


@pytest.fixture
def app(new_app):
    """These tests add pages and settings of their own."""
    return new_app


SHEET = f"/static/{gather().fingerprint}/css/site.css"


def test_a_page_carries_a_policy_without_holes(client):
    policy = client.get("/sign-in").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self'" in policy


def test_every_answer_is_protected(client):
    for path in ("/sign-in", "/nowhere", "/healthz", SHEET):
        answer = client.get(path)
        for name, value in http.ALWAYS.items():
            assert answer.headers[name] == value, (path, name)


def test_pages_are_kept_by_nobody_and_files_may_be(client):
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"
    assert client.get("/nowhere").headers["Cache-Control"] == "no-store"
    assert "no-store" not in client.get(SHEET).headers["Cache-Control"]


def test_a_view_may_say_otherwise_about_caching(app, client):
    def picture():
        return Response(b"", mimetype="image/png", headers={"Cache-Control": "private, max-age=60"})

    app.add_url_rule("/picture", "picture", anyone(picture))
    assert client.get("/picture").headers["Cache-Control"] == "private, max-age=60"


def test_a_pdf_can_be_looked_at_in_the_browser(app, client):
    app.add_url_rule("/pdf", "pdf", anyone(lambda: Response(b"%PDF", mimetype="application/pdf")))
    assert client.get("/pdf").headers["Content-Security-Policy"] == "frame-ancestors 'none'"


def test_production_is_reached_by_https_only(app, client):
    assert "Strict-Transport-Security" not in client.get("/sign-in").headers
    app.extensions["booking_config"] = replace(app.extensions["booking_config"], production=True)
    app._got_first_request = False
    http.init_headers(app)
    assert client.get("/sign-in").headers["Strict-Transport-Security"] == http.TWO_YEARS
