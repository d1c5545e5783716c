"""Whatever the house writes into its trail is shown in words, not as code."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path

import pytest

from booking.blueprints.enterprises import BillingForm, EnterpriseForm
from booking.blueprints.park.forms import ParkForm
from booking.blueprints.park.trail import action_name, subject_name
from booking.blueprints.park.trail_facts import fact_name, fact_value
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.spaces.facts import SpaceFacts
from booking.spaces.rules import Opening

BOOKING = Path(__file__).resolve().parents[2] / "booking"
FACTS = {"before", "after"}
# Names in dictionaries that functions make: of reservations, corrections, tariffs, baselines, reports…
BUILT_ELSEWHERE = (
    "space_id", "starts_at", "ends_at", "state", "started_at", "ended_at", "gives_back_fen",
    "tariff", "valid_from", "basis", "rate_fen", "increment_minutes", "daily_cap_fen", "bands",
    "enterprise_id", "area", "price_fen", "own_area", "own_price_fen", "evidence", "document_id", "note",
    "area_before", "area_now", "baseline_rent_fen", "kept_rent_fen", "shared_spend_fen", "saving_fen",
    "added", "changed", "unchanged",
)  # fmt: skip
RESERVATIONS = ("reserved", "moved", "extended", "shortened", "approved", "declined", "cancelled", "no_show")


def recorded():
    """Find the actions and subjects of all calls of `record(session, action, subject, …)`."""
    for file in sorted(BOOKING.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record":
                action, subject = node.args[1:3]
                yield (
                    action.value if isinstance(action, ast.Constant) else None,
                    subject.value if isinstance(subject, ast.Constant) else None,
                )


def test_every_change_is_told_in_words(app):
    with app.test_request_context():
        bare = {action for action, _ in recorded() if action and action_name(action) == action}
        bare |= {subject for _, subject in recorded() if subject and subject_name(subject) == subject}
        bare |= {action for action in RESERVATIONS if action_name(action) == action}
    assert not bare, f"booking/blueprints/park/trail.py has no words for {sorted(bare)}"


def kept_names():
    """Find the names that facts are kept under: in dictionaries around `record(…)`, and of whole rows."""
    for file in sorted(BOOKING.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = getattr(node, "targets", [getattr(node, "target", None)])[0]
            if isinstance(node, ast.Assign | ast.AnnAssign) and getattr(named, "id", "") in FACTS:
                yield from literal_keys(node.value)
            if isinstance(node, ast.keyword) and node.arg in FACTS:
                yield from literal_keys(node.value)
    yield from (field.name for part in (SpaceFacts, Opening) for field in dataclasses.fields(part))
    yield from (
        name for form in (ParkForm, EnterpriseForm, BillingForm) for name in vars(form) if in_row(name)
    )
    yield from BUILT_ELSEWHERE


def in_row(name):
    return name in Park.__table__.columns or name in Enterprise.__table__.columns


def literal_keys(value):
    for node in ast.walk(value) if value is not None else ():
        if isinstance(node, ast.Dict):
            yield from (key.value for key in node.keys if isinstance(key, ast.Constant))


def test_every_fact_is_named_in_words(app):
    with app.test_request_context():
        bare = {name for name in kept_names() if fact_name(name) == name}
    assert not bare, f"booking/blueprints/park/trail_facts.py has no words for {sorted(bare)}"


@pytest.mark.parametrize(
    ("subject", "name", "value", "said"),
    [
        ("reservation", "space_id", 7, "M-301"),
        ("space", "part_ids", [7, 8], "M-301、#8"),
        ("reservation", "starts_at", "2026-11-03T08:36:00+00:00", "11月3日 周二 16:36"),
        ("reservation", "ends_at", "2999-01-01T00:00:00+00:00", "未约定结束"),
        ("reservation", "state", "no_show", "未到"),
        ("invoice", "state", "paid", "已付清"),
        ("stay", "total_fen", 12880, "¥128.80"),
        ("enterprise", "monthly_budget", 500000, "¥5,000.00"),
        ("enterprise", "left_on", "2026-10-31", "2026年10月31日"),
        ("enterprise", "may_be_named", True, "是"),
        ("park", "opens", "08:30:00", "08:30"),
        ("opening_rule", "opens_minute", 510, "08:30"),
        ("opening_rule", "lead_minutes", 90, "1 小时 30 分"),
        ("opening_rule", "lead_minutes", 0, "0 分"),
        ("space", "kind", "hall", "会客厅"),
        ("space", "area_hundredths", 3550, "35.5 m²"),
        ("space", "equipment", ["投影", "白板"], "投影、白板"),
        ("member", "role", "manager", "企业负责人"),
        ("dispute", "outcome", "granted", "异议成立"),
        ("baseline", "evidence", "declared", "自报"),
        (
            "tariff",
            "bands",
            [{"name": "错时", "days": "working", "from": 1080, "to": 1320, "factor": "3/5"}],
            "错时：工作日 18:00–22:00 × 0.6",
        ),
        ("space", "name", "兰亭", "兰亭"),
        ("space", "name_en", None, ""),
    ],
)
def test_a_fact_is_told_as_people_read_it(app, subject, name, value, said):
    with app.test_request_context():
        assert fact_value(subject, name, value, {7: "M-301"}) == said


def test_what_is_not_known_is_shown_as_it_is_kept(app):
    with app.test_request_context():
        assert action_name("thing.juggled") == "thing.juggled"
        assert fact_name("juggled_by") == "juggled_by"
        assert fact_value("space", "kind", "cellar", {}) == "cellar"
        assert fact_value("stay", "total_fen", {"a": 1}, {}) == '{"a": 1}'
        assert fact_value("stay", "ended_at", "soon", {}) == "soon"
