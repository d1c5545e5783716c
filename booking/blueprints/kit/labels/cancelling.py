"""What cancelling would cost, before it is booked and while it is."""

from collections.abc import Collection
from datetime import datetime

from booking.blueprints.kit.filters import moment, money
from booking.charges.charge_fee import CancelTerms
from booking.language import gettext


def cancelling_label(each: Collection[CancelTerms], now: datetime) -> str:
    """Say until when it is free, and the fee from then on, or that it costs at once; "" where it never does.

    Of several, any of which may be had, the earliest limit and the highest fee.
    """
    some = [one for one in each if one.fee]
    if not some:
        return ""
    until, fee = min(one.free_until for one in some), max(one.fee for one in some)
    alike = len(some) == len(each) and all(one.fee == fee for one in some)
    told = money(fee) if alike else gettext("最多 %(price)s", price=money(fee))
    if now > until:
        return gettext("离开始已近：订下以后再取消，按价目收取 %(fee)s。", fee=told)
    return gettext("%(until)s 前取消不收费，之后取消收取 %(fee)s。", until=moment(until), fee=told)
