"""The facts of a change in words; what is not known is shown as it is kept."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from booking.blueprints.kit.filters import area, comma_list, duration, full_day, moment, money
from booking.blueprints.kit.labels.activities import activity_fact, activity_facts
from booking.blueprints.kit.labels.invoices import invoice_state_name
from booking.blueprints.kit.labels.people import role_name, size_name
from booking.blueprints.kit.labels.prices import band_name, days_name, factor_text, per
from booking.blueprints.kit.labels.reservations import ending_name, state_name
from booking.blueprints.kit.labels.series import kept_rule_label, series_fact_names
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.park import trail_needs
from booking.blueprints.park.trail_parks import of_parks
from booking.charges.models import Outcome
from booking.invoices.models import InvoiceState
from booking.language import gettext
from booking.people.models import Role, Size, TicketKind
from booking.reservations.models import FAR_FUTURE, ReservationState
from booking.savings.models import Evidence
from booking.spaces.models import Kind
from booking.tariffs.models import Basis
from booking.tariffs.terms import Band
from booking.usage.models import Ending
from booking.values.money import Money
from booking.values.stored import read_stored
from booking.values.writing import minute_clock


def fact_name(name: str, subject: str = "") -> str:
    """Name a fact of the trail, which is kept under its column's name."""
    if (subject, name) == ("tariff", "minimum_minutes"):
        return gettext("最短计费")
    if name == "title" and subject in {"activity", "matter"}:
        return gettext("主题") if subject == "activity" else gettext("议题")
    names = (
        activity_facts()
        | series_fact_names()
        | _of_people()
        | of_parks()
        | _of_spaces()
        | _of_rules()
        | _of_use()
        | _of_money()
        | _of_savings()
        | trail_needs.names()
    )
    return names.get(name, name)


def _of_people() -> dict[str, str]:
    return {
        "address": gettext("地址"),
        "asked_at": gettext("申请时间"),
        "asked_by": gettext("申请人"),
        "asked_from": gettext("申请时的网络地址"),
        "bank_account": gettext("银行账号"),
        "asks_for": gettext("须负责人批准的类型"),
        "bank_name": gettext("开户行"),
        "books_up_to_fen": gettext("自行预订每单上限"),
        "billing_email": gettext("账单邮箱"),
        "billing_title": gettext("账单抬头"),
        "email": gettext("邮箱"),
        "joined_on": gettext("入驻日期"),
        "left_on": gettext("离开日期"),
        "may_be_named": gettext("同意在节省报告中写出企业名称"),
        "monthly_budget": gettext("每月预算"),
        "phone": gettext("电话"),
        "failures": gettext("连续失败次数"),
        "off_at": gettext("停用时间"),
        "role": gettext("角色"),
        "tells_changes": gettext("说园区的改动"),
        "tells_day": gettext("说当天的预订"),
        "short_name": gettext("简称"),
        "size": gettext("规模"),
        "through": gettext("凭据"),
        "to": gettext("收件邮箱"),
        "uscc": gettext("统一社会信用代码"),
        "used_from": gettext("使用时的网络地址"),
    }


def _of_spaces() -> dict[str, str]:
    return {
        "added": gettext("新增数"),
        "area_hundredths": gettext("面积"),
        "area_cm2": gettext("面积"),  # as entries before version 0014 call it
        "area_id": gettext("区域"),
        "capacity": gettext("容纳人数"),
        "changed": gettext("改动数"),
        "code": gettext("编号"),
        "description": gettext("说明"),
        "document_id": gettext("文件编号"),
        "equipment": gettext("设备"),
        "kind": gettext("类型"),
        "name": gettext("名称"),
        "name_en": gettext("英文名称"),
        "part_ids": gettext("由这些空间组成"),
        "place": gettext("列表次序"),
        "plan_version": gettext("平面图版本"),
        "position": gettext("列表次序"),
        "retired_at": gettext("停用时间"),
        "space": gettext("空间编号"),
        "space_id": gettext("空间编号"),
        "unchanged": gettext("不变数"),
    }


def _of_rules() -> dict[str, str]:
    return {
        "buffer_minutes": gettext("每次用完后留空"),
        "closes_minute": gettext("关闭"),
        "from_minute": gettext("从"),
        "guest": gettext("访客编号"),
        "until_minute": gettext("到"),
        "per": gettext("合计"),
        "period": gettext("每"),
        "minutes": gettext("分钟"),
        "horizon_days": gettext("最多提前（天）"),
        "lead_minutes": gettext("至少提前"),
        "maximum_minutes": gettext("一次最长"),
        "minimum_minutes": gettext("一次最短"),
        "needs_approval": gettext("预订须管理员批准"),
        "open_on_rest_days": gettext("休息日也开放"),
        "opens_minute": gettext("开放"),
        "step_minutes": gettext("时间刻度"),
    }


def _of_use() -> dict[str, str]:
    return {
        "ended_at": gettext("离开时间"),
        "ending": gettext("结束方式"),
        "ends_at": gettext("结束时间"),
        "lifted_at": gettext("解除时间"),
        "planned_end": gettext("计划结束"),
        "reservation_id": gettext("预订编号"),
        "started_at": gettext("到达时间"),
        "starts_at": gettext("开始时间"),
        "state": gettext("状态"),
    }


