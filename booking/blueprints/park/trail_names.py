"""The names of the facts that changed, for the trail; one that is not known is shown as it is kept."""

from booking.blueprints.kit.labels.needs import activity_facts
from booking.blueprints.kit.labels.series import series_fact_names
from booking.language import gettext


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
        | needs_facts()
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


def needs_facts() -> dict[str, str]:
    """Name the facts of needs and matters."""
    return {
        "by_when": gettext("期限"),
        "deputy": gettext("代理人"),
        "due_on": gettext("期限"),
        "liaison": gettext("联络员"),
        "proposal": gettext("建议"),
        "what": gettext("议定"),
        "who": gettext("负责"),
    }


def of_parks() -> dict[str, str]:
    """Name the facts of a park, of its calendar and of its waiting lists."""
    return {
        "branch_email": gettext("党支部邮箱"),
        "closes": gettext("关闭"),
        "day": gettext("日期"),
        "days": gettext("天数"),
        "early_minutes": gettext("可提前签到"),
        "grace_minutes": gettext("保留时间"),
        "held_until": gettext("保留到"),
        "hold_minutes": gettext("候补保留时间"),
        "answer_hours": gettext("答复申请"),
        "label": gettext("说明"),
        "mail_from": gettext("发件邮箱"),
        "opens": gettext("开放"),
        "payment_days": gettext("付款期（天）"),
        "published": gettext("国务院办公厅已发布，这里已核对"),
        "review_days": gettext("对账期（天）"),
        "seller_address": gettext("销售方地址"),
        "seller_name": gettext("销售方名称"),
        "seller_phone": gettext("销售方电话"),
        "seller_uscc": gettext("销售方信用代码"),
        "source": gettext("来源"),
        "working": gettext("是工作日"),
        "year": gettext("年份"),
        "zone_name": gettext("时区"),
    }
