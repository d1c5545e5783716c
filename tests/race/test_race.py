"""The race: sixteen people press the same button at once, and each slot has exactly one winner.

Over HTTP, through the real forms with their CSRF tokens, against gunicorn with four workers, on each
engine. One server an engine serves all of them, each in a park of its own. How long the losers waited is
printed with `-s`, and judged by nobody: that depends on the machine.
"""

from __future__ import annotations

import http.client
import itertools
import os
import re
import shutil
import statistics
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import func, select

from booking.activities.models import ActivityKind, Audience, SignUp
from booking.activities.plan_activity import ActivityPlan, plan_activity
from booking.activities.publish import publish
from booking.audit.actions import Actor, BookingRights
from booking.mail.outbox import LetterText
from booking.parks.models import Park
from booking.people.models import Enterprise, Role
from booking.reservations.approval.proposals import propose
from booking.reservations.models import Occupancy, Reservation, ReservationChange, ReservationState
from booking.reservations.quotas.models import Quota
from booking.reservations.quotas.rules import Per, QuotaPeriod
from booking.reservations.reserve import reserve
from booking.reservations.series.models import Series, WishedOccurrence
from booking.spaces.models import Kind
from booking.values import Money, Span
from tests.harness.app import open_session
from tests.harness.postgres import new_database
from tests.harness.run import HANGS
from tests.harness.schema import TEST_SECRET
from tests.harness.times import SHANGHAI
from tests.harness.world import World

pytestmark = [pytest.mark.race, pytest.mark.timeout(900)]

RUNNERS = 16
WORKERS = 4
SLOTS = int(os.environ.get("RACE_SLOTS", "16"))
"""Of the first race; a plain INSERT there met a deadlock in three slots of four."""
QUARTER = timedelta(minutes=15)
HALF_AN_HOUR = timedelta(minutes=30)
NUMBERS = itertools.count(1)  # of the invented parks, members and companies, which share a database
WON, LOST = 302, 409


@dataclass
class Answer:
    """What one runner got for one slot."""

    status: int
    seconds: float


class Browser:
    """A signed-in browser: one kept-alive connection, a session cookie, a CSRF token from a page."""

    def __init__(self, url: str, member_id: int) -> None:
        signer = Flask("browser")
        signer.secret_key = TEST_SECRET
        serializer = SecureCookieSessionInterface().get_signing_serializer(signer)
        assert serializer is not None
        self.cookie = f"session={serializer.dumps({'_user_id': f'{member_id}.1.race', '_fresh': True})}"
        self.address = urlsplit(url).netloc
        self.connection = http.client.HTTPConnection(self.address, timeout=HANGS)
        self.token = ""
        self.drawn_from: dict[str, str] = {}  # what the forms that edit were drawn from, by where they go

    def get(self, path: str) -> str:
        status, body = self.send("GET", path)
        assert status == 200, f"{path}: {status}"
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', body)
        assert found, f"no token on {path}"
        self.token = found[1]
        if drawn := re.search(r'name="drawn_from"[^>]*value="([^"]+)"', body):
            self.drawn_from[path] = unescape(drawn[1])
        return body

    def post(self, path: str, **form: object) -> Answer:
        begun = time.monotonic()
        hidden = {"csrf_token": self.token}
        if path in self.drawn_from:
            hidden["drawn_from"] = self.drawn_from[path]
        status, _ = self.send("POST", path, urlencode(hidden | form))
        return Answer(status, time.monotonic() - begun)

    def send(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": self.cookie}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        for last in (False, True):
            try:
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
                break
            except (http.client.RemoteDisconnected, ConnectionError):
                self.connection.close()  # gunicorn's plain workers close after each answer
                if last:
                    raise
        for cookie in answer.headers.get_all("Set-Cookie", []):
            if cookie.startswith("session="):
                self.cookie = cookie.partition(";")[0]
        return answer.status, answer.read().decode()


@dataclass
class Course:
    """A park with runners, on one engine, and the server they run against."""

    world: World
    url: str
    engine: str
    members: list
    area: object
    runners: list[Browser] = field(default_factory=list)

    @property
    def session(self):
        return self.world.session

    @property
    def park(self):
        return self.session.get_one(Park, self.area.park_id)

    def administrator(self):
        """Give the browser of one more administrator."""
        return Browser(self.url, self.world.member(self.park).id)

    def rows(self, model):
        """Count the park's rows of a table."""
        mine = select(func.count()).select_from(model).where(model.park_id == self.area.park_id)
        return self.session.scalar(mine)

    def run(self, act, rounds):
        """Let all runners do `act(browser, runner, round)` at the same instant, round after round."""
        barrier = threading.Barrier(RUNNERS)

        def runner(number):
            answers = []
            for slot in range(rounds):
                barrier.wait(HANGS)
                answers.append(act(self.runners[number], number, slot))
            return answers

        with ThreadPoolExecutor(RUNNERS) as pool:
            answers = list(pool.map(runner, range(RUNNERS)))
        return list(zip(*answers, strict=True))


def tomorrow(hour):
    """Give an hour of tomorrow on the park's clock; the server's clock is the real one here."""
    today = datetime.now(UTC).astimezone(SHANGHAI)
    return (today + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("sqlite", marks=pytest.mark.xdist_group("race on SQLite")),
        pytest.param(
            "postgresql", marks=[pytest.mark.postgres, pytest.mark.xdist_group("race on PostgreSQL")]
        ),
    ],
)
def ground(request, serve, tmp_path_factory):
    """Give a database of the engine, with the server that serves it, to all races."""
    with ExitStack() as open_:
        if request.param == "sqlite":
            file = tmp_path_factory.mktemp("race") / "park.sqlite3"
            shutil.copy(request.getfixturevalue("sqlite_template"), file)
            database = f"sqlite:///{file}"
        else:
            server, template = map(request.getfixturevalue, ("postgres_server", "postgres_template"))
            database = open_.enter_context(new_database(server, template))
        yield database, open_.enter_context(serve(database, workers=WORKERS)).url


