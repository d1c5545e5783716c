"""Carrying an import out: what was shown and nothing else, all of it or nothing, once."""

from __future__ import annotations

from itertools import count

import pytest
from sqlalchemy import func, select

from booking import clock
from booking.audit.models import AuditEntry
from booking.spaces.exchange import reading
from booking.spaces.exchange.import_spaces import (
    PlanOutOfDate,
    import_spaces,
    plan_import,
    present_of,
    rows_of,
)
from booking.spaces.exchange.planning import Present
from booking.spaces.exchange.writing import write_csv, write_xlsx
from booking.spaces.models import Kind, OpeningRule, Space

FILE = """编号,名称,类型,区域,人数,面积,设备,组成
W,大会议室,会议室,新楼,20,58.5,,R1、R2
R1,星火,会议室,A座,10,28.5,投影、白板,
R2,燎原,会议室,A座,10,30,,
""".encode()


@pytest.fixture
def carry_out(session, park, nothing_to_come, acting):
    numbers = count()

    def act(content, fingerprint=None):
        grid = reading.read(content, clock.now)
        plan = plan_import(session, park.id, grid, upcoming=nothing_to_come, now=acting["now"])
        done = import_spaces(
            session,
            park.id,
            grid,
            fingerprint or plan.fingerprint,
            new_code=lambda: f"secret-{next(numbers)}",
            upcoming=nothing_to_come,
            **acting,
        )
        session.commit()
        return done

    return act


def spaces(session):
    return {space.code: space for space in session.scalars(select(Space).order_by(Space.id))}


def test_a_file_adds_spaces_areas_and_combinations_in_any_order(carry_out, session, area):
    carry_out(FILE)
    found = spaces(session)
    assert [part.code for part in found["W"].parts] == ["R1", "R2"]
    assert found["W"].area.name == "新楼"
    assert found["R1"].area_id == area.id
    assert (found["R1"].area_hundredths, [item.name for item in found["R1"].equipment]) == (
        28_50,
        ["投影", "白板"],
    )
    assert len({space.scan_code for space in found.values()}) == 3


def test_the_same_file_again_does_nothing(carry_out, session, area):
    first = carry_out(FILE)
    entries = session.scalar(select(func.count()).select_from(AuditEntry))
    with pytest.raises(PlanOutOfDate):
        carry_out(FILE, first.fingerprint)
    session.rollback()
    again = carry_out(FILE)
    assert (again.added, again.changed, again.unchanged) == ((), (), 3)
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == entries + 1


def test_what_was_shown_is_what_is_done_or_nothing(
    carry_out, session, area, world, park, nothing_to_come, now
):
    shown = plan_import(session, park.id, reading.read(FILE, clock.now), upcoming=nothing_to_come, now=now)
    world.space(area, code="R1", name="先到")
    with pytest.raises(PlanOutOfDate):
        carry_out(FILE, shown.fingerprint)
    session.rollback()
    assert list(spaces(session)) == ["R1"]


def test_with_one_mistake_nothing_is_imported(carry_out, session, area):
    with pytest.raises(PlanOutOfDate):
        carry_out(FILE + "R9,错,沙发,A座,1,1,,\n".encode())
    assert spaces(session) == {}


def test_a_space_keeps_its_label_picture_and_place_when_it_is_updated(carry_out, session, area, world):
    held = world.space(area, code="R1", name="旧名", position=77)
    secret = held.scan_code
    carry_out(FILE)
    session.refresh(held)
    assert (held.name, held.scan_code, held.position) == ("星火", secret, 77)


def test_own_rules_come_and_go_with_the_file(carry_out, session, area, world, park):
    space = world.space(area, code="R1", name="星火")
    world.rule(park, space_id=space.id, horizon_days=7)
    with_rule = write_csv(rows_of(session, park.id))
    assert carry_out(with_rule).unchanged == 1
    without = with_rule.decode("utf-8-sig").replace("08:00,22:00,是,15,30,720,0,7,0,否", ",,,,,,,,,").encode()
    carry_out(without)
    assert session.scalars(select(OpeningRule)).all() == []
    carry_out(with_rule)
    assert session.scalars(select(OpeningRule)).one().horizon_days == 7


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_what_the_database_holds_is_exported_and_read_back_unchanged(
    carry_out, session, area, world, now, park, write
):
    world.space(area, Kind.STORAGE, name="  两个  空格 ", description="一\r\n二 ", equipment=["灯"])
    world.space(area, Kind.HALL, name="=1+1", retired_at=now)
    carry_out(FILE)
    done = carry_out(write(rows_of(session, park.id)))
    assert (done.added, done.changed, done.unchanged) == ((), (), 4)


def test_another_parks_spaces_are_neither_seen_nor_touched(carry_out, session, world, area):
    other = world.area(world.park())
    theirs = world.space(other, code="R1", name="别人的")
    carry_out(FILE)
    session.refresh(theirs)
    assert theirs.name == "别人的"
    assert present_of(session, other.park_id).spaces.keys() == {"R1"}
    assert present_of(session, world.park().id) == Present({}, frozenset(), frozenset())
