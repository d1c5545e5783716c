"""What a rule keeps free after a use is foreseen wherever a time is shown, priced or offered."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.audit.actions import Actor
from booking.reservations.alternatives import free_and_allowed
from booking.reservations.queries import claims_of_kind, is_free
from booking.reservations.reserve_from_pool import fit_and_free
from booking.reservations.space_queries import ANYTHING
from booking.reservations.upcoming import free_and_own
from booking.spaces.models import Kind
from booking.usage.check_in import check_in
from booking.usage.check_out import check_out
from booking.usage.models import Stay
from booking.usage.stay_longer import hold_overstay
from booking.values import Span
from tests.harness.app import open_session
from tests.harness.stays import CHARGER, actor, reserved
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.reservations.conftest import asked, at, book

WHY = "每次使用前后要留 30 分整理，所以挨得太近也不行"


def hours(start, end):
    return Span(TUESDAY + timedelta(hours=start), TUESDAY + timedelta(hours=end))


@pytest.fixture
def tidied(place):
    """The room is had from twelve to one by others, and half an hour is kept free after every use."""
    place.world.rule(place.park, space_id=place.room.id, buffer_minutes=30)
    answer = place.others.post("/reservations/new", data=asked(place.room, 3, 4))
    assert answer.status_code == 302
    place.session.rollback()
    return place


@pytest.mark.parametrize("quarters", range(7, 20))
def test_whatever_foresees_it_says_what_the_booking_will_say(tidied, quarters):
    """Half an hour fits before half past eleven, and from half past one on."""
    span, session, park = hours(quarters / 4, quarters / 4 + 0.5), tidied.session, tidied.park
    by = Actor(tidied.me.name, tidied.me.id, park.id, tidied.ours.id)
    both, room = [tidied.room, tidied.other], tidied.room
    listed = free_and_allowed(session, park, Kind.MEETING_ROOM, span, TUESDAY, ANYTHING)
    query = {"space": room.id, "start": at(quarters / 4), "end": at(quarters / 4 + 0.5)}
    problem = tidied.mine.get("/calendar/quote", query_string=query).json["problem"]
    foreseen = (
        is_free(session, room, span),
        free_and_own(session, room, span, tidied.me.id)[0],
        room in fit_and_free(session, both, span, people=2, by=by, now=TUESDAY, hold=False),
        room.id in [row.id for row in listed],
        problem is None,
    )
    fits = not 8 < quarters < 18
    assert foreseen == (fits,) * 5
    refused = tidied.mine.post("/reservations/new", data=asked(room, quarters / 4, quarters / 4 + 0.5))
    assert refused.status_code == (302 if fits else 409)


def test_the_form_the_move_and_the_pool_say_it_before_they_are_pressed(tidied):
    form = tidied.mine.get("/reservations/new", query_string=asked(tidied.room, 2, 3)).text
    assert f"{WHY}。请另选" in form
    assert "。。" not in form
    made = book(tidied, tidied.other, 2)
    query = {"space": tidied.room.id, "start": at(2), "end": at(3), "moves": made.id}
    assert WHY in tidied.mine.get("/calendar/quote", query_string=query).json["problem"]
    pool = asked(tidied.room, 2, 3, kind="meeting_room", area=0)
    assert "没有空" in tidied.mine.get("/reservations/any/price", query_string=pool).json["problem"]
    tidied.me.language = "en"
    tidied.session.commit()
    said = tidied.mine.get("/calendar/quote", query_string=query).json["problem"]
    assert "30 min are kept free between two uses, so times that close do not fit. Please choose" in said


def test_who_has_it_until_when_is_told_apart_from_the_tidying(tidied):
    def problem(start):
        query = {"space": tidied.room.id, "start": at(start), "end": at(start + 1)}
        return tidied.mine.get("/calendar/quote", query_string=query).json["problem"]

    assert "12:00–13:00 已占用，之后整理到 13:30。请另选" in problem(3)
    assert f"12:00–13:00 已占用，之后整理到 13:30；{WHY}。请另选" in problem(4)


def test_the_day_and_the_week_draw_for_how_long_no_use_can_end(tidied):
    """From eight on: 11:30 is the fourteenth quarter, 12:00 the sixteenth."""
    for path in ("/calendar", f"/calendar/spaces/{tidied.room.id}"):
        page = tidied.mine.get(path).text
        assert re.search(r'is-tidy at-14 len-2" title="11:30–12:00 下一个使用前留给整理"', page), path
        assert "09:00–11:30 空闲，预订" in page, path
        assert "13:30–22:00 空闲，预订" in page, path


def test_no_statement_more_is_needed_to_foresee_it(tidied, count_queries):
    query = {"space": tidied.room.id, "start": at(1), "end": at(2)}
    other = query | {"space": tidied.other.id}
    pool = asked(tidied.room, 1, 2, kind="meeting_room", area=0)
    tidied.mine.get("/calendar/quote", query_string=query)
    tidied.mine.get("/reservations/any/price", query_string=pool)
    with_rule = count_queries(lambda: tidied.mine.get("/calendar/quote", query_string=query))
    assert with_rule == count_queries(lambda: tidied.mine.get("/calendar/quote", query_string=other))


def test_what_ends_early_is_followed_by_tidying_and_not_by_its_plan(tidied, standing_clock):
    mine = book(tidied, tidied.room, 0)
    tidied.mine.post(f"/today/check-in/{mine.id}")
    tidied.session.rollback()
    stay = tidied.session.scalars(select(Stay)).one()
    standing_clock.set(TUESDAY + timedelta(minutes=15))
    assert tidied.mine.post(f"/today/check-out/{stay.id}").status_code == 302
    page = tidied.mine.get("/calendar").text
    assert "09:00–09:15 周会" in page
    assert re.search(r'is-tidy at-5 len-2" title="09:15–09:45 整理时间"', page)


def test_both_engines_tell_what_is_used_from_what_is_tidied_up(on_both_engines, app_on, now):
    """Booked for an hour; done after a quarter of it; and what is free is asked with the time after it."""
    with open_session(app_on(on_both_engines)) as session:
        world = World(session, now)
        park = world.park()
        area = world.area(park)
        world.rule(park, buffer_minutes=30)
        room, other = world.space(area), world.space(area)
        member = world.member(world.enterprise(park))
        first, later = timedelta(hours=1), timedelta(hours=3)
        reserved(session, room, member, now + later, now + later + first)
        made = reserved(session, other, member, now, now + first)
        acts = {"charger": CHARGER, "by": actor(member), "now": now}
        stay = check_in(session, made.id, park=park, **acts)
        check_out(session, stay.id, **acts | {"now": now + first / 4})
        session.flush()
        rows = claims_of_kind(session, park.id, Kind.MEETING_ROOM, Span(now, now + 2 * later))
        told = {row.space_id: (row.used_at(now).end - now, row.ends_at - now) for row in rows}
        half = timedelta(minutes=30)
        assert told == {
            room.id: (later + first, later + first + half),
            other.id: (first / 4, first / 4 + half),
        }
        for start, free in ((1.5, True), (1.75, False), (4.25, False), (4.5, True)):
            begins = now + timedelta(hours=start)
            span = Span(begins, begins + first)
            assert is_free(session, room, span) is free, start
            assert free_and_own(session, room, span, member.id)[0] is free, start


def test_whoever_stays_over_has_the_room_and_nobody_tidies_it_up(on_both_engines, app_on, now):
    """Booked for an hour, with none kept after it, and held on by quarters while its people do not leave."""
    with open_session(app_on(on_both_engines)) as session:
        world = World(session, now)
        park = world.park()
        member, room = world.member(world.enterprise(park)), world.space(world.area(park))
        booked = Span(now, now + timedelta(hours=1))
        made = reserved(session, room, member, booked.start, booked.end)
        stay = check_in(session, made.id, park=park, charger=CHARGER, by=actor(member), now=now)
        late = booked.end + timedelta(minutes=5)
        assert hold_overstay(session, stay.id, now=late)
        session.flush()
        [row] = claims_of_kind(session, park.id, Kind.MEETING_ROOM, booked)
        assert row.used_at(late) == Span(now, late + timedelta(minutes=15))
        assert not row.is_overstayed(booked.end - timedelta(minutes=1))
        check_out(session, stay.id, charger=CHARGER, by=actor(member), now=late)
        session.flush()
        [row] = claims_of_kind(session, park.id, Kind.MEETING_ROOM, booked)
        assert row.used_at(late) == Span(now, late)
