"""A Host header is whatever the caller says: no answer repeats one, and production knows its own name."""

from __future__ import annotations

import pytest

from booking.blueprints.kit.access import anyone
from tests.harness.app import close, make_app

FOREIGN = {"Host": "evil.example"}


@pytest.fixture
def production(sqlite_database):
    app = make_app(sqlite_database, production=True, base_url="https://space.example", proxies=1)
    app.add_url_rule("/with/", "with_slash", with_slash)
    yield app.test_client()
    close(app)


@anyone
def with_slash():
    return "here"


def test_production_answers_to_its_own_name_alone(production):
    assert production.get("/sign-in", headers={"Host": "space.example"}).status_code == 200
    assert production.get("/sign-in", headers={"Host": "Space.Example:443"}).status_code == 200
    refused = production.get("/sign-in", headers=FOREIGN)
    assert refused.status_code == 400
    assert "evil.example" not in refused.text + str(refused.headers)


def test_a_proxy_may_hand_on_the_name_and_nobody_else_s(production):
    ours = {"Host": "127.0.0.1:8000", "X-Forwarded-Host": "space.example", "X-Forwarded-Proto": "https"}
    assert production.get("/sign-in", headers=ours).status_code == 200
    assert production.get("/sign-in", headers=ours | {"X-Forwarded-Host": "evil.example"}).status_code == 400


def test_the_router_s_own_redirects_name_no_host(production, new_app):
    assert production.get("/with", headers=FOREIGN).status_code == 400
    answer = production.get("/with?a=1", headers={"Host": "space.example"})
    assert (answer.status_code, answer.headers["Location"]) == (308, "/with/?a=1")
    new_app.add_url_rule("/with/", "with_slash", with_slash)
    answer = new_app.test_client().get("/with", headers=FOREIGN)
    assert (answer.status_code, answer.headers["Location"]) == (308, "/with/")
    answer = new_app.test_client().get("//evil.example//with", headers=FOREIGN)
    assert not answer.headers.get("Location", "/").startswith("//")


def test_who_watches_may_ask_a_machine_by_its_number(production):
    for path in ("/alive", "/ready", "/late", "/healthz"):
        assert production.get(path, headers={"Host": "10.0.0.5:8000"}).status_code != 400


def test_at_home_any_name_will_do(app):
    for host in ("127.0.0.1:5123", "192.168.1.20:5000", "laptop.local", "localhost"):
        assert app.test_client().get("/sign-in", headers={"Host": host}).status_code == 200


def test_production_s_session_is_its_host_s_own(production):
    facts = {"data": {"language": "en"}, "base_url": "https://space.example"}
    answer = production.post("/preferences/language", **facts)
    [cookie] = [line for line in answer.headers.getlist("Set-Cookie") if "session=" in line]
    assert cookie.startswith("__Host-session=")
    assert "; Secure" in cookie
    assert "; Path=/" in cookie
    assert "Domain" not in cookie
