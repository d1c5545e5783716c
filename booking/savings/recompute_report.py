"""Compute a published report again from the rows, and tell whether it comes out the same."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.savings.entries import Entry
from booking.savings.models import SavingsReport
from booking.savings.report_data import from_figures
from booking.savings.rules import SavingOfMonth, together
from booking.savings.savings_data import read_ledger
from booking.values.money import Money


@dataclass(frozen=True, slots=True)
class Proved:
    """The totals that were frozen and those computed again; `different` names the enterprises that differ."""

    frozen: SavingOfMonth
    computed: SavingOfMonth
    different: tuple[int, ...]

    @property
    def same(self) -> bool:
        """Tell whether every figure of every enterprise came out the same."""
        return not self.different and self.frozen == self.computed


def recompute_report(session: Session, park: Park, published: SavingsReport) -> Proved:
    """Hold the frozen report against baselines, invoices and credit notes as they were when it was published.

    What was written later does not count; names and who agreed to be named are taken as frozen.
    """
    report = from_figures(published.figures, park.zone)
    month = report.month
    ledger = read_ledger(session, park, (month, month), until=published.published_at)
    again = {one.id: ledger.entry(one, month) for one in ledger.enterprises}
    different = tuple(
        entry.enterprise_id for entry in report.entries if not _same(entry, again.get(entry.enterprise_id))
    )
    kept = {entry.enterprise_id for entry in report.entries}
    computed = [entry.saving for one, entry in again.items() if entry is not None and one in kept]
    return Proved(_frozen_total(published), together(computed), different)


def _same(frozen: Entry, computed: Entry | None) -> bool:
    if computed is None:
        return False
    return replace(computed, name=frozen.name, named=frozen.named) == frozen


def _frozen_total(published: SavingsReport) -> SavingOfMonth:
    total = published.figures["total"]
    return SavingOfMonth(
        total["area_before"],
        total["area_now"],
        Money(total["baseline_rent_fen"]),
        Money(total["kept_rent_fen"]),
        Money(total["shared_spend_fen"]),
    )
