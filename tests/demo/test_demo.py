"""The demo park: lively, the same every time, and honest in its figures."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.activities.queries import ActivityReader, activities_on
from booking.charges.models import Charge, ChargeKind, Dispute, MonthClose
from booking.config import Config
from booking.demo import needs_said
from booking.demo.command import DemoRefusedError
from booking.demo.make import check_port, demo_app, forget_demo, make, there_is_one
from booking.demo.places import idle_places
from booking.demo.tenants import ACCOUNTS, PARK_CODE, PASSWORD
from booking.documents.models import Document
from booking.invoices.models import CreditNote, CreditNoteLine, Invoice
from booking.mail.models import Letter
from booking.needs.models import ContactCard, Liaison, Need
from booking.needs.queries import Weight, weigh
from booking.parks.models import Park
from booking.payments.models import PaymentReversal
from booking.people.models import Enterprise, Member, Role
from booking.people.passwords import authenticate
from booking.people.queries import demo_accounts
from booking.people.rules import check_uscc
from booking.reservations.models import ProposedPlace, Reservation, ReservationState
from booking.savings.report import visible_month
from booking.savings.visible_month import ReportState
from booking.spaces.models import IdlePlace, Kind, Space
from booking.usage.models import Ending, Stay, StayCorrection
from booking.values import Money, Month, Span
from tests.harness.app import close, make_app, open_session, shared_app
from tests.harness.schema import TEST_SECRET
from tests.harness.times import TUESDAY

SHORT = 2  # months
pytestmark = pytest.mark.xdist_group("demo")  # the park of two months is made once


def silent(_line: str) -> None:
    """Listen to nothing."""


def app_for(file: Path) -> Flask:
    return make_app(f"sqlite:///{file}", demo=True, mail_folder=file.parent / "mail")


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Give the app on a demo park with two closed months, made on TUESDAY at nine."""
    app = app_for(tmp_path_factory.mktemp("demo") / "demo.sqlite3")
    make(app, tell=silent, now=TUESDAY, months=SHORT)
    yield app
    close(app)


@pytest.fixture
def session(park: Flask) -> Iterator[Session]:
    with open_session(park) as session:
        yield session


def figures(app: Flask) -> list[tuple[object, ...]]:
    """Write down what would differ if two parks were not the same."""
    with open_session(app) as session:
        invoices = session.execute(select(Invoice.number, Invoice.total, Invoice.tax).order_by(Invoice.id))
        stays = session.execute(select(Stay.space_id, Stay.started_at, Stay.ended_at).order_by(Stay.id))
        return [tuple(row) for row in (*invoices, *stays)]


def figures_in(file: Path) -> list[tuple[object, ...]]:
    """Write down those of the park in a file."""
    with shared_app(f"sqlite:///{file}") as app:
        found = figures(app)
    assert len(found) > 50
    return found


def test_it_has_spaces_of_all_kinds_and_twenty_five_enterprises_nobody_can_mistake(
    session: Session,
) -> None:
    counted = session.execute(select(Space.kind, func.count().label("count")).group_by(Space.kind)).all()
    kinds = {kind: int(count) for kind, count in counted}
    assert kinds == {Kind.WORKSTATION: 7, Kind.MEETING_ROOM: 4, Kind.STORAGE: 14, Kind.HALL: 2}
    enterprises = session.scalars(select(Enterprise)).all()
    assert len(enterprises) == 25
    assert all("（星野）" in one.name and check_uscc(one.uscc) for one in enterprises)
    names = session.execute(select(Member.enterprise_id, Member.name)).all()
    assert len(set(names)) == len(names)


def test_two_enterprises_say_one_thing_that_nobody_has_joined_yet(session: Session) -> None:
    lifts = select(Need).where(
        Need.matter_id.is_(None), Need.words.contains("电梯"), Need.raised_at > TUESDAY - timedelta(days=2)
    )
    assert weigh(session.scalars(lifts)) == Weight(2, 2)


def test_something_is_on_in_the_hall_today(session: Session) -> None:
    midnight = TUESDAY.replace(hour=0, minute=0)
    reader = ActivityReader(session.scalars(select(Park.id)).one(), 0, None)
    today = activities_on(session, reader, Span(midnight, midnight + timedelta(days=1)))
    assert [row.activity.starts_at.astimezone(TUESDAY.tzinfo).hour for row in today] == [16]
    assert today[0].seated > 5