@pytest.fixture
def course(ground, app_on):
    database, url = ground
    with open_session(app_on(database)) as session:
        world = World(session, datetime.now(UTC))
        world.numbers = NUMBERS
        park = world.park()
        area = world.area(park)
        world.rule(park)
        world.tariff(park)
        members = [world.member(world.enterprise(park)) for _ in range(RUNNERS)]
        runners = [Browser(url, member.id) for member in members]
        yield Course(world, url, database.partition(":")[0], members, area, runners)


def judge(name, course, rounds, *, winners=1):
    """Every round has its winners and no answer but won or lost; tell the times."""
    for answers in rounds:
        statuses = sorted(answer.status for answer in answers)
        assert statuses.count(WON) == winners, f"{name}: {statuses}"
        assert set(statuses) <= {WON, LOST}, f"{name}: {statuses}"
    losers = sorted(answer.seconds for answers in rounds for answer in answers if answer.status == LOST)
    p95 = statistics.quantiles(losers, n=20)[-1]
    told = f"median {statistics.median(losers):.2f} s, p95 {p95:.2f} s, most {losers[-1]:.2f} s"
    line = f"{name} on {course.engine}: {len(rounds)} slots, {len(losers)} losers answered in {told}"
    print(f"\n{line}")  # noqa: T201 - the figures of the race, shown with -s


def no_overlaps(session):
    session.rollback()
    one, other = Occupancy.__table__.alias(), Occupancy.__table__.alias()
    pairs = select(func.count()).where(
        one.c.id < other.c.id,
        one.c.space_id == other.c.space_id,
        one.c.starts_at < other.c.ends_at,
        other.c.starts_at < one.c.ends_at,
    )
    assert session.scalar(pairs) == 0


def booking(space_id, start, end=None, **more):
    """Fill the form of the new-reservation page."""
    end = end or start + HALF_AN_HOUR
    local = start.astimezone(SHANGHAI)
    last = end.astimezone(SHANGHAI)
    clocks = {"day": f"{local:%Y-%m-%d}", "starts": f"{local:%H:%M}", "ends": f"{last:%H:%M}"}
    return {"space": space_id, "people": 1, "purpose": ""} | clocks | more


def slots(count):
    """Give half hours of the coming days, 08:00 to 22:00, each once."""
    for number in range(count):
        day, slot = divmod(number, 28)
        yield tomorrow(8) + timedelta(days=day) + slot * HALF_AN_HOUR


def booked(course, member, space, span, state=ReservationState.BOOKED):
    """Book through the verb, before the race begins."""
    by = Actor(member.name, member.id, member.park_id, member.enterprise_id)
    made = reserve(course.session, space, span, quote=Money.zero(), by=by, now=datetime.now(UTC))
    assert made.state is state
    return made


def test_one_after_the_other_the_first_gets_it_and_the_others_are_told(course):
    space = course.world.space(course.area)
    wish = booking(space.id, tomorrow(8))
    statuses = []
    for runner in course.runners[:4]:
        runner.get(f"/reservations/new?space={space.id}")
        statuses.append(runner.post("/reservations/new", **wish).status)
    assert statuses == [WON, LOST, LOST, LOST]
    assert course.rows(Reservation) == 1


