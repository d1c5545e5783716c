"""Measures a rush on an activity: thousands sign up for a few places, and exactly so many get in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flask import session as flask_session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from bench import machine, seed
from bench.client import Browser, drive
from booking.activities.models import ActivityKind, Audience, SignUp
from booking.activities.plan_activity import ActivityPlan, plan_activity
from booking.activities.publish import publish
from booking.app import create_app
from booking.audit.actions import Actor
from booking.config import Config
from booking.db.engine import tune
from booking.mail.outbox import LetterText
from booking.people.models import Enterprise, Member, Role
from booking.spaces.models import Area, Kind, Space
from booking.values import Span
from tests.harness.schema import TEST_SECRET

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from flask import Flask

CLIENTS = 8
PLACES = 20


def measure(url: str, people: int, pids: tuple[int, ...], folder: Path) -> None:
    """Let so many members sign up for twenty places, each with a session of their own."""
    activity_id, members = _fill(url, people)
    app = create_app(Config(database_url=url, secret_key=TEST_SECRET, log_level="WARNING"))
    token, cookies = _sessions(app, members)
    with machine.web(url, folder / "rush.log") as (address, pid):
        browsers = [Browser(address, "") for _ in range(CLIENTS)]
        acts = [_act(f"/activities/{activity_id}/sign-up", cookie, token) for cookie in cookies]
        drive([_look_in] * 10 * CLIENTS, browsers, lambda: 0.0)  # both workers are up
        row = drive(acts, browsers, lambda: machine.cpu_seconds(pid, *pids))
    inside, waiting = _outcome(url, activity_id)
    assert (inside, waiting) == (PLACES, people - PLACES), f"{inside} got in, {waiting} wait"
    print(
        "| sign-ups | places | got in | wait | server CPU, ms | p50, ms | p95, ms | sign-ups a minute |\n"
        "|--:|--:|--:|--:|--:|--:|--:|--:|\n"
        f"| {people:,} | {PLACES} | {inside} | {waiting:,} | {row.cpu:.1f} | {row.p50:.1f} | {row.p95:.1f} "
        f"| {row.rate * 60:,.0f} |",
        flush=True,
    )


def _look_in(browser: Browser) -> object:
    return browser.get("/sign-in")


def _act(path: str, cookie: str, token: str) -> Callable[[Browser], object]:
    def sign_up(browser: Browser) -> object:
        browser.cookie = cookie
        return browser.post(path, {"csrf_token": token})

    return sign_up


def _sessions(app: Flask, member_ids: Sequence[int]) -> tuple[str, list[str]]:
    """Give one CSRF token, and for each member the cookie of a session that takes it."""
    with app.test_request_context():
        token, kept = generate_csrf(), dict(flask_session)
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return token, [
        "session=" + serializer.dumps(kept | {"_user_id": f"{one}.1.bench", "_fresh": True})
        for one in member_ids
    ]


def _fill(url: str, people: int) -> tuple[int, list[int]]:
    """Make the park, its hall, so many members, and an activity for all of them in four days."""
    engine, now = create_engine(url), datetime.now(UTC)
    tune(engine)
    with Session(engine.execution_options(writes=True)) as session:
        bench = seed.park(session, now.date())
        members = _members(session, bench, people, now)
        activity_id = _announce(session, bench.park_id, now)
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        seed.settle(connection)
    engine.dispose()
    return activity_id, members


def _members(session: Session, bench: seed.Bench, people: int, now: datetime) -> list[int]:
    firms = session.scalars(select(Enterprise.id).order_by(Enterprise.id)).all()
    more = [
        Member(
            park_id=bench.park_id,
            enterprise_id=firms[number % len(firms)],
            email=f"member{number}@tenant.example",
            name=f"员工{number}",
            role=Role.MEMBER,
            created_at=now,
        )
        for number in range(people - len(bench.member_ids))
    ]
    session.add_all(more)
    session.flush()
    return [*bench.member_ids, *(one.id for one in more)][:people]


def _announce(session: Session, park_id: int, now: datetime) -> int:
    area_id = session.scalars(select(Area.id).order_by(Area.id)).first()
    hall = Space(
        park_id=park_id,
        area_id=area_id,
        code="H1",
        name="会客厅",
        kind=Kind.HALL,
        capacity=200,
        scan_code="bench-hall",
    )
    session.add(hall)
    session.flush()
    start = (now + timedelta(days=4)).replace(hour=6, minute=0, second=0, microsecond=0)
    plan = ActivityPlan(
        kind=ActivityKind.SALON,
        title="沙龙",
        words="",
        audience=Audience.ALL,
        places=PLACES,
        space=hall,
        span=Span(start, start + timedelta(hours=1)),
    )
    by = Actor.system("bench", park_id)
    made = plan_activity(session, plan, code="bench", by=by, now=now)
    publish(session, made.id, "测量", letter=lambda *_: LetterText("活动", "活动"), by=by, now=now)
    return made.id


def _outcome(url: str, activity_id: int) -> tuple[int, int]:
    """Count who got in, each in a place of their own, and who waits; who asked first is in."""
    engine = create_engine(url)
    tune(engine)
    with Session(engine) as session:
        asked = select(SignUp.seat).where(SignUp.activity_id == activity_id).order_by(SignUp.id)
        seats = session.scalars(asked).all()
    engine.dispose()
    inside = [seat for seat in seats if seat is not None]
    assert sorted(inside) == sorted(set(inside)), "a place was given twice"
    assert list(seats[: len(inside)]) == inside, "somebody who asked later is in"
    return len(inside), len(seats) - len(inside)
