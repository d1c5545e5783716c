"""The report of a park's month, computed from the rows; and a published one computed again, to prove it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.savings.models import DeclaredEffect, SavingsReport
from booking.savings.report_data import Effect, EnterpriseSaving, Report, data_of
from booking.savings.rules import SavingOfMonth, together
from booking.savings.savings_data import SavingsData, read_savings_data
from booking.values.month import Month


def build_report(data: SavingsData, month: Month, effects: Sequence[Effect] = ()) -> Report:
    """Put the month together; names that may not be told are left behind here."""
    present = list(data.present(month))
    found = [entry for one in present if (entry := data.entry(one, month)) is not None]
    return Report(
        month=month,
        entries=tuple(entry if entry.named else replace(entry, name="") for entry in found),
        without_baseline=len(present) - len(found),
        effects=tuple(effects),
        unclosed=month.key not in data.closed,
    )


def read_report(session: Session, park: Park, month: Month, *, until: datetime | None = None) -> Report:
    """Compute the report of a month, from what had been written `until` then."""
    data = read_savings_data(session, park, (month, month), until=until)
    return build_report(data, month, said_by_named(session, park, month))


EFFECTS_OF_MONTHS = 12


def said_by_named(session: Session, park: Park, month: Month) -> list[Effect]:
    """Give what named enterprises said in the twelve months up to the month's end, newest first.

    What unnamed ones say stays with them: free text can tell who wrote it.
    """
    first = Month(month.year - EFFECTS_OF_MONTHS // 12, month.month, month.zone).next.first_day
    rows = session.execute(
        select(DeclaredEffect, Enterprise.name)
        .join(Enterprise, Enterprise.id == DeclaredEffect.enterprise_id)
        .where(DeclaredEffect.park_id == park.id, Enterprise.may_be_named)
        .where(DeclaredEffect.declared_on.between(first, month.last_day))
        .order_by(DeclaredEffect.declared_on.desc(), DeclaredEffect.id.desc())
    )
    return [Effect(row.enterprise_id, name, row.title, row.figure, row.declared_on) for row, name in rows]


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The totals that were frozen and those computed again; `different` names the enterprises that differ."""

    frozen: SavingOfMonth
    computed: SavingOfMonth
    different: tuple[int, ...]

    @property
    def same(self) -> bool:
        """Tell whether every figure of every enterprise came out the same."""
        return not self.different and self.frozen == self.computed


def recompute_report(session: Session, park: Park, published: SavingsReport) -> Recomputed:
    """Hold the frozen report against baselines, invoices and credit notes as they were when it was published.

    What was written later does not count; names and who agreed to be named are taken as frozen.
    """
    kept = data_of(published)
    report = kept.report(park.zone)
    month = report.month
    data = read_savings_data(session, park, (month, month), until=published.published_at)
    again = {one.id: data.entry(one, month) for one in data.enterprises}
    different = tuple(
        entry.enterprise_id for entry in report.entries if not _same(entry, again.get(entry.enterprise_id))
    )
    counted = {entry.enterprise_id for entry in report.entries}
    computed = [entry.saving for one, entry in again.items() if entry is not None and one in counted]
    return Recomputed(kept.total.as_saving(), together(computed), different)


def _same(frozen: EnterpriseSaving, computed: EnterpriseSaving | None) -> bool:
    if computed is None:
        return False
    return replace(computed, name=frozen.name, named=frozen.named) == frozen
