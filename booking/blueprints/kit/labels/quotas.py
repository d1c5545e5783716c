"""Quotas in words: whose they are, what of them is left before a booking and after it."""

from collections.abc import Sequence

from booking.blueprints.kit.filters import hours_text
from booking.language import gettext
from booking.reservations.quotas.rules import Left, Per, QuotaPeriod
from booking.spaces.rules import DAY_MINUTES
from booking.values.writing import minute_clock


def quota_left_label(found: Sequence[Left]) -> str:
    """Say what the scarcest of the quotas leave of their periods; "" where none counts."""
    return gettext("；").join(_left(one) for one in found[:2])


def scarce_label(found: Sequence[Left]) -> str:
    """Say so of those that nearly bite, where there is little room; "" where none does."""
    return quota_left_label([one for one in found if one.is_scarce])


def _left(one: Left) -> str:
    limit, left = one.limit, hours_text(one.minutes)
    quota = quota_name(limit.per, limit.period, limit.from_minute, limit.until_minute)
    if one.after <= 0:
        return gettext("%(quota)s：现在剩 %(left)s，这次之后就用完", quota=quota, left=left)
    after = hours_text(one.after)
    return gettext("%(quota)s：现在剩 %(left)s，这次之后剩 %(after)s", quota=quota, left=left, after=after)


def quota_name(per: Per, period: QuotaPeriod, first: int, last: int) -> str:
    """Name a quota of the reader's own: whose, of which period, and of which hours if not of all."""
    whose = gettext("你们企业") if per is Per.ENTERPRISE else gettext("你本人")
    if last - first >= DAY_MINUTES:
        return gettext("%(whose)s%(period)s的额度", whose=whose, period=_period_name(period))
    hours = {"first": minute_clock(first), "last": minute_clock(last)}
    return gettext(
        "%(whose)s%(period)s高峰 %(first)s–%(last)s 的额度", whose=whose, period=_period_name(period), **hours
    )


def _period_name(period: QuotaPeriod) -> str:
    names = {QuotaPeriod.DAY: gettext("当天"), QuotaPeriod.WEEK: gettext("当周")}
    return names.get(period, gettext("当月"))


def each_period(period: QuotaPeriod) -> str:
    """Name the period of a quota."""
    names = {QuotaPeriod.DAY: gettext("日"), QuotaPeriod.WEEK: gettext("周")}
    return names.get(period, gettext("月"))


def per_name(per: Per) -> str:
    """Name whose use is added up."""
    return gettext("全企业合计") if per is Per.ENTERPRISE else gettext("每人")


def hours_label(first: int, last: int) -> str:
    """Name the hours that count; "" where every hour does."""
    if last - first >= DAY_MINUTES:
        return ""
    return gettext("高峰 %(first)s–%(last)s", first=minute_clock(first), last=minute_clock(last))
