"""Measures pages and verbs over HTTP."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from flask import Flask, url_for
from sqlalchemy import create_engine, event, func, insert, select

from bench import machine
from bench.client import Browser, Forms, Measured, drive, session_cookie
from booking.app import create_app
from booking.config import Config
from booking.db import Base, db
from booking.db.engine import tune
from booking.values import Money
from tests.harness.schema import TEST_SECRET
from tests.harness.slowest import yardstick

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from bench.seed import Bench

CLIENTS = 8
reservations = Base.metadata.tables["reservation"]
stays = Base.metadata.tables["stay"]
claims = Base.metadata.tables["occupancy"]
waits = Base.metadata.tables["wait"]
HEAD = (
    "| what | queries | server CPU, ms | in yardsticks | p50, ms | p95, ms | requests/s |\n"
    "|---|--:|--:|--:|--:|--:|--:|"
)


@dataclass
class Place:
    """Where it is measured: the app, for addresses and counting queries, and the server's browsers."""

    app: Flask
    bench: Bench
    browsers: Sequence[Browser]
    cpu: Callable[[], float]
    requests: int

    def address(self, endpoint: str, **values: object) -> str:
        """Give the path of a page."""
        with self.app.test_request_context():
            return url_for(endpoint, **values)  # type: ignore[arg-type]

    def tell(self, what: str, acts: Sequence[Callable[[Browser], object]], queries: int) -> None:
        """Warm up, do the acts, print the row; the yardstick is taken before and after."""
        warm = max(1, len(acts) // 10)
        drive(acts[:warm], self.browsers, self.cpu)
        before = yardstick()
        row: Measured = drive(acts[warm:], self.browsers, self.cpu)
        print(
            f"| {what} | {queries} | {row.cpu:.1f} | {row.cpu / ((before + yardstick()) / 2):.2f} |"
            f" {row.p50:.1f} | {row.p95:.1f} | {row.rate:.0f} |",
            flush=True,
        )

    def queries(self, act: Callable[[Browser], object], browser: Browser) -> int:
        """Count the statements one request takes, in this process."""
        seen: list[str] = []
        with self.app.app_context():
            engine = db.engine

        def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        here = _InProcess(self.app, browser)
        act(here)  # type: ignore[arg-type]  # what is kept in memory is there, as on a server that runs
        event.listen(engine, "before_cursor_execute", note)
        act(here)  # type: ignore[arg-type]
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)


class _InProcess:
    """Looks like a browser, but asks the app in this process, where statements can be counted."""

    def __init__(self, app: Flask, like: Browser) -> None:
        self.client = app.test_client()
        name, _, value = like.cookie.partition("=")
        self.client.set_cookie(name, value)

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"GET {path}: {answer.status_code}\n{answer.text[:2000]}")
        return answer.text

    def post(self, path: str, fields: dict[str, str]) -> str:
        return self.client.post(path, data=fields).headers.get("Location", "")


def measure(url: str, bench: Bench, requests: int, pids: tuple[int, ...], folder: Path) -> None:
    """Measure what is asked for most: pages to book from, a reservation, a check-out."""
    app = create_app(
        Config(database_url=url, secret_key=TEST_SECRET, log_level="WARNING", statement_timeout=0)
    )
    with machine.web(url, folder / "web.log") as (address, pid):
        cookies = [session_cookie(url, one) for one in bench.member_ids[:CLIENTS]]
        browsers = [Browser(address, cookie) for cookie in cookies]
        place = Place(app, bench, browsers, lambda: machine.cpu_seconds(pid, *pids), requests)
        print(HEAD, flush=True)
        _empty(place, url, folder)
        _day(place)
        _search(place)
        _week(place)
        _today(place)
        _reserve(place)
        _repeat(place)
        _move_up(place, url)
        _check_out(place, url)
    with app.app_context():
        db.engine.dispose()


def _empty(place: Place, url: str, folder: Path) -> None:
    """Measure an empty Flask page, beside which others' machines can be compared."""
    with machine.web(url, folder / "empty.log", "bench.machine:empty_app()") as (address, pid):
        cookies = [one.cookie for one in place.browsers]
        browsers = [Browser(address, cookie) for cookie in cookies]
        bare = replace(place, browsers=browsers, cpu=lambda: machine.cpu_seconds(pid))
        bare.tell("an empty Flask page", [lambda browser: browser.get("/")] * place.requests * 5, 0)


def _day(place: Place) -> None:
    path = place.address("calendar.day", kind="meeting_room", day=place.bench.shown.isoformat())
    page = place.browsers[0].get(path)
    assert page.count("is-busy") + page.count("is-mine") >= 140, "the day page shows its claims"

    def look(browser: Browser) -> object:
        return browser.get(path)

    place.tell(
        "day page, 50 rooms, 140 claims", [look] * place.requests, place.queries(look, place.browsers[0])
    )


def _search(place: Place) -> None:
    day = place.bench.shown.isoformat()
    path = place.address(
        "calendar.search", kind="workstation", day=day, starts="10:00", ends="11:00", people=1
    )

    def look(browser: Browser) -> object:
        return browser.get(path)

    place.tell("search over 2,000 desks", [look] * place.requests, place.queries(look, place.browsers[0]))


