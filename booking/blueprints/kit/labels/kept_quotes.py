"""A booking's quote in words, and what becomes of it where others come before it to its free minutes."""

from booking.blueprints.kit.filters import money
from booking.blueprints.kit.labels.prices import price_range, range_detail
from booking.blueprints.kit.labels.reservations import quoted
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
