"""A park with two enterprises, a few spaces and prices, and a browser of each role."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests.harness.times import TUESDAY


@pytest.fixture
def place(world, sign_in):
    """Give a park with two meeting rooms, two desks and two stores, tariffs, and its people's browsers."""
    from booking.people.models import Role
    from booking.spaces.models import Kind
    from booking.tariffs.models import Basis
    from booking.values import Money

    park = world.park()
    area = world.area(park, name="3号楼")
    made = SimpleNamespace(
        world=world,
        session=world.session,
        park=park,
        area=area,
        room=world.space(area, name="大会议室", equipment=["投影"]),
        other=world.space(area, name="小会议室", capacity=4),
        desk=world.space(area, Kind.WORKSTATION, name="一号工位", capacity=1),
        store=world.space(area, Kind.STORAGE, name="一号仓", capacity=1),
        ours=world.enterprise(park, short_name="甲公司"),
        theirs=world.enterprise(park, short_name="乙公司"),
    )
    world.tariff(park)
    world.tariff(park, Kind.WORKSTATION, bands=[], rate=Money.yuan(12), name="工位价目")
    world.tariff(park, Kind.STORAGE, bands=[], rate=Money.yuan(8), basis=Basis.DAY, name="仓储价目")
    made.me = world.member(made.ours, name="张小明")
    made.stranger = world.member(made.theirs, name="李四方")
    made.admin = world.member(park, Role.ADMIN)
    made.mine, made.others = sign_in(made.me), sign_in(made.stranger)
    made.admins = sign_in(made.admin)
    made.sign_in = sign_in
    return made


@pytest.fixture
def signed_in(place, serve_here, open_page, standing_clock):
    """Make browser pages of `place.me`, at TUESDAY nine: `signed_in()`, or `signed_in("phone", who, …)`."""
    from flask.sessions import SecureCookieSessionInterface

    app, address = serve_here()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)

    def make(where="desk", who=None, **options):
        who = who or place.me
        session = signer.dumps({"_user_id": f"{who.id}.{who.session_version}.desk", "_fresh": True})
        page = open_page(where, base_url=address, **options)
        page.context.add_cookies([{"name": "session", "value": session, "url": address}])
        return page

    return make


def want_copies(place):
    """Let `place.me` want letters on what they do themselves."""
    place.me.wants_copies = True
    place.session.commit()


def manage(place):
    """Let `place.me` manage our enterprise: an employee's store without an end would wait for a manager."""
    from booking.people.models import Role

    place.me.role = Role.MANAGER
    place.session.commit()


def at(hours):
    """Write a local time some hours after TUESDAY 09:00, as addresses carry it."""
    return f"{TUESDAY + timedelta(hours=hours):%Y-%m-%dT%H:%M}"


def asked(space, start, end, **more):
    """Fill the form of a reservation, in hours after TUESDAY 09:00."""
    first, last = TUESDAY + timedelta(hours=start), TUESDAY + timedelta(hours=end)
    filled = {
        "space": space.id,
        "day": f"{first:%Y-%m-%d}",
        "starts": f"{first:%H:%M}",
        "ends": f"{last:%H:%M}",
        "people": 2,
        "purpose": "周会",
    }
    return filled | more


def book(place, space=None, start=1, **facts):
    """Book an hour as a page does, and give the reservation."""
    from sqlalchemy import select

    from booking.reservations.models import Reservation

    answer = place.mine.post("/reservations/new", data=asked(space or place.room, start, start + 1) | facts)
    assert answer.status_code == 302, answer.text
    place.session.rollback()
    return place.session.scalars(select(Reservation).order_by(Reservation.id.desc())).first()
