"""Everybody chooses language and colours, and lands where they were."""

from __future__ import annotations

import pytest

from booking.people.models import Role
from booking.people.passwords import hash_password


@pytest.fixture
def li(world):
    return world.member(world.enterprise(world.park()), Role.MANAGER)


def test_a_stranger_reads_english_if_they_like(client):
    page = client.get("/sign-in?next=/today").text
    assert 'name="next" value="/sign-in?next=/today"' in page, "one press, on the page itself"
    assert 'name="language" value="en"' in page
    answer = client.post("/preferences/language", data={"language": "en", "next": "/sign-in"})
    assert answer.headers["Location"] == "/sign-in#language-en", "to the button, which keeps the focus"
    page = client.get("/sign-in").text
    assert '<html lang="en"' in page
    assert 'id="language-en"' in page
    assert "Pages are in English now." in page
    assert '<html lang="zh-CN"' in post_language(client, "zh"), "whatever the browser prefers"


def post_language(client, language):
    client.post("/preferences/language", data={"language": language})
    return client.get("/sign-in", headers={"Accept-Language": "en-US,en;q=0.9"}).text


def test_who_chose_nothing_reads_what_their_browser_ranks_first(client, sign_in, li):
    """Chinese first, English on request: a browser that ranks English above Chinese asks for it."""
    answer = client.get("/sign-in", headers={"Accept-Language": "en-GB,en;q=0.9,zh-CN;q=0.8"})
    assert '<html lang="en"' in answer.text
    assert "Accept-Language" in answer.headers["Vary"]
    answer = client.get("/sign-in", headers={"Accept-Language": "zh-TW,zh;q=0.9,en;q=0.8"})
    assert '<html lang="zh-CN"' in answer.text
    member = sign_in(li)
    member.post("/preferences/language", data={"language": "zh"})
    answer = member.get("/today", headers={"Accept-Language": "en"})
    assert '<html lang="zh-CN"' in answer.text
    assert "Accept-Language" not in answer.headers.get("Vary", ""), "the account decides"


def test_a_members_language_is_kept_with_the_account(sign_in, li):
    sign_in(li).post("/preferences/language", data={"language": "en"})
    assert "Sign out" in sign_in(li).get("/more").text


def test_colours_stay_with_the_browser_until_the_device_decides_again(client):
    client.post("/preferences/theme", data={"theme": "dark"})
    assert 'data-bs-theme="dark"' in client.get("/preferences").text
    client.post("/preferences/theme", data={"theme": ""})
    page = client.get("/preferences").text
    assert "data-bs-theme" not in page
    assert "外观：跟随设备。" in page, "who hears the page is told what changed"


BROWSER = {"Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"}


@pytest.mark.parametrize(
    ("before", "clicked", "headers", "kept"),
    [
        (None, None, BROWSER, "en"),
        (None, None, {}, None),  # Chinese anyway, and English for a browser that asks for it later
        (None, "zh", BROWSER, "zh"),
        (None, "en", {}, "en"),
        ("zh", None, BROWSER, "zh"),  # chosen once: a browser changes nothing
        ("zh", "en", {}, "zh"),
    ],
)
def test_who_signs_in_gets_letters_in_the_language_the_door_was_read_in(
    client, li, session, before, clicked, headers, kept
):
    li.language, li.email, li.password_hash = before, "li@door.example", hash_password("a long password 1")
    session.commit()
    if clicked:
        client.post("/preferences/language", data={"language": clicked})
    form = {"email": li.email, "password": "a long password 1"}
    assert client.post("/sign-in", data=form, headers=headers).status_code == 302
    session.rollback()
    session.refresh(li)
    assert li.language == kept
    if kept == "en":
        assert "Sign out" in client.get("/more").text


def test_english_that_nobody_chose_is_not_shown_as_chosen_and_the_page_says_how_letters_speak(sign_in, li):
    """Whose browser came to ask for English after they had signed in reads it, and gets Chinese letters."""
    browser, words = sign_in(li), "Letters and reminders are in Chinese for now"
    page = browser.get("/more", headers=BROWSER).text
    assert words in page
    assert 'value="en" lang="en" aria-pressed="false"' in page
    browser.post("/preferences/language", data={"language": "en"})
    page = browser.get("/more", headers=BROWSER).text
    assert words not in page
    assert 'value="en" lang="en" aria-pressed="true"' in page


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
