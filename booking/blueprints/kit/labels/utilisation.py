"""Utilisation in words, as it may be told to its reader."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

from babel.dates import get_day_names

from booking.blueprints.kit.charts import percentage
from booking.blueprints.kit.filters import percent
from booking.language import get_locale, gettext
from booking.usage.utilisation import Told, Utilisation, roughly
from booking.values.share import Share


def weekday_names(width: Literal["abbreviated", "wide"]) -> Sequence[str]:
    """Name Monday to Sunday in the reader's language."""
    names = get_day_names(width, locale=get_locale() or "zh")
    return [names[number] for number in range(7)]


class Shares(NamedTuple):
    """A utilisation in words: each share with its two figures."""

    share: str
    of: str  # used of open
    booked: str
    off_peak: str
    extended: str
    refused: int
    bar: str  # how long its bar is


def shares(use: Utilisation) -> Shares:
    """Put it into words; what was never open has a dash, what may not be told says why."""
    if use.told is not Told.EXACT:
        hidden = use.told is Told.HIDDEN
        bar = percentage(*(0 if hidden else use.rounded_share or 0).as_integer_ratio())
        why = not_told_label() if hidden else rounded_label()
        return Shares(share_told(use), why, "–", "–", "–", use.refused, bar)
    return Shares(
        share=or_dash(use.share),
        of=gettext("%(used)s / %(open)s 小时", used=hours_text(use.used), open=hours_text(use.open)),
        booked=or_dash(use.booked_share),
        off_peak=part_told(use, use.off_peak, use.bands_told.off_peak),
        extended=part_told(use, use.extended, use.bands_told.extended),
        refused=use.refused,
        bar=percentage(use.used, use.open),
    )


def share_told(use: Utilisation) -> str:
    """Write 40.0%, 约 40% or a dash, as it may be told."""
    if use.told is Told.HIDDEN:
        return "–"
    if use.told is Told.EXACT:
        return or_dash(use.share)
    return "–" if use.rounded_share is None else percent(Share(use.rounded_share, exact=False))


def part_told(use: Utilisation, minutes: int, told: Told) -> str:
    """Write how much of the used minutes some of them are, as it may be told."""
    share = part_of(use, minutes, told)
    return "–" if share is None else percent(share)


def part_of(use: Utilisation, minutes: int, told: Told) -> Share | None:
    """Give it; None where nothing was used, or it may not be told."""
    if told is Told.EXACT:
        return Share.of(minutes, use.used, exact=True)
    share = roughly(minutes, use.used) if told is Told.ROUNDED else None
    return None if share is None else Share(share, exact=False)


def not_told_label() -> str:
    """Say why no minutes are told."""
    return gettext("能推出未具名企业的用量，不显示")


def rounded_label() -> str:
    """Say why a share is told roughly."""
    return gettext("有未具名企业用过，只显示约数")


def few_told(*, moves: bool = False) -> str:
    """Say it of a page, and what to do; `moves` is one of a month that is not closed."""
    if moves:
        return gettext(
            "还没有关账的月份，数字每天在变：前后两天一减，就是某一家的用量。所以有未具名企业用过的只显示整十的百分数，"
            "关账以后再显示准确的。管理员能看到全部。"
        )
    return gettext(
        "有的空间只有一两家未具名企业用过，写出来就能推出它们的用量，所以只显示三家以上合起来的数。"
        "想看每一处，可以请企业同意具名；管理员能看到全部。"
    )


def or_dash(share: float | Fraction | None) -> str:
    """Write 40.0%, or a dash for a share of nothing."""
    return "–" if share is None else percent(share)


def hours_text(minutes: int) -> str:
    """Write minutes as hours with one decimal, or whole ones from a hundred on."""
    hours = minutes / 60
    return f"{hours:,.0f}" if minutes >= 100 * 60 else f"{hours:.1f}"
