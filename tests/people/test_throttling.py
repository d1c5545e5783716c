"""Guessers are stopped and nobody else is: by figures, with a clock that is set."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, insert, select

from booking.jobs.job import run
from booking.jobs.worker import EVERY_FIVE_MINUTES, FORGET_ATTEMPTS
from booking.people.models import Role, SignInAttempt, TryKind
from booking.people.passwords import hash_password
from booking.people.rules import (
    ACCOUNT_TRIES,
    CROWDED_AT,
    DEVICE_TRIES,
    DEVICES_TRIES,
    PAIR_TRIES,
    PAIR_TRIES_IN_A_CROWD,
    RESET_ASKS,
    TRIES_WITHIN,
    TooManyTries,
    time_to_wait,
)
from booking.people.throttle import Trier, forget_try, throttle
from tests.harness.app import make_app, open_session

PASSWORD = "correct horse 42"
HASH = hash_password(PASSWORD)
PARK = "192.0.2.1"
HOUR = timedelta(hours=1)


@pytest.fixture
def enterprise(world):
    return world.enterprise(world.park())


@pytest.fixture
def li(world, enterprise):
    return world.member(enterprise, Role.MANAGER, email="li@people.example", password_hash=HASH)


def try_it(browser, email="li@people.example", password=PASSWORD, address=PARK):
    data = {"email": email, "password": password}
    answer = browser.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code in {302, 422, 429}
    return answer.status_code


def guessed(status):
    return status == 422


def test_forty_people_behind_one_address_mistype_three_times_in_an_hour_and_all_get_in(
    app, world, enterprise, standing_clock, now
):
    people = [world.member(enterprise, password_hash=HASH) for _ in range(40)]
    seconds = count()
    for mistyped in range(3):
        for member in people:
            standing_clock.set(now + timedelta(seconds=20 * next(seconds)))
            assert guessed(try_it(app.test_client(), member.email, f"wrong {mistyped}"))
    for member in people:
        assert try_it(app.test_client(), member.email) == 302
    assert standing_clock.instant - now < HOUR


def test_a_guesser_at_one_account_from_one_address_gets_ten_tries_an_hour(session, now):
    tries = _guessed_for_three_hours(session, now, lambda number: Trier("li@people.example", PARK))
    assert max(_in_any_hour(tries)) == 2 * PAIR_TRIES == 10


def test_from_a_thousand_addresses_thirty_an_hour_and_the_owner_gets_in_all_the_while(session, now):
    def owner(instant):
        known = Trier("li@people.example", PARK, device="a device that signed in before")
        forget_try(session, throttle(session, known, now=instant))

    def guesser(number):
        return Trier("li@people.example", f"198.51.{number % 1000 // 250}.{number % 250}")

    tries = _guessed_for_three_hours(session, now, guesser, meanwhile=owner)
    assert max(_in_any_hour(tries)) == 2 * ACCOUNT_TRIES == 30


def _guessed_for_three_hours(session, now, guesser, meanwhile=lambda instant: None):
    """Guess every 50 seconds, forty times at once about each half hour; give when it was let through."""
    tries, numbers = [], count()
    for step in range(0, 3 * 3600, 50):
        instant = now + timedelta(seconds=step)
        for _ in range(40 if step % 1800 in {0, 1750} else 1):
            try:
                throttle(session, guesser(next(numbers)), now=instant)
            except TooManyTries:
                continue
            tries.append(instant)
        meanwhile(instant)
    return tries


def _in_any_hour(tries):
    return [sum(start <= other < start + HOUR for other in tries) for start in tries]


def crowd(session, now, address=PARK):
    """Let a guest on the network have tried as many accounts as make a crowd."""
    rows = [{"account": f"{number}@x.example", "address": address, "at": now} for number in range(CROWDED_AT)]
    session.execute(insert(SignInAttempt), rows)
    session.commit()


def test_one_guest_on_the_parks_network_cannot_keep_a_stranger_out(app, world, enterprise, session, now):
    crowd(session, now)
    assert guessed(try_it(app.test_client(), "guess@people.example", "123456")), "and goes on"
    stranger = world.member(enterprise, email="stranger@people.example", password_hash=HASH)
    for _ in range(PAIR_TRIES_IN_A_CROWD - 1):
        assert guessed(try_it(app.test_client(), stranger.email, "mistyped"))
    assert try_it(app.test_client(), stranger.email) == 302


def test_who_tries_hundreds_of_accounts_gets_fewer_tries_at_each(app, client, li, session, now):
    assert try_it(client) == 302, "once, so the device is known"
    crowd(session, now)
    guest = app.test_client()
    tries = [guessed(try_it(guest, password=f"guess {number}")) for number in range(10)]
    assert sum(tries) == PAIR_TRIES_IN_A_CROWD
    assert try_it(app.test_client(), address="198.51.100.1") == 302, "elsewhere nothing has changed"
    assert try_it(client) == 302, "a known device is not touched by it"


def test_the_owner_on_a_new_device_gets_in_elsewhere_while_one_guest_guesses(app, li):
    for number in range(20):
        try_it(app.test_client(), password=f"guess {number}")
    assert try_it(app.test_client()) == 429
    assert try_it(app.test_client(), address="198.51.100.1") == 302


def test_the_page_says_how_long_to_wait_and_what_helps_at_once(app, li):
    for number in range(PAIR_TRIES):
        try_it(app.test_client(), password=f"guess {number}")
    answer = app.test_client().post(
        "/sign-in", data={"email": li.email, "password": PASSWORD}, environ_base={"REMOTE_ADDR": PARK}
    )
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= TRIES_WITHIN.total_seconds()
    for words in ("请等 30 分钟", "忘记密码", "登录过的设备"):
        assert words in answer.text


def copy_of(browser, app):
    """Take the cookie by which a device is known to another one, as somebody could who saw it."""
    thief = app.test_client()
    thief.set_cookie("device", browser.get_cookie("device").value)
    return thief


def guesses(browser, times=30, **more):
    """Count how many guesses are let through."""
    return sum(guessed(try_it(browser, password=f"guess {number}", **more)) for number in range(times))


def test_who_holds_a_copy_of_a_device_cookie_guesses_as_often_again_as_any_stranger(app, client, li):
    try_it(client)
    assert guesses(copy_of(client, app)) == DEVICE_TRIES + PAIR_TRIES == 10
    assert try_it(app.test_client(), address="198.51.100.1") == 302, "its guesses touch nobody else"


def test_a_thief_who_uses_the_device_up_does_not_keep_the_owner_out_on_it(app, client, li):
    try_it(client)
    assert guesses(copy_of(client, app), address="203.0.113.66") == 10
    client.post("/sign-out")
    assert guessed(try_it(client, password="mistyped")), "counted as any stranger's from here on"
    assert try_it(client) == 302
    assert guesses(copy_of(client, app), times=1) == 1, "and the device has a key of its own again"


def test_signing_in_to_another_account_renews_nothing_of_this_one(app, client, world, enterprise, li):
    world.member(enterprise, email="thief@people.example", password_hash=HASH)
    try_it(client)
    thief = copy_of(client, app)
    got = 0
    for _ in range(8):
        got += guesses(thief, times=7)
        assert try_it(thief, "thief@people.example") == 302
        thief.post("/sign-out")
    assert got == DEVICE_TRIES + PAIR_TRIES == 10


def test_copies_of_many_ages_from_a_thousand_addresses_guess_fifty_times_an_hour(session, now):
    def guesser(number):
        address = f"198.51.{number % 1000 // 250}.{number % 250}"
        return Trier("li@people.example", address, device=f"a key of {number % 4} times before")

    tries = _guessed_for_three_hours(session, now, guesser)
    assert max(_in_any_hour(tries)) == 2 * (DEVICES_TRIES + ACCOUNT_TRIES) == 50


def test_old_copies_leave_the_owners_own_device_alone(app, client, li):
    try_it(client)
    thief = copy_of(client, app)
    client.post("/sign-out")
    try_it(client)
    client.post("/sign-out")
    for number in range(DEVICE_TRIES + ACCOUNT_TRIES):
        assert guessed(try_it(thief, password=f"guess {number}", address=f"203.0.113.{number}"))
    assert try_it(app.test_client(), address="198.51.100.1") == 429, "a device that nobody knows waits"
    assert try_it(client) == 302


def test_a_copy_is_worth_nothing_half_a_year_after_that_account_signed_in(
    app, client, world, enterprise, li, standing_clock, now
):
    world.member(enterprise, email="thief@people.example", password_hash=HASH)
    try_it(client)
    thief = copy_of(client, app)
    for days in (100, 190):
        standing_clock.set(now + timedelta(days=days))
        assert try_it(thief, "thief@people.example") == 302, "which keeps the cookie, not what is in it"
        thief.post("/sign-out")
    assert guesses(thief) == PAIR_TRIES


def test_a_cookie_from_before_accounts_had_keys_of_their_own_is_worth_nothing_and_does_no_harm(app, li):
    earlier = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="known device")
    browser = app.test_client()
    browser.set_cookie("device", earlier.dumps(["key", {str(li.id): li.session_version}]))
    assert guesses(browser) == PAIR_TRIES
    assert try_it(browser, address="198.51.100.1") == 302
    assert guesses(browser) == DEVICE_TRIES, "known from now on"


@pytest.mark.parametrize("cookie", ["", "nonsense", "W10.abc.def"])
def test_a_device_cookie_that_is_not_ours_is_worth_nothing(app, li, cookie):
    thief = app.test_client()
    thief.set_cookie("device", cookie)
    tries = [guessed(try_it(thief, password=f"guess {number}")) for number in range(30)]
    assert sum(tries) == PAIR_TRIES


def test_a_device_is_known_for_its_own_accounts_only(app, world, enterprise, li):
    wang = world.member(enterprise, email="wang@people.example", password_hash=HASH)
    shared = app.test_client()
    assert try_it(shared, wang.email) == 302
    shared.post("/sign-out")
    for number in range(PAIR_TRIES):
        try_it(app.test_client(), password=f"guess {number}")
    assert try_it(shared) == 429, "never used by Li"
    for number in range(PAIR_TRIES):
        try_it(app.test_client(), wang.email, password=f"guess {number}")
    assert try_it(shared, wang.email) == 302


def test_a_device_may_be_known_for_several_accounts(app, world, enterprise, li):
    wang = world.member(enterprise, email="wang@people.example", password_hash=HASH)
    shared = app.test_client()
    for email in (li.email, wang.email):
        assert try_it(shared, email) == 302
        shared.post("/sign-out")
    for email in (li.email, wang.email):
        for number in range(PAIR_TRIES):
            try_it(app.test_client(), email, f"guess {number}")
        assert try_it(shared, email) == 302


def test_out_on_every_device_means_that_none_is_known_any_more(app, client, li):
    phone = app.test_client()
    for browser in (client, phone):
        assert try_it(browser) == 302
    client.post("/account/sign-out-everywhere")
    for number in range(PAIR_TRIES):
        try_it(app.test_client(), password=f"guess {number}")
    assert try_it(phone) == 429


def test_the_device_on_which_the_password_was_changed_stays_known(app, client, li):
    phone = app.test_client()
    for browser in (client, phone):
        assert try_it(browser) == 302
    new = "a fine new phrase"
    assert client.post("/account/password", data={"present": PASSWORD, "password": new}).status_code == 302
    client.post("/sign-out")
    for number in range(PAIR_TRIES):
        try_it(app.test_client(), password=f"guess {number}")
    assert try_it(client, password=new) == 302
    assert try_it(phone, password=new) == 429


def test_a_mistype_before_the_right_password_is_remembered_but_the_right_one_never_counts(app, li, session):
    for _ in range(PAIR_TRIES - 1):
        try_it(app.test_client(), password="mistyped")
    for _ in range(3):
        assert try_it(app.test_client()) == 302
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == PAIR_TRIES - 1


def test_the_present_password_is_guessed_no_faster_in_an_open_session(app, sign_in, li):
    here = sign_in(li)
    guesses = [
        {"present": f"guess {number}", "password": "a fine new phrase"} for number in range(PAIR_TRIES + 1)
    ]
    said = [here.post("/account/password", data=guess).text for guess in guesses]
    assert [("现在的密码不对" in text) for text in said] == [True] * PAIR_TRIES + [False]
    assert "请等 30 分钟" in said[-1]
    assert try_it(app.test_client()) == 302, "the door is not touched by it"


def test_guessing_at_the_door_does_not_keep_the_owner_from_changing_the_password(app, sign_in, li):
    for number in range(ACCOUNT_TRIES + 1):
        try_it(app.test_client(), password=f"guess {number}", address=f"198.51.100.{number}")
    change = {"present": PASSWORD, "password": "a fine new phrase"}
    assert sign_in(li).post("/account/password", data=change).status_code == 302


def test_asking_for_a_link_is_limited_by_itself(app, client, world, enterprise, li, session, now):
    for number in range(PAIR_TRIES):
        try_it(app.test_client(), password=f"guess {number}")
    assert client.post("/forgotten", data={"email": li.email}).status_code == 302, (
        "who cannot sign in may ask"
    )
    asked(session, now, RESET_ASKS - 1)
    flooded = client.post("/forgotten", data={"email": "one-more@people.example"})
    assert "请等" in flooded.text
    elsewhere = {"REMOTE_ADDR": "198.51.100.1"}
    assert client.post("/forgotten", data={"email": li.email}, environ_base=elsewhere).status_code == 302
    wang = world.member(enterprise, password_hash=HASH)
    assert try_it(app.test_client(), wang.email, address="127.0.0.1") == 302, "asking keeps nobody out"


def test_a_device_that_signed_in_before_may_ask_whatever_others_ask(app, client, li, session, now):
    assert try_it(client, address="127.0.0.1") == 302
    asked(session, now, RESET_ASKS)
    assert app.test_client().post("/forgotten", data={"email": li.email}).status_code == 429
    client.post("/sign-out")
    assert client.post("/forgotten", data={"email": li.email}).status_code == 302


def asked(session, now, times, address="127.0.0.1"):
    row = {"kind": TryKind.RESET, "account": "", "address": address, "at": now}
    session.execute(insert(SignInAttempt), [row] * times)
    session.commit()


def test_nothing_that_is_typed_at_the_door_is_counted_as_anything_else(app, client, sign_in, li):
    for typed in (f"present password of {li.id}", f"{li.id}", "reset from 127.0.0.1"):
        for number in range(ACCOUNT_TRIES + 1):
            try_it(app.test_client(), typed, "guess", address=f"198.51.100.{number}")
    assert client.post("/forgotten", data={"email": li.email}).status_code == 302
    change = {"present": PASSWORD, "password": "a fine new phrase"}
    assert sign_in(li).post("/account/password", data=change).status_code == 302


def test_tries_from_before_a_clock_was_set_back_count_as_if_made_now_until_a_job_dates_them_anew(
    app, li, session, standing_clock, now
):
    standing_clock.set(now + timedelta(hours=20))
    assert guesses(app.test_client()) == PAIR_TRIES
    standing_clock.set(now)
    answer = app.test_client().post(
        "/sign-in", data={"email": li.email, "password": PASSWORD}, environ_base={"REMOTE_ADDR": PARK}
    )
    assert answer.status_code == 429, "a guesser gains nothing"
    assert answer.headers["Retry-After"] == "1800"
    standing_clock.set(now + timedelta(seconds=EVERY_FIVE_MINUTES))
    with app.app_context():
        assert run(FORGET_ATTEMPTS).done == 1
        assert run(FORGET_ATTEMPTS).done == 0
    assert guesses(app.test_client()) == 0
    standing_clock.set(now + timedelta(seconds=EVERY_FIVE_MINUTES) + TRIES_WITHIN)
    assert try_it(app.test_client()) == 302, "the owner waits for half an hour, not for a day"


@pytest.mark.parametrize("production", [False, True])
def test_the_device_cookie_is_as_hard_as_the_session(sqlite_database, li, production):
    app = make_app(sqlite_database, production=production, base_url="https://park.example")
    answer = app.test_client().post(
        "/sign-in", data={"email": li.email, "password": PASSWORD}, base_url="https://park.example"
    )
    [cookie] = [text for text in answer.headers.getlist("Set-Cookie") if "device=" in text]
    assert cookie.startswith("__Host-device=" if production else "device=")
    for part in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert ("Secure" in cookie) is production
    assert "Domain" not in cookie
    assert li.email not in cookie


def test_many_guesses_at_once_are_counted_each(on_both_engines, app_on, now):
    app = app_on(on_both_engines)

    def guess(number):
        with open_session(app) as session:
            session.connection(execution_options={"writes": True})
            try:
                trier = Trier("li@people.example", f"192.0.2.{number % 12}")
                throttle(session, trier, now=now)
            except TooManyTries:
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(guess, [1] * 24)) == PAIR_TRIES
        assert sum(pool.map(guess, range(36))) == ACCOUNT_TRIES - PAIR_TRIES


@pytest.mark.parametrize(
    ("ages", "allowed", "wait"),
    [
        ([], 5, 0),
        ([1, 2, 3, 4], 5, 0),
        ([1, 2, 3, 4, 5], 5, 25),  # the fifth last was five minutes ago: 25 to go
        ([0, 0, 0, 0, 0], 5, 30),
        ([1, 2, 3, 4, 5], 3, 27),
        ([29, 29, 29], 3, 1),
        ([-600, -600, 29], 3, 1),
        ([-600, -600, -600, 29], 3, 30),  # dated ten hours ahead: as if made now
    ],
)
def test_one_waits_until_the_oldest_of_the_allowed_tries_is_half_an_hour_old(ages, allowed, wait, now):
    at = [now - timedelta(minutes=age) for age in ages]
    assert time_to_wait(at, allowed, now) == timedelta(minutes=wait)
