"""Savings as pictures: before and now with the gap between, and twelve months beside each other."""

from collections.abc import Sequence

from booking.blueprints.kit.charts import Chart, Column, Part, before_and_now, stacked_columns
from booking.blueprints.kit.filters import money, month_text, percent
from booking.language import gettext
from booking.savings.rules import SavingOfMonth
from booking.values.money import Money
from booking.values.month import Month


def before_now(saving: SavingOfMonth) -> Chart:
    """Draw the two columns."""
    share = f" {percent(saving.share)}" if saving.share is not None else ""
    more = saving.saving.fen < 0
    return before_and_now(
        before=_part(saving.baseline_rent, gettext("原租金")),
        kept=_part(saving.kept_rent, gettext("保留租金")),
        shared=_part(saving.shared_spend, gettext("共享支出")),
        gap=Part(
            saving.saving.fen,
            (gettext("多付") if more else gettext("节省")) + share.replace("−", ""),
            money(-saving.saving if more else saving.saving),
        ),
        names=(gettext("原来"), gettext("现在")),
    )


def _part(amount: Money, label: str) -> Part:
    return Part(max(amount.fen, 0), label, money(amount))


def before_now_in_words(saving: SavingOfMonth) -> str:
    """Say what the two columns show."""
    return gettext(
        "原租金 %(before)s；现在保留租金 %(kept)s、共享支出 %(shared)s；净节省 %(saving)s",
        before=money(saving.baseline_rent),
        kept=money(saving.kept_rent),
        shared=money(saving.shared_spend),
        saving=money(saving.saving),
    )


def twelve_months(months: Sequence[tuple[Month, SavingOfMonth | None]]) -> Chart:
    """Draw a column a month: kept rent, shared spend, and the saving on top; nothing where none is known."""
    columns = [Column(str(month.month), _parts(saving)) for month, saving in months]
    return stacked_columns(columns, 200, ("kept", "accent", "gap"))


def _parts(saving: SavingOfMonth | None) -> tuple[int, ...]:
    if saving is None:
        return ()
    return tuple(max(amount.fen, 0) for amount in (saving.kept_rent, saving.shared_spend, saving.saving))


def twelve_months_in_words(months: Sequence[tuple[Month, SavingOfMonth | None]]) -> str:
    """Say what the columns show."""
    known = [
        gettext("%(month)s %(saving)s", month=month_text(month), saving=money(saving.saving))
        for month, saving in months
        if saving is not None
    ]
    return gettext("每月净节省：") + gettext("、").join(known)
