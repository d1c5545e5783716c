"""Quotas in words: what they count, what they leave."""

from collections.abc import Sequence

from booking.blueprints.kit.filters import duration
from booking.language import gettext
from booking.reservations.quotas.rules import Left, Per, QuotaPeriod
from booking.spaces.rules import DAY_MINUTES
from booking.values.writing import minute_clock


def quota_left_label(found: Sequence[Left]) -> str:
    """Say what the scarcest of the quotas leave of their periods; "" where none counts."""
    return gettext("；").join(_left(one) for one in found[:2])


def _left(one: Left) -> str:
    said = {"period": period_name(one.limit.period), "whose": whose_name(one.limit.per)}
    hours = hours_label(one.limit.from_minute, one.limit.until_minute)
    left = duration(one.minutes)
    return gettext("%(period)s%(whose)s%(hours)s还可用 %(left)s", **said, hours=hours, left=left)


def period_name(period: QuotaPeriod) -> str:
    """Name the period that a time is in."""
    names = {QuotaPeriod.DAY: gettext("当天"), QuotaPeriod.WEEK: gettext("当周")}
    return names.get(period, gettext("当月"))


def each_period(period: QuotaPeriod) -> str:
    """Name the period of a quota."""
    names = {QuotaPeriod.DAY: gettext("天"), QuotaPeriod.WEEK: gettext("周")}
    return names.get(period, gettext("月"))


def per_name(per: Per) -> str:
    """Name whose use is added up."""
    return gettext("全企业合计") if per is Per.ENTERPRISE else gettext("每人")


def whose_name(per: Per) -> str:
    """Name whose use is added up, to who reads of their own."""
    return gettext("本企业") if per is Per.ENTERPRISE else gettext("你本人")


def hours_label(first: int, last: int) -> str:
    """Name the hours that count; "" where every hour does."""
    if last - first >= DAY_MINUTES:
        return ""
    return gettext("高峰 %(first)s–%(last)s ", first=minute_clock(first), last=minute_clock(last))