def _week(place: Place) -> None:
    path = place.address("calendar.week", space_id=place.bench.room_ids[0], day=place.bench.shown.isoformat())

    def look(browser: Browser) -> object:
        return browser.get(path)

    place.tell("a room's week", [look] * place.requests, place.queries(look, place.browsers[0]))


def _today(place: Place) -> None:
    path = place.address("today.index")

    def look(browser: Browser) -> object:
        return browser.get(path)

    place.tell("today", [look] * place.requests, place.queries(look, place.browsers[0]))


DAYS_AHEAD = 28


def _form_path(place: Place, number: int) -> str:
    """Give the form of a slot of its own: another desk, day and hour for each number.

    The hour is the first to change, and then the day: nobody sits at fifty desks at one time.
    """
    desks = place.bench.desk_ids
    hour, day = 9 + number % 10, place.bench.shown + timedelta(days=1 + number // 10 % DAYS_AHEAD)
    desk = desks[number % len(desks)]
    start, end = f"{day}T{hour:02d}:00", f"{day}T{hour + 1:02d}:00"
    return place.address("reservations.new", space=desk, start=start, end=end)


def _reserve(place: Place) -> None:
    numbers = iter(range(10**9))

    def form_and_post(browser: Browser) -> object:
        path = _form_path(place, next(numbers))
        where, fields = Forms(browser.get(path)).to("reserv|^$")
        return browser.post(where or path, fields)

    queries = place.queries(form_and_post, place.browsers[0])
    place.tell("reservation, form and POST", [form_and_post] * place.requests, queries)
    forms = {}
    for browser in place.browsers:
        forms[id(browser)] = Forms(browser.get(_form_path(place, next(numbers)))).to("reserv|^$")

    def post(browser: Browser) -> object:
        path = _form_path(place, next(numbers))
        where, fields = forms[id(browser)]
        before = browser.cookie  # who follows to the page that says it is done does not carry that along
        try:
            return browser.post(where or path, _same_form_for(fields, path))
        finally:
            browser.cookie = before

    def post_once(browser: Browser) -> object:
        where, fields = Forms(place.browsers[0].get(_form_path(place, next(numbers)))).to("reserv|^$")
        return browser.post(where, fields)

    place.tell(
        "reservation, POST alone", [post] * place.requests, place.queries(post_once, place.browsers[0])
    )


OCCURRENCES = 50
REPEATS = 8  # of how many single bookings one series is; it may cost five


def _repeat(place: Place) -> None:
    """Book a series of 50 days at once, each on a desk of its own in an hour that nobody else takes."""
    numbers = iter(range(len(place.bench.desk_ids)))
    day = place.bench.shown + timedelta(days=1)
    hours = {"start": f"{day}T19:00", "end": f"{day}T20:00", "repeat": f"FREQ=DAILY;COUNT={OCCURRENCES}"}
    path = place.address("series.new", space=place.bench.desk_ids[0], **hours)
    forms = {id(one): Forms(one.get(path)).to("series") for one in place.browsers}

    def post(browser: Browser) -> object:
        where, fields = forms[id(browser)]
        fresh = {"idempotency_key": secrets.token_urlsafe(12)}
        return browser.post(where, fields | fresh | {"space": f"{place.bench.desk_ids[next(numbers)]}"})

    def post_once(browser: Browser) -> object:
        where, fields = Forms(place.browsers[0].get(path)).to("series")
        return browser.post(where, fields | {"space": f"{place.bench.desk_ids[next(numbers)]}"})

    queries = place.queries(post_once, place.browsers[0])
    place.tell(f"series of {OCCURRENCES}, POST alone", [post] * (place.requests // REPEATS), queries)


def _same_form_for(fields: dict[str, str], path: str) -> dict[str, str]:
    """Fill the same form for another slot, as typing into it would; each has its own one-time key."""
    asked = dict(part.split("=") for part in path.partition("?")[2].replace("%3A", ":").split("&"))
    day, _, start = asked["start"].partition("T")
    typed = {"space": asked["space"], "day": day, "start": start, "end": asked["end"].partition("T")[2]}
    fresh = {"idempotency_key": secrets.token_urlsafe(12)}
    return {**fields, **{name: value for name, value in typed.items() if name in fields}, **fresh}


def _check_out(place: Place, url: str) -> None:
    """Every browser's member leaves stays of its own."""
    waiting = _open_stays(place, url)
    first = place.browsers[0]
    token = {id(one): _token(place, one) for one in place.browsers}

    def leave(browser: Browser) -> object:
        path = place.address("today.leave", stay_id=waiting[place.browsers.index(browser)].pop())
        return browser.post(path, {"csrf_token": token[id(browser)]})

    def leave_once(browser: Browser) -> object:
        path = place.address("today.leave", stay_id=waiting[0].pop())
        return browser.post(path, {"csrf_token": token[id(first)]})

    place.tell("check-out", [leave] * place.requests, place.queries(leave_once, first))


def _move_up(place: Place, url: str) -> None:
    """Every browser's member gives back times of its own, which are then held for who waits for them."""
    booked = _waited_for(place, url)
    first = place.browsers[0]
    token = {id(one): _token(place, one) for one in place.browsers}

    def give_back(browser: Browser) -> object:
        path = place.address(
            "reservations.cancel", reservation_id=booked[place.browsers.index(browser)].pop()
        )
        before = browser.cookie
        try:
            return browser.post(path, {"csrf_token": token[id(browser)]})
        finally:
            browser.cookie = before

    def give_back_once(browser: Browser) -> object:
        path = place.address("reservations.cancel", reservation_id=booked[0].pop())
        return browser.post(path, {"csrf_token": token[id(first)]})

    queries = place.queries(give_back_once, first)
    place.tell("cancelled, and held for who waits", [give_back] * place.requests, queries)
    engine = create_engine(url)
    with engine.connect() as connection:
        held = connection.scalar(select(func.count()).select_from(waits).where(waits.c.state == "offered"))
    engine.dispose()
    assert (held or 0) >= place.requests, "each is held for somebody"


def _waited_for(place: Place, url: str) -> list[list[int]]:
    """Book a desk a number for each measured member, in an hour that another enterprise waits for."""
    made: list[list[int]] = [[] for _ in place.browsers]
    engine = create_engine(url)
    tune(engine)
    start = datetime.combine(place.bench.shown + timedelta(days=2), time(12), UTC)
    each = min(2 * place.requests // CLIENTS + 4, len(place.bench.desk_ids) // CLIENTS)
    with engine.connect().execution_options(writes=True) as connection:
        for number in range(each * CLIENTS):
            who, desk = number % CLIENTS, place.bench.desk_ids[number]
            made[who].append(_booked_and_waited_for(connection, place.bench, who, desk, start))
        connection.commit()
    engine.dispose()
    return made


def _booked_and_waited_for(connection: Connection, bench: Bench, who: int, desk: int, start: datetime) -> int:
    span = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
    common = {"park_id": bench.park_id, "space_id": desk, **span}
    mine = {"enterprise_id": who + 1, "member_id": bench.member_ids[who]}
    booked = {"state": "booked", "quote": Money(800), "purpose": "", "people": 1, "version": 1}
    facts = {**common, **mine, **booked, "created_at": start - timedelta(days=30)}
    one = connection.execute(insert(reservations).values(facts).returning(reservations.c.id)).scalar_one()
    claim = {**common, "space_kind": "workstation", "enterprise_id": who + 1, "reservation_id": one}
    connection.execute(insert(claims).values(claim))
    other = CLIENTS + who
    waiting = {"enterprise_id": other + 1, "member_id": bench.member_ids[other], "state": "waiting"}
    wanted = {"kind": "workstation", "people": 1, "purpose": "", "equipment": []}
    connection.execute(
        insert(waits).values({**common, **waiting, **wanted, "created_at": start - timedelta(days=29)})
    )
    return int(one)


def _token(place: Place, browser: Browser) -> str:
    return Forms(browser.get(place.address("more.index"))).to("")[1]["csrf_token"]


def _open_stays(place: Place, url: str) -> list[list[int]]:
    """Let each measured member be in many places: stays that began an hour ago, plenty for each."""
    now = datetime.now(UTC)
    made: list[list[int]] = [[] for _ in place.browsers]
    engine = create_engine(url)
    tune(engine)
    each = min(place.requests, len(place.bench.desk_ids) // CLIENTS)
    with engine.connect().execution_options(writes=True) as connection:
        for number in range(each * CLIENTS):
            who = number % CLIENTS
            made[who].append(_open_stay(connection, place.bench, number, who, now))
        connection.commit()
    engine.dispose()
    return made


def _open_stay(connection: Connection, bench: Bench, number: int, who: int, now: datetime) -> int:
    start, end = now - timedelta(minutes=50), now + timedelta(minutes=9)
    facts = {
        "park_id": bench.park_id,
        "enterprise_id": who + 1,
        "space_id": bench.desk_ids[number],
    }
    reservation = {
        "member_id": bench.member_ids[who],
        "starts_at": start,
        "ends_at": end,
        "state": "in_use",
        "quote": Money(16000),
        "created_at": start,
        "purpose": "",
        "people": 1,
        "version": 2,
    }
    stay = {
        "member_id": bench.member_ids[who],
        "space_kind": "workstation",
        "started_at": start,
        "held_until": end,
        "needs_review": False,
        "version": 1,
    }
    kept = insert(reservations).values(facts | reservation).returning(reservations.c.id)
    reservation_id = connection.execute(kept).scalar_one()
    came = insert(stays).values(facts | stay | {"reservation_id": reservation_id}).returning(stays.c.id)
    claim = {
        "space_kind": "workstation",
        "starts_at": start,
        "ends_at": end,
        "reservation_id": reservation_id,
    }
    connection.execute(insert(claims).values(facts | claim))
    return int(connection.execute(came).scalar_one())
