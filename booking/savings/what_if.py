"""What an enterprise would save if it gave up more of its office, reckoned from its own month."""

from dataclasses import dataclass

from booking.savings.rules import BaselineTerms, SavingOfMonth, rent
from booking.values import Money


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The month had more been given up; areas in hundredths of m².

    `spend_more` is what the shared space would have cost besides: as much for each m² as for those given up
    already. It is None where nothing was given up yet, so that nobody knows; the spend is then left as it is.
    """

    more: int
    rent_less: Money
    spend_more: Money | None
    saving: SavingOfMonth


def what_if(terms: BaselineTerms, days: int, spend: Money, more: int) -> WhatIf:
    """Reckon a month of `days` days with `more` area given up, at most all that is kept."""
    given = max(0, min(more, terms.own_area))
    kept = rent(terms.own_area - given, terms.own_price, days)
    saved_before = terms.area - terms.own_area
    spend_more = spend.share(given, saved_before) if saved_before > 0 else None
    return WhatIf(
        more=given,
        rent_less=rent(terms.own_area, terms.own_price, days) - kept,
        spend_more=spend_more,
        saving=SavingOfMonth(
            area_before=terms.area,
            area_now=terms.own_area - given,
            baseline_rent=rent(terms.area, terms.price, days),
            kept_rent=kept,
            shared_spend=spend + (spend_more or Money.zero()),
        ),
    )
