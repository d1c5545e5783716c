"""A quote in words: what it costs, and why."""

from booking.blueprints.kit.filters import duration, money
from booking.blueprints.kit.labels.bands import band_name
from booking.charges.explain import UseExplained, explain_price
from booking.charges.pricing import Quote
from booking.language import gettext
from booking.values.money import Money


def price_text(quote: Quote) -> str:
    """Write ¥128.80; of a lease without an end, what a day costs."""
    if quote.open_ended and quote.per_day is not None:
        return str(gettext("%(price)s／天", price=money(quote.per_day)))
    return money(quote.total)


def price_detail(quote: Quote) -> str:
    """Tell the minutes of each band, what is free and whether the cap took something off."""
    if quote.per_day is not None:
        return _by_day(quote, quote.per_day)
    uses = [one for line in quote.lines if isinstance(one := explain_price(line), UseExplained)]
    minutes: dict[str, int] = {}
    for use in uses:
        minutes[use.band] = minutes.get(use.band, 0) + use.minutes
    words = [" + ".join(f"{band_name(band)} {duration(count)}" for band, count in minutes.items())]
    if free := sum(use.free_minutes for use in uses):
        words.append(gettext("其中免费 %(length)s", length=duration(free)))
    if any(use.capped for use in uses):
        words.append(gettext("已到每日封顶"))
    return gettext("，").join(words)


def _by_day(quote: Quote, per_day: Money) -> str:
    if quote.open_ended:
        return str(gettext("按天计费，用到哪天算到哪天"))
    days = sum(line.days for line in quote.lines)
    return str(gettext("%(days)s 天 × %(price)s", days=days, price=money(per_day)))