def test_each_slot_has_exactly_one_winner(course):
    space = course.world.space(course.area)
    times = list(slots(SLOTS))
    for runner in course.runners:
        runner.get(f"/reservations/new?space={space.id}")
    rounds = course.run(
        lambda me, _, slot: me.post("/reservations/new", **booking(space.id, times[slot])), SLOTS
    )
    judge("reserve", course, rounds)
    no_overlaps(course.session)
    assert course.rows(Reservation) == SLOTS


def test_a_double_click_of_sixteen_books_once_and_shows_everybody_the_same(course):
    space = course.world.space(course.area)
    times = list(slots(20))
    first = course.runners[0]
    first.get(f"/reservations/new?space={space.id}")
    for runner in course.runners:
        runner.cookie, runner.token = first.cookie, first.token

    def press(me, _, slot):
        return me.post("/reservations/new", **booking(space.id, times[slot], idempotency_key=f"key-{slot}"))

    for answers in course.run(press, 20):
        assert {answer.status for answer in answers} == {WON}
    no_overlaps(course.session)
    assert course.rows(Reservation) == 20


def test_overlapping_wishes_that_are_not_the_same_never_overlap_when_won(course):
    space = course.world.space(course.area)
    times = list(slots(14))
    for runner in course.runners:
        runner.get(f"/reservations/new?space={space.id}")

    def press(me, number, slot):
        start = times[slot] + (number % 2) * QUARTER
        return me.post("/reservations/new", **booking(space.id, start, start + HALF_AN_HOUR))

    rounds = course.run(press, 10)
    assert all(answer.status in (WON, LOST) for answers in rounds for answer in answers)
    no_overlaps(course.session)


def test_a_place_that_many_move_to_goes_to_one(course):
    count = 8
    own = [course.world.space(course.area) for _ in range(RUNNERS)]
    goal = course.world.space(course.area)
    times = list(slots(count))
    made = [
        [booked(course, member, space, Span(start, start + HALF_AN_HOUR)).id for start in times]
        for member, space in zip(course.members, own, strict=True)
    ]
    course.session.commit()
    for own_ones, runner in zip(made, course.runners, strict=True):
        for one in own_ones:
            runner.get(f"/reservations/{one}/move")

    def press(me, number, slot):
        wish = booking(goal.id, times[slot], version=1)
        return me.post(f"/reservations/{made[number][slot]}/move", **wish)

    judge("move", course, course.run(press, count))
    no_overlaps(course.session)
    held = course.rows(Occupancy)
    assert held == RUNNERS * count  # whoever lost kept the old place


def daily(space_id, first, count):
    """Fill the form of a series: every day at eight for half an hour."""
    return {
        "space": space_id, "day": f"{first.astimezone(SHANGHAI):%Y-%m-%d}", "starts": "08:00",
        "ends": "08:30", "frequency": "daily", "interval": 1, "month_on": "1", "ends_by": "count",
        "count": count, "people": 1, "purpose": "", "step": "book",
    }  # fmt: skip


def test_of_series_that_meet_each_occurrence_goes_to_exactly_one(course):
    """Each asks for twenty days, a third of them five days later; what one has the others wish for."""
    rounds, days = 3, 20
    spaces = [course.world.space(course.area) for _ in range(rounds)]
    for runner in course.runners:
        runner.get(f"/reservations/series/new?space={spaces[0].id}")

    def press(me, number, slot):
        first = tomorrow(8) + timedelta(days=5 * (number % 3))
        return me.post("/reservations/series/new", **daily(spaces[slot].id, first, days))

    answered = course.run(press, rounds)
    assert {answer.status for answers in answered for answer in answers} <= {WON, LOST}
    no_overlaps(course.session)
    for space in spaces:
        here = select(Reservation.starts_at).where(Reservation.space_id == space.id)
        booked_then = course.session.scalars(here).all()
        assert len(booked_then) == len(set(booked_then))
        assert len(booked_then) >= days
    for series in course.session.scalars(select(Series).where(Series.park_id == course.park.id)):
        booked_keys = select(Reservation.recurrence_id).where(Reservation.series_id == series.id)
        wished_keys = select(WishedOccurrence.recurrence_id).where(WishedOccurrence.series_id == series.id)
        keys = [*course.session.scalars(booked_keys), *course.session.scalars(wished_keys)]
        assert len(keys) == len(set(keys)) == days