def _of_money() -> dict[str, str]:
    return {
        "after_stay": gettext("因哪次使用而变"),
        "amount_fen": gettext("金额"),
        "bands": gettext("时段"),
        "basis": gettext("计价方式"),
        "charge_id": gettext("计费明细"),
        "daily_cap_fen": gettext("每日封顶"),
        "error": gettext("出错原因"),
        "gives_back_fen": gettext("退还金额"),
        "increment_minutes": gettext("计费步长"),
        "invoices": gettext("账单数"),
        "lines": gettext("明细数"),
        "month": gettext("月份"),
        "number": gettext("号码"),
        "outcome": gettext("答复结果"),
        "provider_id": gettext("支付平台编号"),
        "rate_fen": gettext("单价"),
        "reference": gettext("附言"),
        "tariff": gettext("价目"),
        "version": gettext("版本"),
        "total_fen": gettext("合计"),
    }


def _of_savings() -> dict[str, str]:
    return {
        "area": gettext("原租面积"),
        "area_before": gettext("原租面积"),
        "area_now": gettext("现租面积"),
        "baseline_rent_fen": gettext("原租金"),
        "enterprise_id": gettext("企业编号"),
        "evidence": gettext("依据"),
        "figure": gettext("数字"),
        "kept_rent_fen": gettext("现租金"),
        "note": gettext("说明"),
        "own_area": gettext("现租面积"),
        "own_price_fen": gettext("现租单价"),
        "price_fen": gettext("原租单价"),
        "saving_fen": gettext("净节省"),
        "shared_spend_fen": gettext("共享支出"),
        "title": gettext("成效"),
        "valid_from": gettext("生效日"),
    }


Codes = Mapping[int, str]  # what stands on a space's door, by its id


def fact_value(subject: str, name: str, value: Any, codes: Codes) -> str:  # noqa: ANN401 - whatever JSON holds
    """Write a value as people read it; one that does not fit its name is shown as it is kept."""
    if value is None or value == "":
        return ""
    try:
        return str(_worded(subject, name, value, codes))
    except (ValueError, TypeError, KeyError, AttributeError):
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


OF_SPACES = {"space_id", "part_ids"}


def _worded(subject: str, name: str, value: Any, codes: Codes) -> str:  # noqa: ANN401 - see fact_value
    if isinstance(value, bool):
        return str(gettext("是") if value else gettext("否"))
    if isinstance(value, list):
        return comma_list(_item(name, item, codes) for item in value)
    if name in OF_SPACES:
        return codes.get(value, f"#{value}")
    own = activity_fact(name, value) if subject == "activity" else trail_needs.fact(subject, name, value)
    if own is not None:
        return own
    if name == "state" and subject in {"invoice", "payment", "credit_note"}:
        return invoice_state_name(InvoiceState(value))
    known = WORDED.get(name) or next((say for ending, say in BY_ENDING.items() if name.endswith(ending)), str)
    return known(value)


def _item(name: str, item: Any, codes: Codes) -> str:  # noqa: ANN401 - see fact_value
    if name == "part_ids":
        return codes.get(item, f"#{item}")
    if name == "asks_for":
        return kind_name(Kind(item))
    return _band(item) if name == "bands" else str(item)


def _band(kept: dict[str, Any]) -> str:
    band: Band = read_stored(kept, Band, of="a band in the trail")
    return gettext(
        "%(name)s：%(days)s %(start)s–%(end)s %(factor)s",
        name=band_name(band.name),
        days=days_name(band.days),
        start=minute_clock(band.from_minute),
        end=minute_clock(band.to_minute),
        factor=factor_text(band.factor),
    )


def _fen(value: int) -> str:
    return money(Money(value))


def _instant(value: str) -> str:
    read = datetime.fromisoformat(value)
    return str(gettext("未约定结束")) if read >= FAR_FUTURE else moment(read)


def _outcome(outcome: str) -> str:
    granted = Outcome(outcome) is Outcome.GRANTED
    return str(gettext("异议成立") if granted else gettext("异议未成立"))


def _link(kind: TicketKind) -> str:
    reset = kind is TicketKind.RESET
    return str(gettext("重设密码的邮件链接") if reset else gettext("邀请邮件里的链接"))


def _evidence(evidence: str) -> str:
    documented = Evidence(evidence) is Evidence.DOCUMENTED
    return str(gettext("有据") if documented else gettext("自报"))


IDS = {"area_id", "charge_id", "document_id", "enterprise_id"}
AREAS = {"area", "area_before", "area_hundredths", "area_cm2", "area_now", "own_area"}
DAYS = {"by_when", "day", "due_on", "first_day", "joined_on", "left_on", "valid_from"}
WORDED: dict[str, Callable[[Any], str]] = {
    "basis": lambda value: per(Basis(value)),
    "closes": lambda value: str(value)[:5],
    "ending": lambda value: ending_name(Ending(value)),
    "evidence": _evidence,
    "kind": lambda value: kind_name(Kind(value)),
    "monthly_budget": _fen,
    "opens": lambda value: str(value)[:5],
    "outcome": _outcome,
    "planned_end": _instant,
    "role": lambda value: role_name(Role(value)),
    "size": lambda value: size_name(Size(value)),
    "state": lambda value: state_name(ReservationState(value)),
    "rule": kept_rule_label,
    "through": lambda value: _link(TicketKind(value)),
    **dict.fromkeys(AREAS, area),
    **dict.fromkeys(DAYS, lambda value: full_day(date.fromisoformat(value))),
    **dict.fromkeys(IDS, lambda value: f"#{value}"),
}
BY_ENDING: dict[str, Callable[[Any], str]] = {
    "_fen": _fen, "_minutes": duration, "_minute": minute_clock, "_at": _instant,
}  # fmt: skip
