"""Everybody chooses language and colours, and lands where they were."""

from __future__ import annotations

import pytest

from booking.people.models import Role


@pytest.fixture
def li(world):
    return world.member(world.enterprise(world.park()), Role.MANAGER)


def test_a_stranger_reads_english_if_they_like(client):
    page = client.get("/sign-in?next=/today").text
    assert 'name="next" value="/sign-in?next=/today"' in page, "one press, on the page itself"
    assert 'name="language" value="en"' in page
    answer = client.post("/preferences/language", data={"language": "en", "next": "/sign-in"})
    assert answer.headers["Location"] == "/sign-in"
    assert '<html lang="en"' in client.get("/sign-in").text


def test_a_members_language_is_kept_with_the_account(sign_in, li):
    sign_in(li).post("/preferences/language", data={"language": "en"})
    assert "Sign out" in sign_in(li).get("/more").text


def test_colours_stay_with_the_browser_until_the_device_decides_again(client):
    client.post("/preferences/theme", data={"theme": "dark"})
    assert 'data-bs-theme="dark"' in client.get("/preferences").text
    client.post("/preferences/theme", data={"theme": ""})
    assert "data-bs-theme" not in client.get("/preferences").text


@pytest.mark.parametrize("data", [{"language": "xx"}, {"theme": "pink"}])
def test_nothing_else_can_be_chosen(client, data):
    assert client.post(f"/preferences/{next(iter(data))}", data=data).status_code == 400


def test_choosing_leads_to_no_other_site(client):
    answer = client.post("/preferences/theme", data={"theme": "dark", "next": "https://evil.example"})
    assert answer.headers["Location"] == "/preferences"


@pytest.mark.parametrize("role", Role)
def test_more_offers_what_a_role_may_open(sign_in, world, role):
    park = world.park()
    member = world.member(world.enterprise(park) if role in {"member", "manager"} else park, role)
    page = sign_in(member).get("/more")
    assert page.status_code == 200
    assert member.name in page.text