def test_who_takes_two_rooms_crosswise_waits_in_no_ring_and_each_time_goes_to_one(course):
    """The first day of either room is somebody's; half of them repeat in one and take the other for it."""
    rounds, days = 3, 6
    rooms = [(course.world.space(course.area), course.world.space(course.area)) for _ in range(rounds)]
    host, start = course.world.member(course.world.enterprise(course.park)), tomorrow(8)
    for pair in rooms:
        for room in pair:
            booked(course, host, room, Span(start, start + HALF_AN_HOUR))
    course.session.commit()
    for runner in course.runners:
        runner.get(f"/reservations/series/new?space={rooms[0][0].id}")

    def press(me, number, slot):
        here, there = rooms[slot] if number % 2 else rooms[slot][::-1]
        key = f"{start.astimezone(SHANGHAI):%Y-%m-%d}T08:00"
        chosen = f"{key}/{there.id}/{(9 + number // 4) * 60}/{(9 + number // 4) * 60 + 30}"
        return me.post("/reservations/series/new", **daily(here.id, start, days), instead=chosen)

    answered = course.run(press, rounds)
    assert {answer.status for answers in answered for answer in answers} <= {WON, LOST}
    no_overlaps(course.session)
    in_series = Reservation.series_id.is_not(None)
    for pair in rooms:
        for room in pair:
            then = select(Reservation.starts_at).where(Reservation.space_id == room.id, in_series)
            times = course.session.scalars(then).all()
            assert len(times) == len(set(times)) >= days - 1


def test_some_repeat_while_others_move_between_the_same_times_and_none_waits_in_a_ring(course):
    rounds, days = 4, 10
    spaces = [course.world.space(course.area) for _ in range(rounds)]
    own = {}
    for number in range(8, RUNNERS):
        for slot, space in enumerate(spaces):
            start = tomorrow(8) + timedelta(days=number - 6)  # 2 to 9 days ahead of the first
            made = booked(course, course.members[number], space, Span(start, start + HALF_AN_HOUR))
            own[number, slot] = made.id
    course.session.commit()
    for number, runner in enumerate(course.runners):
        runner.get(f"/reservations/series/new?space={spaces[0].id}")
        for slot in range(rounds if number >= 8 else 0):
            runner.get(f"/reservations/{own[number, slot]}/move")

    def press(me, number, slot):
        if number < 8:
            return me.post("/reservations/series/new", **daily(spaces[slot].id, tomorrow(8), days))
        goal = booking(spaces[slot].id, tomorrow(8) + timedelta(days=number % 2))
        return me.post(f"/reservations/{own[number, slot]}/move", **goal)

    answered = course.run(press, rounds)
    assert {answer.status for answers in answered for answer in answers} <= {WON, LOST}
    no_overlaps(course.session)


def test_who_gives_a_series_another_rule_in_another_s_room_has_each_time_once_and_a_second_press_finds_it(
    course,
):
    """Half of them in either room, six days each; all want the other room at two every second day, for five.

    Three of those days they have, elsewhere: who loses one stays where they are; two are new.
    """
    rooms = [course.world.space(course.area), course.world.space(course.area)]
    course.session.commit()
    first = tomorrow(8)
    for number, runner in enumerate(course.runners):
        runner.get(f"/reservations/series/new?space={rooms[0].id}")
        clock = 8 * 60 + number // 2 * 30
        hours = {
            "starts": f"{clock // 60:02}:{clock % 60:02}",
            "ends": f"{(clock + 30) // 60:02}:{(clock + 30) % 60:02}",
        }
        made = runner.post("/reservations/series/new", **daily(rooms[number % 2].id, first, 6) | hours)
        assert made.status == WON
    mine = dict(course.session.execute(select(Series.member_id, Series.id)).all())

    def press(me, number, slot):
        other = rooms[1 - number % 2].id
        to = {"starts": "14:00", "ends": "14:30", "interval": 2, "version": 1, "since": "", "step": "change"}
        page = f"/reservations/series/{mine[course.members[number].id]}/change"
        return me.post(page, **daily(other, first, 5) | to)

    answered = course.run(press, 2)
    assert {answer.status for answers in answered for answer in answers} == {WON}
    no_overlaps(course.session)
    assert (
        len(course.session.scalars(select(Series.id).where(Series.park_id == course.park.id)).all())
        == 2 * RUNNERS
    )
    at_two = {(first + timedelta(days=2 * n)).replace(hour=14).astimezone(UTC) for n in range(5)}
    for room in rooms:
        there = (Reservation.space_id == room.id, Reservation.state == ReservationState.BOOKED)
        times = course.session.scalars(select(Reservation.starts_at).where(*there)).all()
        assert {one.astimezone(UTC) for one in times} >= at_two
        assert len(times) == len(set(times))


