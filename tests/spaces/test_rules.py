"""Opening rules: what contradicts itself is refused, and a space's own rule comes and goes whole."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from booking.audit.models import AuditEntry
from booking.spaces.inventory import drop_rule, set_kind_rule, set_space_rule
from booking.spaces.models import Kind
from booking.spaces.queries import rule_for
from booking.spaces.rules import (
    ClosesBeforeItOpens,
    MaximumBelowMinimum,
    MinimumBeyondTheDay,
    MinimumOffStep,
    Opening,
    RuleOutOfRange,
    check_opening,
)

WRONG = [
    ({"closes_minute": 8 * 60}, ClosesBeforeItOpens),
    ({"closes_minute": 1441}, RuleOutOfRange),
    ({"opens_minute": -1}, RuleOutOfRange),
    ({"step_minutes": 0}, RuleOutOfRange),
    ({"horizon_days": 0}, RuleOutOfRange),
    ({"lead_minutes": -1}, RuleOutOfRange),
    ({"buffer_minutes": 12 * 60 + 1}, RuleOutOfRange),
    ({"maximum_minutes": 29}, MaximumBelowMinimum),
    ({"minimum_minutes": 40}, MinimumOffStep),
    ({"minimum_minutes": 15 * 60, "maximum_minutes": 20 * 60}, MinimumBeyondTheDay),
]


@pytest.mark.parametrize(("change", "refusal"), WRONG)
def test_a_rule_that_contradicts_itself_is_refused(change, refusal):
    with pytest.raises(refusal):
        check_opening(replace(Opening(), **change), by_day=False)


def test_every_figure_may_be_at_its_limits():
    widest = Opening(0, 1440, minimum_minutes=1440, maximum_minutes=1440, step_minutes=1440)
    check_opening(replace(widest, lead_minutes=43_200, horizon_days=730, buffer_minutes=720), by_day=False)


def test_storage_may_be_had_for_longer_than_a_day():
    opening = Opening(0, 1440, step_minutes=1440, minimum_minutes=2880, maximum_minutes=14_400)
    check_opening(opening, by_day=True)
    with pytest.raises(MinimumBeyondTheDay):
        check_opening(opening, by_day=False)


def test_a_rule_is_written_once_however_often_it_is_said(session, park, acting):
    opening = Opening(step_minutes=30)
    assert set_kind_rule(session, park.id, Kind.HALL, opening, **acting)
    assert not set_kind_rule(session, park.id, Kind.HALL, opening, **acting)
    assert set_kind_rule(session, park.id, Kind.HALL, replace(opening, horizon_days=7), **acting)
    session.flush()
    trail = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in trail] == ["rule.set", "rule.set"]
    assert (trail[0].before, trail[1].before["horizon_days"], trail[1].after["horizon_days"]) == (None, 60, 7)


def test_a_wrong_rule_is_not_written(session, park, acting):
    with pytest.raises(MinimumOffStep):
        set_kind_rule(session, park.id, Kind.HALL, Opening(minimum_minutes=31), **acting)


def test_a_spaces_own_rule_comes_and_goes_whole(session, world, area, acting):
    space = world.space(area)
    set_kind_rule(session, area.park_id, Kind.MEETING_ROOM, Opening(horizon_days=7), **acting)
    set_space_rule(session, space, Opening(buffer_minutes=10), **acting)
    assert rule_for(session, space, since=None) == Opening(buffer_minutes=10)
    for _ in range(2):
        drop_rule(session, area.park_id, space.kind, space.id, **acting)
    assert rule_for(session, space, since=None) == Opening(horizon_days=7)
    drop_rule(session, area.park_id, space.kind, None, **acting)
    assert rule_for(session, space, since=None) == Opening()
