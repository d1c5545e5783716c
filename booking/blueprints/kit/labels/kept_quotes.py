"""A booking's quote in words, what others make of it at its free minutes, and what cancelling costs."""

from collections.abc import Collection
from datetime import datetime

from booking.blueprints.kit.filters import moment, money
from booking.blueprints.kit.labels.prices import price_range, range_detail
from booking.blueprints.kit.labels.reservations import quoted
from booking.charges.charge_fee import CancelTerms
from booking.charges.dearest import Dearer
from booking.language import gettext
from booking.reservations.models import Reservation
from booking.values import Money


def quoted_range(of: Reservation, dearer: Dearer | None, when_used: Money | None = None) -> str:
    """Say what was quoted, and why it may be more or is, or was `when_used` (`quote_when_used`)."""
    if when_used is not None:
        used = gettext("当月的免费额度后来用在别处，照剩下的算是 %(price)s", price=money(when_used))
        return f"{quoted(of)}{gettext('，')}{used}"
    return quoted(of) if dearer is None else kept_quote(of.quote, dearer)


def kept_quote(quote: Money, dearer: Dearer | None) -> str:
    """Write a quote, and what it may come to instead, or does as things stand: on its page, in letters."""
    if dearer is None or dearer.now is None:
        return range_detail(quote, dearer and dearer.most)
    stands = price_range(dearer.now, dearer.most)
    used = gettext("当月的免费额度已用在别处，现在算是 %(price)s", price=stands)
    return f"{money(quote)}{gettext('，')}{used}"


def cancelling_label(each: Collection[CancelTerms], now: datetime, *, booked: bool = False) -> str:
    """Say until when it is free, and the fee from then on, or that it costs at once; "" where it never does.

    Of several, any of which may be had, the earliest limit and the highest fee.
    """
    some = [one for one in each if one.fee]
    if not some:
        return ""
    until, fee = min(one.free_until for one in some), max(one.fee for one in some)
    alike = len(some) == len(each) and all(one.fee == fee for one in some)
    told = money(fee) if alike else gettext("最多 %(price)s", price=money(fee))
    if now > until and booked:
        return gettext("现在取消，按价目收取 %(fee)s。", fee=told)
    if now > until:
        return gettext("离开始已近：订下以后再取消，按价目收取 %(fee)s。", fee=told)
    facts = {"until": moment(until), "fee": told}
    return gettext("按现在的价目，%(until)s 前取消不收费，之后取消收取 %(fee)s。", **facts)