def test_what_came_free_and_many_wait_for_goes_to_one(course):
    rounds = 4
    space, times = course.world.space(course.area), list(slots(rounds))
    wishes = {}
    for number, member in enumerate(course.members):
        facts = {"park_id": course.park.id, "enterprise_id": member.enterprise_id, "member_id": member.id}
        facts |= {"space_id": space.id, "people": 1, "created_at": datetime.now(UTC)}
        series = Series(
            **facts, rule="FREQ=DAILY;COUNT=9", first_day=times[0].date(), starts_minute=480, ends_minute=510,
            working_days_only=False, purpose="",
        )  # fmt: skip
        course.session.add(series)
        course.session.flush()
        for slot, start in enumerate(times):
            when = {
                "starts_at": start,
                "ends_at": start + HALF_AN_HOUR,
                "recurrence_id": f"{start:%Y-%m-%dT%H:%M}",
            }
            wish = WishedOccurrence(**facts, **when, series_id=series.id)
            course.session.add(wish)
            course.session.flush()
            wishes[number, slot] = wish.id
    course.session.commit()
    for runner in course.runners:
        runner.get(f"/reservations/series/new?space={space.id}")
    answered = course.run(
        lambda me, number, slot: me.post(f"/reservations/series/wished/{wishes[number, slot]}/take"), rounds
    )
    assert {answer.status for answers in answered for answer in answers} == {WON}  # each leads to its series
    no_overlaps(course.session)
    assert course.rows(Reservation) == rounds


def test_two_who_swap_their_places_both_keep_one(course):
    count = 14
    rooms = [course.world.space(course.area) for _ in range(2)]
    times = list(slots(count))
    made = [
        [
            booked(course, course.members[who], rooms[who], Span(start, start + HALF_AN_HOUR)).id
            for start in times
        ]
        for who in range(2)
    ]
    course.session.commit()
    free = course.world.space(course.area)
    course.session.commit()
    for own_ones, runner in zip(made, course.runners[:2], strict=True):
        for one in own_ones:
            runner.get(f"/reservations/{one}/move")

    def press(me, number, slot):
        if number > 1:
            return Answer(LOST, 0)
        wish = booking(rooms[1 - number].id, times[slot], version=1)
        return me.post(f"/reservations/{made[number][slot]}/move", **wish)

    for answers in course.run(press, count):
        assert {answer.status for answer in answers[:2]} == {LOST}
    no_overlaps(course.session)
    there = course.runners[0].post(
        f"/reservations/{made[0][0]}/move", **booking(free.id, times[0], version=1)
    )
    assert there.status == WON, "it was the other's place that was in the way, and nothing else"


def test_a_stretch_that_two_extend_into_goes_to_one(course):
    count = 9
    space = course.world.space(course.area)
    made = []
    for number in range(count):
        start = tomorrow(8) + timedelta(days=number)
        before = booked(course, course.members[0], space, Span(start, start + HALF_AN_HOUR))
        made.append((start, before.id))
    course.session.commit()
    for _, reservation in made:
        course.runners[0].get(f"/reservations/{reservation}/end")
    for runner in course.runners[1:]:
        runner.get(f"/reservations/new?space={space.id}")

    def press(me, number, slot):
        start, reservation = made[slot]
        if number == 0:
            end = (start + 2 * HALF_AN_HOUR).isoformat()
            return me.post(f"/reservations/{reservation}/end", ends=end, version=1)
        return me.post("/reservations/new", **booking(space.id, start + HALF_AN_HOUR))

    judge("extend", course, course.run(press, count))
    no_overlaps(course.session)


def test_a_whole_and_its_parts_are_never_given_at_once(course):
    count = 14
    a, b = course.world.space(course.area), course.world.space(course.area)
    whole = course.world.space(course.area, parts=[a, b])
    times = list(slots(count))
    for runner in course.runners:
        runner.get(f"/reservations/new?space={a.id}")

    def press(me, number, slot):
        space = (whole, a, b, whole)[number % 4]
        return me.post("/reservations/new", **booking(space.id, times[slot]))

    rounds = course.run(press, count)
    assert all(answer.status in (WON, LOST) for answers in rounds for answer in answers)
    no_overlaps(course.session)
    for answers in rounds:
        wins = [
            (whole, a, b, whole)[number % 4].id
            for number, answer in enumerate(answers)
            if answer.status == WON
        ]
        assert sorted(wins) in ([a.id, b.id], [whole.id]), wins


def test_any_one_of_a_pool_is_given_once(course):
    desks = [course.world.space(course.area, name=f"{number}号") for number in range(10)]
    times = list(slots(14))
    for runner in course.runners:
        runner.get("/reservations/any?kind=meeting_room")

    def press(me, _, slot):
        wish = booking(0, times[slot], kind="meeting_room", area=course.area.id)
        return me.post("/reservations/any", **wish)

    judge("pool", course, course.run(press, 14), winners=len(desks))
    no_overlaps(course.session)


