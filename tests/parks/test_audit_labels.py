"""Whatever is written into the trail is an action of one grammar, and is shown in words, not as code."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path

import pytest

from booking.audit.actions import EARLIER, Action
from booking.blueprints.company.enterprises import BillingForm, EnterpriseForm
from booking.blueprints.kit.labels.reservations import change_name
from booking.blueprints.park.particulars import ParkForm
from booking.blueprints.park.trail import fact_value
from booking.blueprints.park.trail_actions import action_labels, action_name, subject_name
from booking.blueprints.park.trail_names import fact_name
from booking.language import force_locale
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.reservations.models import ReservationChange
from booking.spaces.inventory import SpaceFacts
from booking.spaces.rules import FIGURES

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


def calls_of_record():
    """Find the action and the subject of all calls of `record(session, action, subject, …)`."""
    for file in sorted(BOOKING.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"record", "record_each"}:
                yield node.args[1:3]


def test_every_change_is_told_in_words(app):
    with app.test_request_context():
        subjects = {subject.value for _, subject in calls_of_record() if isinstance(subject, ast.Constant)}
        bare = {subject for subject in subjects if subject_name(subject) == subject}
    assert not bare, f"booking/blueprints/park/trail.py has no words for {sorted(bare)}"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_action_has_its_words_in_both_languages(app, language):
    with app.test_request_context(), force_locale(language):
        named = action_labels()
    assert set(named) == set(Action)
    assert all(named.values())
    if language == "en":
        assert not [words for words in named.values() if re.search("[\u4e00-\u9fff]", words)]


def test_every_step_of_a_reservation_has_its_words(app):
    with app.test_request_context():
        steps = [ReservationChange(what=one) for one in Action if one.startswith("reservation.")]
        bare = [step.what for step in steps if change_name(step) == step.what]
    assert len(steps) == 16
    assert not bare


# What stood in the trail and in the history of reservations before actions were an enumeration, and how the
# pages worded it then. Such rows never change.
FORMER = [
    ("answered", "作出答复"), ("area.added", "新增"), ("area.edited", "修改"), ("area.moved", "移动"),
    ("area.picture_set", "更换图片"), ("area.removed", "删除"), ("baseline.set", "设定"),
    ("calendar.day_set", "更改某一天"), ("calendar.marked", "标记"), ("calendar.seeded", "填入放假安排"),
    ("charged anew", "重新计费"), ("checked in", "签到"), ("checked out", "签退"), ("closed", "停用"),
    ("corrected", "作了更正"), ("credit note issued", "开具贷记单"), ("desk asked again", "再次查询在线付款"),
    ("effect.declared", "填报"), ("effect.withdrawn", "撤回"), ("ended by the house", "到时由系统结束"),
    ("enterprise.added", "新增"), ("enterprise.edited", "修改"), ("enterprise.left", "离开园区"),
    ("enterprise.returned", "又入驻"), ("inventory.imported", "导入"), ("invoice made", "开出账单"),
    ("invoices made", "开出全部账单"), ("laid out for payment", "开通在线付款"), ("lease began", "租期开始"),
    ("letter.sent_again", "重发"), ("lifted", "解除"), ("member.added", "新增"),
    ("member.closed_account", "停用账号"), ("member.invited", "邀请"), ("member.invited_again", "再次邀请"),
    ("member.link_sent", "寄出设置密码的链接"), ("member.opened_account", "恢复账号"),
    ("member.password_changed", "更改密码"), ("member.password_set", "设置密码"),
    ("member.role_changed", "更改角色"), ("member.signed_out_everywhere", "在所有设备上退出"),
    ("month closed", "关账"), ("not charged", "没有价目，未计费"), ("paid online", "在线付款"),
    ("park.created", "新建"), ("park.edited", "修改"), ("payment recorded", "登记付款"),
    ("payment reversed", "冲销付款"), ("published", "发布"), ("questioned", "提出异议"),
    ("released as no-show", "未签到，已释放"), ("report.published", "签发"), ("rule.dropped", "取消规则"),
    ("rule.set", "设定"), ("space.added", "新增"), ("space.brought_back", "恢复使用"),
    ("space.edited", "修改"), ("space.picture_set", "更换图片"), ("space.retired", "停用空间"),
    ("space.scan_code_renewed", "更换二维码"), ("stays longer", "延长使用"), ("walked in", "直接使用"),
    ("withdrawn", "撤回"),
    ("reserved", "订下了"), ("moved", "移动"), ("extended", "延长"), ("shortened", "缩短"),
    ("approved", "批准"), ("declined", "拒绝"), ("lapsed", "开始前没有答复，自动关闭"), ("cancelled", "取消"),
]  # fmt: skip
FORMER_STEPS = [
    ("reserved", "订下了"), ("moved", "改期或换空间"), ("extended", "延长"), ("shortened", "缩短"),
    ("approved", "同意了申请"), ("declined", "没有同意申请"), ("lapsed", "开始前没有答复，自动关闭"),
    ("cancelled", "取消了预订"), ("no_show", "未到，已释放"),
]  # fmt: skip


def test_what_earlier_versions_wrote_is_told_as_before(app):
    with app.test_request_context():
        assert {kept: action_name(kept) for kept, _ in FORMER} == dict(FORMER)
        assert [(kept, change_name(ReservationChange(what=kept))) for kept, _ in FORMER_STEPS] == FORMER_STEPS
    assert set(EARLIER) <= {kept for kept, _ in FORMER + FORMER_STEPS}


def test_actions_are_told_in_one_grammar():
    """A noun, and what was done to it; `read` gives every one back."""
    said = "begun brought drawn laid left made paid put sent set taken undone withdrawn"
    irregular = set(said.split())
    for action in Action:
        noun, _, done = action.partition(".")
        assert action is Action[f"{noun}_{done}".upper()]
        assert Action.read(action.value) is action
        assert [word for word in done.split("_") if word.endswith("ed") or word in irregular], action


def test_the_trail_is_written_by_one_module_alone():
    others = []
    for file in sorted(BOOKING.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            makes = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "AuditEntry"
            fills = isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"insert", "sql_insert"}
            rows = isinstance(node, ast.Attribute) and ast.unparse(node) == "AuditEntry.__table__"
            if makes or rows or (fills and any("AuditEntry" in ast.unparse(one) for one in node.args)):
                others.append(file.relative_to(BOOKING).as_posix())
    assert others == ["audit/trail.py"]


def test_every_entry_names_its_action_by_the_enumeration():
    typed = [action for action, _ in calls_of_record() if isinstance(action, ast.Constant | ast.JoinedStr)]
    assert not typed, [ast.unparse(one) for one in typed]


def kept_names():
    """Find the names that facts are kept under: in dictionaries around `record(…)`, and of whole rows."""
    for file in sorted(BOOKING.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = getattr(node, "targets", [getattr(node, "target", None)])[0]
            if isinstance(node, ast.Assign | ast.AnnAssign) and getattr(named, "id", "") in FACTS:
                yield from literal_keys(node.value)
            if isinstance(node, ast.keyword) and node.arg in FACTS:
                yield from literal_keys(node.value)
    yield from (field.name for field in dataclasses.fields(SpaceFacts))
    yield from FIGURES
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
    assert not bare, f"booking/blueprints/park/trail.py has no words for {sorted(bare)}"


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