def test_its_pictures_show_what_is_said(session: Session) -> None:
    drawn = [idle_places.after({kind}) for kind in (Kind.WORKSTATION, Kind.MEETING_ROOM, Kind.STORAGE)]
    assert len(set(drawn)) == len(drawn)
    used = session.scalars(select(IdlePlace).where(IdlePlace.after_id.is_not(None))).all()
    assert len(used) >= 3
    for place in used:
        shown = session.get_one(Document, place.after_id).content
        assert shown == idle_places.after({space.kind for space in place.spaces}), place.name
    faces = session.scalars(select(Document.content).join(Liaison, Liaison.picture_id == Document.id)).all()
    looked_after = session.scalars(select(ContactCard.liaison_id).distinct()).all()
    assert len(set(faces)) == len(faces) == session.scalar(select(func.count(Liaison.member_id)))
    assert len(faces) >= len(looked_after) > 1
    assert needs_said.fault("投影黑屏") != needs_said.fault("椅子坏了")
    assert needs_said.fault("门口太吵") is None


def test_closed_months_have_numbers_without_gaps_and_totals_that_are_sums(session: Session) -> None:
    closed = session.scalars(select(MonthClose.month_key).order_by(MonthClose.month_key)).all()
    assert list(closed) == [202609]  # October is still under review on 3 November
    serials = session.scalars(select(Invoice.serial).order_by(Invoice.serial)).all()
    assert list(serials) == list(range(1, len(serials) + 1))
    assert len(serials) >= 7
    for invoice in session.scalars(select(Invoice)).all():
        lines = session.scalars(select(Charge.amount).where(Charge.invoice_id == invoice.id)).all()
        assert sum(line.fen for line in lines) == invoice.total.fen
        assert sum(part["gross_fen"] for part in invoice.tax_lines) == invoice.total.fen


def test_the_story_saves_about_forty_per_cent(session: Session) -> None:
    story = session.scalars(select(Enterprise).order_by(Enterprise.id)).first()
    assert story is not None
    park = session.get_one(Park, story.park_id)
    september = visible_month(session, park, Month(2026, 9, park.zone), now=TUESDAY)
    assert september.state is ReportState.DRAFT, "the last closed month is left to be signed"
    entry = september.of(story.id)
    assert entry is not None
    assert (entry.saving.area_before, entry.saving.area_now) == (200_00, 105_00)
    assert entry.saving.share is not None
    assert 0.38 <= entry.saving.share.of_one <= 0.42


def test_people_do_what_people_do(session: Session) -> None:
    def count(*wanted: object) -> int:
        return session.scalar(select(func.count()).where(*wanted)) or 0  # type: ignore[arg-type]

    assert count(Reservation.state == ReservationState.NO_SHOW) > 3
    assert count(Reservation.state == ReservationState.CANCELLED) > 3
    assert count(Stay.ending == Ending.FORGOTTEN) > 1
    assert count(Stay.reservation_id.is_(None)) > 10  # walked in
    assert count(Stay.reservation_id == Reservation.id, Stay.ended_at > Reservation.ends_at) > 10
    assert count(Stay.reservation_id == Reservation.id, Stay.ended_at < Reservation.ends_at) > 10
    assert count(StayCorrection.id > 0) > 1
    assert count(PaymentReversal.id > 0) == 1
    assert count(Dispute.answered_at.is_(None)) >= 1
    assert count(Charge.kind == ChargeKind.NO_SHOW) > 1
    assert count(Reservation.state == ReservationState.REQUESTED, Reservation.answer_by.is_not(None)) > 1
    assert count(ProposedPlace.reservation_id > 0) == 1


def test_the_credit_note_takes_eighty_yuan_of_a_meeting_room_back_with_their_own_tax(
    session: Session,
) -> None:
    note = session.scalars(select(CreditNote)).one()
    assert (note.amount, note.tax) == (Money.yuan(80), Money(453))
    lines = session.execute(
        select(CreditNoteLine.amount, Charge.space_kind)
        .join(Charge, Charge.id == CreditNoteLine.charge_id)
        .where(CreditNoteLine.credit_note_id == note.id)
    ).all()
    assert Money.total(amount for amount, _ in lines) == note.amount
    assert {kind for _, kind in lines} == {Kind.MEETING_ROOM}


def test_nothing_of_a_closed_month_waits_for_a_review_that_cannot_come(session: Session) -> None:
    october = datetime(2026, 9, 30, 16, tzinfo=UTC)
    waiting = session.scalars(select(Stay.ended_at).where(Stay.needs_review.is_(True))).all()
    assert all(ended_at is not None and ended_at >= october for ended_at in waiting)