def test_of_many_requests_for_one_time_one_is_approved(course):
    count = 14
    space = course.world.space(course.area)
    course.world.rule(course.park, space_id=space.id, needs_approval=True)
    times = list(slots(count))
    asked = [
        [
            booked(course, member, space, Span(start, start + HALF_AN_HOUR), ReservationState.REQUESTED).id
            for start in times
        ]
        for member in course.members
    ]
    course.session.commit()
    course.runners = [course.administrator() for _ in range(RUNNERS)]
    for runner in course.runners:
        runner.get("/inventory/closures/new")

    def press(me, number, slot):
        return me.post(f"/front-desk/reservations/{asked[number][slot]}/approve", version=1)

    for answers in course.run(press, count):
        assert {answer.status for answer in answers} <= {WON, LOST, 422}
    no_overlaps(course.session)
    states = course.session.scalars(select(Reservation.state).where(Reservation.space_id == space.id)).all()
    assert states.count(ReservationState.BOOKED) == count
    assert states.count(ReservationState.REQUESTED) == count * (RUNNERS - 1)


def test_two_managers_agree_at_once_others_book_and_one_gets_the_time(course):
    """Two managers of each of six firms press for the same request, while four others book the time."""
    count = 7
    space, times = course.world.space(course.area), list(slots(count))
    managers, asked = [], []
    for member in course.members[:6]:
        firm = course.session.get_one(Enterprise, member.enterprise_id)
        managers += [course.world.member(firm, Role.MANAGER, password_hash="x") for _ in "ab"]
        by = Actor(member.name, member.id, member.park_id, firm.id, rights=BookingRights(up_to=Money.zero()))
        facts = {"quote": Money(1), "by": by, "now": datetime.now(UTC)}
        spans = [Span(start, start + HALF_AN_HOUR) for start in times]
        asked.append([reserve(course.session, space, span, **facts).id for span in spans])
    course.session.commit()
    course.runners[:12] = [Browser(course.url, one.id) for one in managers]
    for number, runner in enumerate(course.runners):
        runner.get("/company/people" if number < len(managers) else f"/reservations/new?space={space.id}")

    def press(me, number, slot):
        if number < len(managers):
            return me.post(f"/company/requests/{asked[number // 2][slot]}/agree", version=1)
        return me.post("/reservations/new", **booking(space.id, times[slot]))

    for answers in course.run(press, count):
        assert {answer.status for answer in answers} <= {WON, LOST}
    no_overlaps(course.session)
    here = Reservation.space_id == space.id
    states = course.session.scalars(select(Reservation.state).where(here)).all()
    assert states.count(ReservationState.BOOKED) == count
    steps = select(func.count()).where(
        ReservationChange.what == "reservation.approved",
        ReservationChange.reservation_id.in_(select(Reservation.id).where(here)),
    )
    often = course.session.scalars(steps.group_by(ReservationChange.reservation_id)).all()
    assert set(often) <= {1}  # of two managers one did it


ACTS = (
    "take-proposed", "take-proposed", "ask-for-proposed", "approve", "decline", "cancel", "refuse-proposed",
    "book",
)  # fmt: skip


def test_a_proposal_is_taken_once_and_never_against_another_answer_or_booking(course):
    """Taken twice, answered otherwise, taken back, and its place booked by somebody else, all at once."""
    count = 8
    wanted, goal = course.world.space(course.area), course.world.space(course.area)
    course.world.rule(course.park, space_id=wanted.id, needs_approval=True)
    course.session.commit()
    asker, admin, times = course.members[0], course.administrator(), list(slots(count))
    by = Actor("园区", park_id=course.area.park_id)
    asked = []
    for start in times:
        span = Span(start, start + HALF_AN_HOUR)
        one = booked(course, asker, wanted, span, ReservationState.REQUESTED)
        propose(course.session, one.id, goal, span, quote=Money.zero(), by=by, now=datetime.now(UTC))
        course.session.commit()
        asked.append(one.id)
    first = course.runners[0]
    first.get(f"/reservations/{asked[0]}")
    admin.get("/inventory/closures/new")
    for number, runner in enumerate(course.runners):
        act = ACTS[number % len(ACTS)]
        if act == "book":
            runner.get(f"/reservations/new?space={goal.id}")
        else:
            whose = admin if act in {"approve", "decline"} else first
            runner.cookie, runner.token = whose.cookie, whose.token

    def press(me, number, slot):
        act = ACTS[number % len(ACTS)]
        if act == "book":
            return me.post("/reservations/new", **booking(goal.id, times[slot]))
        desk = "/front-desk" if act in {"approve", "decline"} else ""
        return me.post(f"{desk}/reservations/{asked[slot]}/{act}", version=2, reason="有活动")

    for answers in course.run(press, count):
        assert {answer.status for answer in answers} <= {WON, LOST}
    no_overlaps(course.session)
    for one in asked:
        request = course.session.get_one(Reservation, one)
        steps = course.session.scalars(
            select(ReservationChange.what).where(ReservationChange.reservation_id == one)
        ).all()
        assert len(steps) - 2 == request.version - 2, "each step once"
        held = course.session.scalar(
            select(func.count()).select_from(Occupancy).where(Occupancy.reservation_id == one)
        )
        assert held == (request.state is ReservationState.BOOKED)
        assert steps.count("reservation.agreed") + steps.count("reservation.approved") <= 1


