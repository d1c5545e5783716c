"""Two people at the same instant: one of them comes first, and the other is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from threading import Thread
from time import sleep

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from booking.audit.actions import Actor
from booking.mail.outbox import LetterText
from booking.parks.models import Park
from booking.people.accounts import invite_colleague
from booking.people.enterprises import FirstManager, add_enterprise
from booking.people.models import Enterprise, Role, Size
from booking.people.rules import EmailTaken, UsccTaken
from booking.people.tickets import NewTicket
from booking.reservations.refusals import Retired
from booking.reservations.reserve import reserve
from booking.reservations.upcoming import upcoming
from booking.spaces.areas import add_area
from booking.spaces.inventory import retire_space
from booking.spaces.models import Space
from booking.spaces.rules import AreaNameTaken
from booking.tariffs.in_force import snapshot_of
from booking.tariffs.models import Tariff
from booking.tariffs.publish_tariff import publish_tariff
from booking.tariffs.rules import VersionThatDay
from booking.values import Money, Refusal, Span
from tests.harness.app import open_session
from tests.harness.run import HANGS
from tests.harness.times import TUESDAY
from tests.harness.world import World, uscc

pytestmark = pytest.mark.postgres
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
NOBODY = Actor("园区管理员")


@pytest.fixture
def place(app_on, postgres_database, now):
    """Give a session, a room, and who books it; SQLite lets one writer in at a time anyway."""
    with open_session(app_on(postgres_database)) as session:
        world = World(session, now)
        park = world.park()
        world.rule(park)
        world.tariff(park)
        member = world.member(world.enterprise(park))
        room = world.space(world.area(park))
        yield session, room.id, Actor(member.name, member.id, park.id, member.enterprise_id), now


def book(session, room, by, now):
    span = Span(TUESDAY.replace(hour=10), TUESDAY.replace(hour=11))
    return reserve(session, room, span, quote=Money.yuan(80), by=by, now=now)


def test_who_read_the_space_before_it_was_retired_does_not_get_it(place):
    session, room_id, by, now = place
    room = session.get_one(Space, room_id)
    assert room.retired_at is None
    with Session(session.get_bind()) as other:
        retire_space(other, other.get_one(Space, room_id), upcoming=upcoming, by=NOBODY, now=now)
        other.commit()
    with pytest.raises(Retired):
        book(session, room, by, now)


def test_who_retires_a_space_waits_for_whom_is_just_booking_it(place):
    session, room_id, by, now = place
    book(session, session.get_one(Space, room_id), by, now)
    with Session(session.get_bind()) as other:
        other.execute(text("SET LOCAL lock_timeout = '300ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            retire_space(other, other.get_one(Space, room_id), upcoming=upcoming, by=NOBODY, now=now)


def told(session, act):
    """Do `act` here, and there too before this is committed; give the refusal that met the second one."""
    act(session)
    refusals = []

    def later():
        with Session(session.get_bind()) as other:
            try:
                act(other)
            except Refusal as refusal:
                refusals.append(type(refusal))

    second = Thread(target=later)
    second.start()
    with Session(session.get_bind()) as watch:
        while second.is_alive() and not watch.scalar(WAITING):
            watch.rollback()
            sleep(0.02)
    session.commit()
    second.join(HANGS)
    return refusals


def test_of_two_who_publish_prices_of_one_day_one_is_told(place):
    session, _, by, now = place

    def publish(where):
        park = where.get_one(Park, by.park_id)
        said = where.scalars(select(Tariff).where(Tariff.park_id == park.id)).first()
        snapshot = replace(snapshot_of(said), valid_from=date(2026, 12, 1))
        publish_tariff(where, park, snapshot, by=by, now=now)

    assert told(session, publish) == [VersionThatDay]


def test_of_two_who_invite_one_person_one_is_told(place):
    session, _, by, now = place

    def ask(where):
        ticket = NewTicket(lambda _: LetterText("邀请", "请进"))
        to = where.get_one(Enterprise, by.enterprise_id)
        facts = {"email": "neu@firma.example", "name": "新同事", "role": Role.MEMBER}
        invite_colleague(where, to, ticket=ticket, by=by, now=now, **facts)

    assert told(session, ask) == [EmailTaken]


def test_of_two_who_add_one_enterprise_one_is_told(place):
    session, _, by, now = place
    code = uscc(77)
    facts = {
        "name": "新禾公司",
        "short_name": "新禾",
        "uscc": code,
        "size": Size.MICRO,
        "joined_on": now.date(),
    }
    facts["billing_email"] = "bill@xinhe.example"

    def add(where):
        ticket = NewTicket(lambda _: LetterText("邀请", "请进"))
        first = FirstManager("first@xinhe.example", "何新", ticket)
        add_enterprise(where, by.park_id, facts, first, by=by, now=now)

    assert told(session, add) == [UsccTaken]


def test_of_two_who_add_one_area_one_is_told(place):
    session, _, by, now = place

    def add(where):
        add_area(where, by.park_id, "8号楼", None, by=by, now=now)

    assert told(session, add) == [AreaNameTaken]
