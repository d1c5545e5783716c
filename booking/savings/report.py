"""The report of a park's month, computed from the rows; and a signed one computed again, to prove it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.savings.models import SavingsReport
from booking.savings.report_data import Correction, CreditOfMonth, Effect, EnterpriseSaving, Report, data_of
from booking.savings.rules import SavingOfMonth, together
from booking.savings.savings_data import SavingsData, read_savings_data
from booking.savings.standings import Standings
from booking.values.month import Month


def build_report(
    data: SavingsData,
    month: Month,
    standings: Standings,
    effects: Sequence[Effect] = (),
    corrections: Sequence[Correction] = (),
) -> Report:
    """Put the month together; names that may not be told are left behind here."""
    settled = standings.of(month)
    present = list(data.present(month))
    found = [entry for one in present if (entry := data.entry(one, month)) is not None]
    return Report(
        month=month,
        entries=tuple(_as_it_stands(entry, standings, month) for entry in found),
        without_baseline=len(present) - len(found),
        effects=tuple(effects),
        corrections=tuple(corrections),
        group=settled.group,
        small_group=settled.small,
        unclosed=month.key not in data.closed,
    )


def _as_it_stands(entry: EnterpriseSaving, standings: Standings, month: Month) -> EnterpriseSaving:
    """Name it where it agreed and nothing holds it; who was unnamed in the month's quarter stays so there."""
    if entry.named and standings.names(entry.enterprise_id, month):
        return entry
    return replace(entry, named=False, name="", short_name="")


def with_group_of(report: Report, signed: Report) -> Report:
    """Leave the group in a corrected version what it was when the month was signed first.

    Both versions stay readable: what they differ by would be the credit note of a single unnamed enterprise.
    """
    kept = {entry.enterprise_id: entry for entry in signed.entries if not entry.named}
    entries = (
        kept.get(entry.enterprise_id, entry) if entry.enterprise_id in report.group else entry
        for entry in report.entries
    )
    return replace(report, entries=tuple(entries))


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


def recompute_report(session: Session, park: Park, signed: SavingsReport) -> Recomputed:
    """Hold the frozen report against baselines, invoices and credit notes as they were when it was signed.

    What was written later does not count, of the group what was written after the first version; names and
    who agreed to be named are taken as frozen.
    """
    kept = data_of(signed)
    report = kept.report(park.zone)
    month = report.month
    at = signed.signed_at
    data = read_savings_data(session, park, (month, month), now=at, until=at)
    again = {one.id: data.entry(one, month) for one in data.enterprises}
    if signed.version > 1:
        first = _first_signed(session, signed)
        then = read_savings_data(session, park, (month, month), now=first, until=first)
        again |= {one.id: then.entry(one, month) for one in then.enterprises if one.id in kept.group}
    different = tuple(
        entry.enterprise_id for entry in report.entries if not _same(entry, again.get(entry.enterprise_id))
    )
    counted = {entry.enterprise_id for entry in report.entries}
    computed = [entry.saving for one, entry in again.items() if entry is not None and one in counted]
    return Recomputed(kept.total.as_saving(), together(computed), different)


def _first_signed(session: Session, signed: SavingsReport) -> datetime:
    of_month = (SavingsReport.park_id == signed.park_id, SavingsReport.month_key == signed.month_key)
    return session.scalars(select(func.min(SavingsReport.signed_at)).where(*of_month)).one()


def _same(frozen: EnterpriseSaving, computed: EnterpriseSaving | None) -> bool:
    """Compare the figures; names, size and who agreed to be named are taken as frozen."""
    if computed is None:
        return False
    as_frozen = replace(
        computed, name=frozen.name, named=frozen.named, short_name=frozen.short_name, small=frozen.small
    )
    return _without_ids(as_frozen) == _without_ids(frozen)


def _without_ids(entry: EnterpriseSaving) -> EnterpriseSaving:
    """Leave out the ids of credit notes, which the first reports did not keep."""
    notes = tuple(CreditOfMonth(note.number, note.issued_on, note.amount_fen) for note in entry.spend.credits)
    return replace(entry, spend=replace(entry.spend, credits=notes))