def test_a_space_is_either_closed_or_booked(course):
    count = 14
    space = course.world.space(course.area)
    times = list(slots(count))
    closers = RUNNERS // 2
    course.runners[:closers] = [course.administrator() for _ in range(closers)]
    for number, runner in enumerate(course.runners):
        runner.get("/inventory/closures/new" if number < closers else f"/reservations/new?space={space.id}")

    def press(me, number, slot):
        if number >= closers:
            return me.post("/reservations/new", **booking(space.id, times[slot]))
        first, last = (f"{at:%Y-%m-%dT%H:%M}" for at in (times[slot], times[slot] + HALF_AN_HOUR))
        return me.post("/inventory/closures/new", space=space.id, starts=first, ends=last, reason="维修")

    judge("close", course, course.run(press, count))
    no_overlaps(course.session)
    assert course.rows(Occupancy) == count


def closing(space_id, start):
    """Fill the form of a closure."""
    first, last = (f"{at:%Y-%m-%dT%H:%M}" for at in (start, start + HALF_AN_HOUR))
    return {"space": space_id, "starts": first, "ends": last, "reason": "维修"}


def ways_to_ask(course, space, start, movers, before):
    """Give what each runner opens and sends to have the space at that half hour, each way its own."""
    whole = course.world.space(space.area, parts=[space, course.world.space(course.area)])
    ends = {"ends": (start + HALF_AN_HOUR).isoformat(), "version": 1}
    once = ("/reservations/new", booking(space.id, start))
    any_one = ("/reservations/any", booking(0, start, kind="meeting_room", area=space.area_id))
    series = ("/reservations/series/new", daily(space.id, start, 2) | {"starts": "10:00", "ends": "10:30"})
    moves = [(f"/reservations/{one}/move", booking(space.id, start, version=1)) for one in movers]
    longer = (f"/reservations/{before}/end", ends)
    of_whole = ("/reservations/new", booking(whole.id, start))
    closed = ("/inventory/closures/new", closing(space.id, start))
    return [*[once] * 3, *[any_one] * 3, *[series] * 2, *moves, longer, *[of_whole] * 3, *[closed] * 2]


SERIES_ASKERS = (6, 7)  # a series that lost is kept as a wish, and answered alike


def test_the_last_free_half_hour_goes_to_one_whatever_way_it_is_asked_for(course):
    """By the form, as any room, as a series, moved to, extended into, as the whole it is part of, closed."""
    start, own = tomorrow(10), course.world.space(course.area)
    course.runners[14:] = [course.administrator() for _ in range(2)]
    asks, spaces = [], []
    for slot in range(6):
        space, day = course.world.space(course.world.area(course.park)), start + timedelta(days=slot)
        elsewhere = [
            booked(course, course.members[number], own, span_of(day + (number - 8) * HALF_AN_HOUR)).id
            for number in (8, 9)
        ]
        before = booked(course, course.members[10], space, span_of(start - HALF_AN_HOUR)).id
        asks.append(ways_to_ask(course, space, start, elsewhere, before))
        spaces.append(space.id)
    course.session.commit()
    opened_by_get = "/reservations/any?kind=meeting_room"
    for ways in asks:
        for runner, (path, _) in zip(course.runners, ways, strict=True):
            runner.get(opened_by_get if path == "/reservations/any" else f"{path}?space={own.id}")
    answered = course.run(lambda me, number, slot: send(me, asks[slot][number]), len(asks))
    for answers in answered:
        assert {answer.status for answer in answers} <= {WON, LOST}
        others = [answer for number, answer in enumerate(answers) if number not in SERIES_ASKERS]
        assert [answer.status for answer in others].count(WON) <= 1
    no_overlaps(course.session)
    there = Occupancy.starts_at <= start, Occupancy.ends_at > start
    for space in spaces:
        held = select(func.count()).where(Occupancy.space_id == space, *there)
        assert course.session.scalar(held) == 1


def span_of(start):
    return Span(start, start + HALF_AN_HOUR)


def send(me, ask):
    path, form = ask
    return me.post(path, **form)


REFUSED = 422