def test_somebody_is_there_now_and_the_member_may_check_in(session: Session) -> None:
    metered = (Stay.ended_at.is_(None), Stay.space_kind != Kind.STORAGE)
    assert (session.scalar(select(func.count()).where(*metered)) or 0) >= 4
    member = session.scalars(select(Member).where(Member.role == Role.MEMBER).order_by(Member.id)).first()
    assert member is not None
    upcoming = session.scalars(
        select(Reservation)
        .where(Reservation.member_id == member.id, Reservation.state == ReservationState.BOOKED)
        .where(Reservation.starts_at > TUESDAY)
        .order_by(Reservation.starts_at)
    ).all()
    assert upcoming[0].starts_at - TUESDAY <= timedelta(minutes=15)
    assert len(upcoming) >= 3


def test_no_letter_is_late_when_the_demo_opens(session: Session) -> None:
    assert session.scalar(select(func.count()).where(Letter.sent_at.is_(None))) == 0
    assert (session.scalar(select(func.count()).where(Letter.sent_at.is_not(None))) or 0) >= 8


def test_the_sign_in_page_offers_the_four_accounts_and_their_password_opens(park: Flask) -> None:
    page = park.test_client().get("/sign-in").get_data(as_text=True)
    with open_session(park) as session:
        offered = demo_accounts(session)
        assert [(one.role, one.name, one.email) for one in offered] == [tuple(one) for one in ACCOUNTS]
        assert all(account.name in page for account in ACCOUNTS)
        assert all(authenticate(session, account.email, PASSWORD) for account in ACCOUNTS)


def test_a_second_start_keeps_the_park_and_forgetting_starts_over(tmp_path: Path, demo_month: Path) -> None:
    app = app_for(tmp_path / "demo.sqlite3")
    assert not there_is_one(app)
    shutil.copy(demo_month, tmp_path / "demo.sqlite3")
    before = figures(app)
    assert there_is_one(app)
    assert figures(app) == before
    forget_demo(app)
    assert not there_is_one(app)
    close(app)


def test_an_interrupted_making_leaves_nothing_and_the_next_makes_the_same_park_to_the_fen(
    tmp_path: Path, demo_month: Path
) -> None:
    app = app_for(tmp_path / "demo.sqlite3")

    def interrupted(line: str) -> None:
        if "2026-10-08" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(app, tell=interrupted, now=TUESDAY, months=1)
    assert not there_is_one(app)
    make(app, tell=silent, now=TUESDAY, months=1)
    assert there_is_one(app)
    assert not [path.name for path in tmp_path.iterdir() if ".part" in path.name]
    assert figures(app) == figures_in(demo_month)
    close(app)


@pytest.mark.postgres
def test_postgresql_holds_the_same_park(
    demo_month: Path, postgres_database: str, app_on: Callable[[str], Flask]
) -> None:
    there = app_on(postgres_database)
    make(there, tell=silent, now=TUESDAY, months=1)
    assert figures(there) == figures_in(demo_month)


def test_it_is_not_made_where_real_parks_are(app: Flask, world: object) -> None:
    with open_session(app) as session:
        session.add(Park(code="REAL", name="真园区"))
        session.commit()
    with pytest.raises(DemoRefusedError, match="已有别的园区"):
        there_is_one(app)
    with pytest.raises(DemoRefusedError):
        forget_demo(app)
    with open_session(app) as session:
        assert session.scalars(select(Park.code)).all() == ["REAL"]


def test_it_does_not_run_in_production_and_its_links_follow_the_port(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(DemoRefusedError, match="production"):
        demo_app(app, {"BOOKING_ENV": "production"}, "127.0.0.1", 5000)
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/new/demo.sqlite3", "SECRET_KEY": TEST_SECRET}
    demo = demo_app(app, env, "0.0.0.0", 5229)  # noqa: S104 - an example
    config: Config = demo.extensions["booking_config"]
    assert (config.demo, demo.config["BASE_URL"]) == (True, "http://127.0.0.1:5229")
    assert (tmp_path / "new").is_dir()
    close(demo)


def test_a_port_in_use_is_named_with_another_to_try() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(DemoRefusedError, match=f"{port}.*make demo PORT={port + 1}"):
            check_port("127.0.0.1", port)


def test_the_park_says_that_it_is_a_demo(session: Session) -> None:
    assert session.scalars(select(Park.code)).all() == [PARK_CODE]
