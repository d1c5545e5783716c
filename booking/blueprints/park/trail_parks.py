"""The facts of a park in words, for the trail."""

from booking.language import gettext


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
