"""The trail: who changed what, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request

from booking.audit.models import AuditEntry
from booking.audit.queries import PAGE, Asked, subjects_of, trail_of
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import LONGEST_WORDS, day_or_none
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.session import my_park
from booking.blueprints.park import blueprint
from booking.blueprints.park.trail_facts import OF_SPACES, Codes, fact_name, fact_value
from booking.db import db
from booking.language import gettext
from booking.people.models import Role
from booking.spaces.inventory_queries import codes_of


@dataclass(frozen=True, slots=True)
class Line:
    """One change, ready to show: each fact with what it was and what it is."""

    entry: AuditEntry
    action: str
    subject: str
    facts: list[tuple[str, str, str]]


@blueprint.get("/trail")
@allow(Role.ADMIN)
def trail() -> str:
    """List changes, newest first, by subject, person and day."""
    park = my_park()
    pager = Pager.of_request(PAGE, "subject", "actor", "day")
    rows = pager.cut(trail_of(db.session(), park.id, _asked(park.zone), pager.before))
    subjects = [(name, subject_name(name)) for name in subjects_of(db.session(), park.id)]
    codes = codes_of(db.session(), park.id, _spaces(rows))
    lines = [_line(row, codes) for row in rows]
    return render_template("park/trail.html", lines=lines, subjects=subjects, asked=request.args, pager=pager)


def _asked(zone: ZoneInfo) -> Asked:
    subject, person = request.args.get("subject", ""), request.args.get("actor", "").strip()[:LONGEST_WORDS]
    day = day_or_none(request.args.get("day"))
    if day is None:
        return Asked(subject, person)
    since = datetime.combine(day, time(0), zone)
    until = datetime.combine(day + timedelta(days=1), time(0), zone)
    return Asked(subject, person, since, until)


def _line(entry: AuditEntry, codes: Codes) -> Line:
    before, after = entry.before or {}, entry.after or {}

    def said(kept: dict[str, Any], name: str) -> str:
        return fact_value(entry.subject, name, kept.get(name), codes)

    names = dict.fromkeys([*before, *after])
    facts = [(fact_name(name, entry.subject), said(before, name), said(after, name)) for name in names]
    told = [fact for fact in facts if fact[1] or fact[2]]
    return Line(entry, action_name(entry.action), subject_name(entry.subject), told)


def _spaces(entries: Sequence[AuditEntry]) -> set[int]:
    """Find the spaces that a page of the trail speaks of."""
    kept = [facts for entry in entries for facts in (entry.before, entry.after) if facts]
    values = [facts[name] for facts in kept for name in OF_SPACES if facts.get(name)]
    return {one for value in values for one in (value if isinstance(value, list) else [value])}


def subject_name(subject: str) -> str:
    """Name the kind of thing that changed."""
    names = {
        "area": gettext("区域"),
        "baseline": gettext("原租赁基线"),
        "calendar": gettext("工作日历"),
        "charge": gettext("计费明细"),
        "closure": gettext("停用"),
        "credit_note": gettext("贷记单"),
        "declared_effect": gettext("填报的成效"),
        "dispute": gettext("异议"),
        "enterprise": gettext("企业"),
        "invoice": gettext("账单"),
        "letter": gettext("邮件"),
        "member": gettext("成员"),
        "month_close": gettext("月份"),
        "opening_rule": gettext("预订规则"),
        "park": gettext("园区"),
        "payment": gettext("付款"),
        "reservation": gettext("预订"),
        "savings_report": gettext("节省报告"),
        "space": gettext("空间"),
        "stay": gettext("使用记录"),
        "tariff": gettext("价目"),
    }
    return names.get(subject, subject)


def action_name(action: str) -> str:
    """Name what was done, by the last word of an action like `space.edited`, or by all of `walked in`."""
    names = _of_people_and_parks() | _of_spaces_and_use() | _of_money()
    return names.get(action.rpartition(".")[2], action)


def _of_people_and_parks() -> dict[str, str]:
    return {
        "added": gettext("新增"),
        "closed_account": gettext("停用账号"),
        "created": gettext("新建"),
        "day_set": gettext("更改某一天"),
        "edited": gettext("修改"),
        "invited": gettext("邀请"),
        "invited_again": gettext("再次邀请"),
        "left": gettext("离开园区"),
        "link_sent": gettext("寄出设置密码的链接"),
        "marked": gettext("标记"),
        "opened_account": gettext("恢复账号"),
        "password_changed": gettext("更改密码"),
        "password_set": gettext("设置密码"),
        "returned": gettext("重新入驻"),
        "role_changed": gettext("更改角色"),
        "seeded": gettext("填入放假安排"),
        "sent_again": gettext("重发"),
        "signed_out_everywhere": gettext("在所有设备上退出"),
    }


def _of_spaces_and_use() -> dict[str, str]:
    return {
        "approved": gettext("批准"),
        "brought_back": gettext("恢复使用"),
        "cancelled": gettext("取消"),
        "checked in": gettext("签到"),
        "checked out": gettext("签退"),
        "closed": gettext("停用"),
        "corrected": gettext("更正"),
        "declined": gettext("拒绝"),
        "dropped": gettext("取消规则"),
        "ended by the house": gettext("到时由系统结束"),
        "extended": gettext("延长"),
        "imported": gettext("导入"),
        "lapsed": gettext("开始前没有答复，自动关闭"),
        "lease began": gettext("租期开始"),
        "lifted": gettext("解除"),
        "moved": gettext("移动"),
        "no_show": gettext("未到"),
        "picture_removed": gettext("取下图片"),
        "picture_set": gettext("更换图片"),
        "released as no-show": gettext("未签到，已释放"),
        "removed": gettext("删除"),
        "reserved": gettext("预订"),
        "retired": gettext("停用空间"),
        "scan_code_renewed": gettext("更换二维码"),
        "set": gettext("设定"),
        "shortened": gettext("缩短"),
        "stays longer": gettext("延长使用"),
        "walked in": gettext("直接使用"),
    }


def _of_money() -> dict[str, str]:
    return {
        "answered": gettext("答复"),
        "charged anew": gettext("重新计费"),
        "credit note issued": gettext("开具贷记单"),
        "declared": gettext("填报"),
        "desk asked again": gettext("再次查询在线付款"),
        "invoice made": gettext("开出账单"),
        "invoices made": gettext("开出全部账单"),
        "laid out for payment": gettext("开通在线付款"),
        "month closed": gettext("关账"),
        "not charged": gettext("没有价目，未计费"),
        "paid online": gettext("在线付款"),
        "payment recorded": gettext("登记付款"),
        "payment reversed": gettext("冲销付款"),
        "published": gettext("发布"),
        "questioned": gettext("提出异议"),
        "withdrawn": gettext("撤回"),
    }
