"""What people type into forms, for each form that takes more than a press: page, and what is filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from booking.people.models import Role
from tests.forms.cases import EDITS


@dataclass(frozen=True)
class Typing:
    """Who types what into which page, and what of it is shown again."""

    role: Role
    page: str
    typed: dict[str, Any]
    shown: tuple[str, str]  # a label, and the value beside it


def _edit(endpoint, label, **typed):
    case = EDITS[endpoint]
    filled = {case.field: case.second, **case.also, **typed}
    return Typing(case.role, case.page, filled, (label, case.second))


TYPED = {
    "activities.edit": _edit("activities.edit", "主题"),
    "activities.new": Typing(
        Role.ADMIN,
        "/activities/new",
        {"title": "财税培训", "day": "2026-11-20", "starts": "14:00", "ends": "16:00", "places": "20"},
        ("主题", "财税培训"),
    ),
    "activities.people": Typing(
        Role.BRANCH,
        "/activities/{activity_id}/people",
        {"name": "何来", "firm": "邻园企业"},
        ("姓名", "何来"),
    ),
    "activities.drop": Typing(
        Role.BRANCH, "/activities/{activity_id}/call-off", {"reason": "讲师生病"}, ("原因", "讲师生病")
    ),
    "closing.pay": Typing(
        Role.ADMIN,
        "/closing/invoices/{invoice_id}",
        {"amount": "12.50", "reference": "流水 7"},
        ("到账金额", "12.50"),
    ),
    "company.particulars": _edit("company.particulars", "地址"),
    "company.people": Typing(
        Role.MANAGER,
        "/company/people",
        {"name": "何新", "email": "he@neu.example", "role": "member"},
        ("角色", "企业员工"),
    ),
    "rights.of_all": _edit("rights.of_all", "每单最多"),
    "rights.of_one": _edit("rights.of_one", "每单最多"),
    "disputes.answer": Typing(
        Role.ADMIN,
        "/disputes/{dispute_id}",
        {"outcome": "declined", "words": "门禁记录相符"},
        ("理由", "门禁记录相符"),
    ),
    "enterprises.edit": _edit("enterprises.edit", "简称"),
    "enterprises.invite": Typing(
        Role.ADMIN,
        "/enterprises/{enterprise_id}",
        {"name": "何旧", "email": "he@alt.example", "role": "manager"},
        ("邮箱", "he@alt.example"),
    ),
    "front_desk.correct": Typing(
        Role.ADMIN,
        "/front-desk/stays/{ended_stay_id}",
        {"ended_at": "2026-11-02T10:45", "reason": "门禁记录"},
        ("实际离开时间", "11月2日 周一 10:45"),
    ),
    "idle_places.edit": _edit("idle_places.edit", "名称"),
    # before it is emptied by the next one
    "idle_places.use": Typing(
        Role.BRANCH,
        "/idle-places/{used_idle_place_id}/use",
        {"since": "2026-11-02"},
        ("投入使用日期", "11月2日 周一"),
    ),
    "idle_places.empty": Typing(
        Role.BRANCH,
        "/idle-places/{used_idle_place_id}",
        {"since": "2026-11-01", "reason": "隔断拆了"},
        ("原因", "隔断拆了"),
    ),
    "idle_places.propose": Typing(
        Role.BRANCH,
        "/idle-places/{idle_place_id}",
        {"proposal": "改作六个错时工位"},
        ("可以做什么用", "改作六个错时工位"),
    ),
    "idle_places.new": Typing(
        Role.BRANCH,
        "/idle-places/new",
        {"name": "门厅", "area_hundredths": "18", "empty_since": "2026-09-01"},
        ("名称", "门厅"),
    ),
    "inventory.area": _edit("inventory.area", "名称"),
    "plans.edit": _edit("plans.edit", "图宽（格）"),
    "inventory.change_space": _edit("inventory.change_space", "名称"),
    "inventory.extend": Typing(
        Role.ADMIN,
        "/inventory/extended/new",
        {"space": "0", "day": "2026-12-01", "closes": "23:00", "reason": "赶标书"},
        ("原因", "赶标书"),
    ),
    "inventory.kind_rule": _edit("inventory.kind_rule", "最多提前"),
    "inventory.new_area": Typing(Role.ADMIN, "/inventory/areas/new", {"name": "C座"}, ("名称", "C座")),
    "inventory.new_closure": Typing(
        Role.ADMIN,
        "/inventory/closures/new?space={space_id}",
        {"starts": "2026-12-01T09:00", "ends": "2026-12-01T10:00", "reason": "检修"},
        ("原因", "检修"),
    ),
    "inventory.new_space": Typing(
        Role.ADMIN, "/inventory/spaces/new?kind=hall", {"code": "H9", "name": "会客厅九"}, ("编号", "H9")
    ),
    "inventory.space_rule": _edit("inventory.space_rule", "最多提前"),
    "inventory.take_back": Typing(
        Role.ADMIN,
        "/inventory/extended/{extended_id}/take-back",
        {"reason": "不用了"},
        ("为什么收回", "不用了"),
    ),
    "needs.answer": Typing(Role.ADMIN, "/needs/{need_id}", {"answer": "明早来修"}, ("答复", "明早来修")),
    "needs.decide": Typing(
        Role.BRANCH,
        "/matters/{matter_id}",
        {"what": "周三全天开放合并间", "who": "安澜", "by_when": "2026-11-20"},
        ("谁负责", "安澜"),
    ),
    "needs.declare": Typing(
        Role.BRANCH,
        "/needs/trend",
        {"month": "2025-10", "number": "15", "source": "物业登记簿"},
        ("来源", "物业登记簿"),
    ),
    "needs.extend": Typing(
        Role.ADMIN,
        "/needs/{hours_need_id}",
        {"space": "0", "day": "2026-12-08", "closes": "23:00", "reply": "那天开到 23 点"},
        ("答复", "那天开到 23 点"),
    ),
    "needs.matter": _edit("needs.matter", "议题"),
    "park.day": _edit("park.day", "说明"),
    "park.mark": _edit("park.mark", "来源"),
    "park.particulars": _edit("park.particulars", "地址"),
    "park.people": Typing(
        Role.ADMIN,
        "/park/people",
        {"name": "何管", "email": "he@park.example", "role": "branch"},
        ("角色", "园区党支部"),
    ),
    "reservations.create": Typing(
        Role.MEMBER,
        "/reservations/new?space={space_id}",
        {"day": "2026-11-05", "starts": "10:00", "ends": "11:00", "people": "4", "purpose": "周会 & 复盘"},
        ("用途", "周会 & 复盘"),
    ),
    "quotas.index": Typing(Role.ADMIN, "/quotas", {"hours": "4"}, ("最多小时数", "4")),
    "waiting.join": Typing(
        Role.MEMBER,
        "/waiting/new?space={space_id}",
        {"day": "2026-11-05", "starts": "10:00", "ends": "11:00", "people": "4", "purpose": "周会 & 复盘"},
        ("用途", "周会 & 复盘"),
    ),
    "series.changed": Typing(
        Role.MEMBER,
        "/reservations/series/{series_id}/change",
        {"starts": "14:00", "ends": "15:00"},
        ("开始", "14:00"),
    ),
    "series.extended": Typing(
        Role.MEMBER,
        "/reservations/series/{series_id}/extend",
        {"until": "2026-12-23"},
        ("到哪一天", "12月23日 周三"),
    ),
    "series.create": Typing(
        Role.MEMBER,
        "/reservations/series/new?space={space_id}",
        {
            "day": "2026-11-05",
            "starts": "10:00",
            "ends": "11:00",
            "interval": "2",
            "count": "4",
            "people": "4",
            "purpose": "周会 & 复盘",
        },
        ("用途", "周会 & 复盘"),
    ),
    "reservations.name_guests": _edit("reservations.name_guests", "访客"),
    "reservations.moved": Typing(
        Role.MEMBER,
        "/reservations/{held_id}/move",
        {"day": "2026-11-06", "starts": "10:00", "ends": "11:00"},
        ("日期", "11月6日 周五"),
    ),
    "robots.index": Typing(
        Role.MANAGER,
        "/company/robots",
        {"name": "行政群", "address": "https://open.feishu.cn/open-apis/bot/v2/hook/0123456789"},
        ("群名", "行政群"),
    ),
    "reminders.index": Typing(
        Role.MEMBER,
        "/reminders",
        {"start_way": "inbox", "start_minutes": "60", "end_minutes": "15"},
        ("怎么提醒", "只放进收件箱"),
    ),
    "savings.baseline": _edit("savings.baseline", "原来的面积"),
    "savings.check": Typing(
        Role.ADMIN,
        "/savings/baselines/{baseline_id}",
        {"decision": "sent_back", "reason": "面积与合同不符"},
        ("退回的理由", "面积与合同不符"),
    ),
    "savings.effect": Typing(
        Role.MANAGER, "/savings/{enterprise_id}/effect", {"title": "订单", "figure": "+30%"}, ("事项", "订单")
    ),
    "statement.question": Typing(
        Role.MANAGER,
        "/statement/lines/{charge_id}/question",
        {"words": "没有用这么久"},
        ("哪里不对", "没有用这么久"),
    ),
    "tariffs.publish": _edit("tariffs.publish", "单价（含税）"),
}