def test_the_last_minutes_of_a_quota_go_to_one_whatever_way_they_are_asked_for(course):
    """An hour a day for a firm, half of it had: sixteen colleagues ask for the rest, each elsewhere."""
    firm = course.world.enterprise(course.park)
    colleagues = [course.world.member(firm) for _ in range(RUNNERS)]
    course.runners = [Browser(course.url, one.id) for one in colleagues]
    rooms = [course.world.space(course.world.area(course.park)) for _ in range(RUNNERS)]
    days = [tomorrow(10) + timedelta(days=7 * slot) for slot in range(4)]
    halves = [booked(course, colleagues[-1], rooms[-1], span_of(day)).id for day in days]
    facts = {"kind": Kind.MEETING_ROOM, "per": Per.ENTERPRISE, "period": QuotaPeriod.DAY, "minutes": 60}
    course.session.add(Quota(park_id=course.park.id, **facts))
    course.session.commit()

    def asks(slot):
        later, longer = days[slot] + timedelta(hours=2), (days[slot] + timedelta(hours=1)).isoformat()
        for number, room in enumerate(rooms[:-1]):
            pool = {"kind": "meeting_room", "area": room.area_id} if number % 3 == 1 else {}
            yield f"/reservations/{'any' if pool else 'new'}", booking(room.id, later, **pool)
        yield f"/reservations/{halves[slot]}/end", {"ends": longer, "version": 1}

    wanted = [list(asks(slot)) for slot in range(len(days))]
    for runner, room in zip(course.runners, rooms, strict=True):
        runner.get(f"/reservations/new?space={room.id}")
    for half in halves:
        course.runners[-1].get(f"/reservations/{half}/end")
    for answers in course.run(lambda me, number, slot: send(me, wanted[slot][number]), len(days)):
        statuses = [answer.status for answer in answers]
        assert statuses.count(WON) == 1, statuses
        assert set(statuses) <= {WON, REFUSED}
    course.session.rollback()
    times = course.session.execute(
        select(Reservation.starts_at, Reservation.ends_at).where(Reservation.enterprise_id == firm.id)
    )
    had = Counter()
    for start, end in times:
        had[start.astimezone(SHANGHAI).date()] += (end - start).seconds // 60
    assert had == {day.date(): 60 for day in days}


def announced(course, places):
    """Publish an activity of the day after tomorrow, for all enterprises of the park."""
    hall = course.world.space(course.area, Kind.HALL, capacity=200)
    by, now, start = Actor("支部", park_id=course.park.id), datetime.now(UTC), tomorrow(14)
    plan = ActivityPlan(
        kind=ActivityKind.SALON,
        title="沙龙",
        words="",
        audience=Audience.ALL,
        places=places,
        space=hall,
        span=Span(start, start + timedelta(hours=1)),
    )
    made = plan_activity(course.session, plan, code=f"race-{hall.id}", by=by, now=now)
    letter = LetterText("a", "b")
    publish(course.session, made.id, "急", letter=lambda *_: letter, by=by, now=now)
    course.session.commit()
    return made.id


def signed_up(course, activity_id):
    """Give who is on the list, in the order in which they asked."""
    course.session.rollback()
    live = select(SignUp).where(SignUp.activity_id == activity_id, SignUp.left_at.is_(None))
    return course.session.scalars(live.order_by(SignUp.id).execution_options(populate_existing=True)).all()


def test_of_many_who_sign_up_at_once_exactly_twenty_get_in(course):
    activity_id = announced(course, places=20)
    course.runners = [course.administrator() for _ in range(RUNNERS)]
    for runner in course.runners:
        runner.get(f"/activities/{activity_id}/people")

    def press(me, number, slot):
        return me.post(f"/activities/{activity_id}/people", name=f"{number} {slot}", firm="邻园企业")

    rounds = course.run(press, 3)
    assert {answer.status for answers in rounds for answer in answers} == {WON}
    people = signed_up(course, activity_id)
    assert len(people) == 3 * RUNNERS
    assert sorted(one.seat for one in people[:20]) == list(range(1, 21)), "who asked first is in"
    assert {one.seat for one in people[20:]} == {None}


def test_nobody_waits_for_a_place_that_is_free_whoever_leaves_while_others_come(course):
    activity_id = announced(course, places=5)
    for runner in course.runners:
        runner.get("/today")

    def press(me, number, slot):
        leaves = slot % 2 and number % 3 != slot % 3
        return me.post(f"/activities/{activity_id}/{'leave' if leaves else 'sign-up'}")

    rounds = course.run(press, 6)
    assert {answer.status for answers in rounds for answer in answers} == {WON}
    people = signed_up(course, activity_id)
    assert len({one.member_id for one in people}) == len(people), "one person once"
    seats = sorted(one.seat for one in people if one.seat is not None)
    assert seats == list(range(1, min(5, len(people)) + 1))
