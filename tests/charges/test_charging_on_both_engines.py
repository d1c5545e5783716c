"""What charging promises holds on SQLite and on PostgreSQL, and when two things happen at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import func, select

from booking.charges.dispute import dispute
from booking.charges.models import Charge
from booking.charges.queries import earned_since, gains
from booking.charges.statement import statement
from booking.db import transaction
from booking.people.models import Enterprise, Size
from booking.spaces.models import Kind
from booking.usage.check_in import walk_in
from booking.usage.check_out import check_out
from booking.values import Money, Month
from booking.values.writing import money_text
from tests.harness.app import open_session
from tests.harness.stays import CHARGER, actor, at, lines_of, reserved, used, used_as_reserved
from tests.harness.times import SHANGHAI, TUESDAY
from tests.harness.world import World

DAY = "2026-11-03"


@pytest.fixture
def both(on_both_engines, app_on, standing_clock):
    app = app_on(on_both_engines)
    with open_session(app) as session:
        yield app, World(session, TUESDAY)


def test_the_worked_figure_and_its_statement(both):
    _, world = both
    session, park = world.session, world.park()
    world.tariff(park, allowances={Size.LARGE: 60}, daily_cap=Money.yuan(500))
    member = world.member(world.enterprise(park, size=Size.LARGE))
    room = world.space(world.area(park))
    reservation = reserved(session, room, member, at(DAY, "16:30"), at(DAY, "18:30"), 12880)
    used_as_reserved(session, reservation, member, at(DAY, "16:36"), at(DAY, "18:17"))
    first = lines_of(session)[0]
    dispute(session, first.id, "？", by=actor(member), now=at(DAY, "19:00"))
    session.commit()
    enterprise = session.get_one(Enterprise, member.enterprise_id)
    month = Month(2026, 11, SHANGHAI)
    found = statement(session, park, enterprise, month, now=at(DAY, "20:00"), member_id=member.id)
    assert (found.total, found.in_question) == (Money(1680), Money(12880 - 8000 - 1680))
    assert [(free.minutes, free.used, free.left) for free in found.free] == [(60, 60, 0)]
    assert [line.dispute is not None for line in found.entries[0].lines] == [True, False]


def test_what_the_database_sums_is_whole_fen(both):
    """PostgreSQL gives the sum of whole numbers as a decimal."""
    _, world = both
    session, park = world.session, world.park()
    world.tariff(park)
    member, room = world.member(world.enterprise(park)), world.space(world.area(park))
    used(session, room, member, at(DAY, "18:00"), at(DAY, "19:00"))  # off-peak: 48 instead of 80
    since, until = date(2026, 11, 1), date(2026, 11, 30)
    assert [money_text(one) for one in earned_since(session, [room.id], since).values()] == ["¥48.00"]
    told = gains(session, park.id, Kind.MEETING_ROOM, since, until)
    assert [(one.minutes, one.gained) for one in told] == [(60, Money.yuan(32))]
    assert isinstance(session.scalar(select(func.sum(Charge.amount))).fen, int)


def test_two_stays_that_end_at_once_do_not_both_get_the_last_free_minutes(both):
    app, world = both
    session, park = world.session, world.park()
    world.tariff(park, bands=[], allowances={Size.SMALL: 60})
    enterprise, area = world.enterprise(park), world.area(park)
    people = [world.member(enterprise) for _ in range(6)]
    start, end = at(DAY, "09:00"), at(DAY, "10:00")
    stays = [
        walk_in(session, world.space(area), member, end, charger=CHARGER, by=actor(member), now=start)
        for member in people
    ]
    session.commit()
    actors = [actor(member) for member in people]
    ready = Barrier(len(stays))

    def leave(stay_id, by):
        with app.app_context():
            ready.wait(10)
            with transaction() as writing:
                check_out(writing, stay_id, charger=CHARGER, by=by, now=end)

    with ThreadPoolExecutor(len(stays)) as pool:
        for done in [pool.submit(leave, stay.id, by) for stay, by in zip(stays, actors, strict=True)]:
            done.result(30)
    counting = lines_of(session, superseded_at=None)
    assert [line.free_minutes for line in sorted(counting, key=lambda line: line.stay_id)] == [60, *[0] * 5]
    assert sum(line.amount.fen for line in counting) == 5 * 8000
