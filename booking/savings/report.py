"""The report of a park's month, computed from the rows; and a signed one computed again, to prove it.

And what the branch and the public may see of months, read in a fixed number of queries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from booking.invoices.models import CreditNote, Invoice
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.savings.models import DeclaredEffect, SavingsReport
from booking.savings.report_data import (
    Correction,
    CreditOfMonth,
    Effect,
    EnterpriseSaving,
    Report,
    data_of,
    tells_its_groups,
)
from booking.savings.rules import SavingOfMonth, together
from booking.savings.savings_data import SMALL, SavingsData, read_savings_data
from booking.savings.standings import Standings, standings_of
from booking.savings.visible_month import Signing, VisibleMonth, disclose
from booking.values import Month, local_day


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
    found = [entry for one in present if (entry := data.saving_of(one, month)) is not None]
    return Report(
        month=month,
        savings=tuple(_as_it_stands(entry, standings, month) for entry in found),
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
    kept = {entry.enterprise_id: entry for entry in signed.savings if not entry.named}
    savings = (
        kept.get(entry.enterprise_id, entry) if entry.enterprise_id in report.group else entry
        for entry in report.savings
    )
    return replace(report, savings=tuple(savings))


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
    again = {one.id: data.saving_of(one, month) for one in data.enterprises}
    if signed.version > 1:
        first = _first_signed(session, signed)
        then = read_savings_data(session, park, (month, month), now=first, until=first)
        again |= {one.id: then.saving_of(one, month) for one in then.enterprises if one.id in kept.group}
    different = tuple(
        entry.enterprise_id for entry in report.savings if not _same(entry, again.get(entry.enterprise_id))
    )
    counted = {entry.enterprise_id for entry in report.savings}
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


MONTHS_BACK = 12  # a credit note on an older month is listed nowhere; what enterprises say is as old at most


def visible_months(
    session: Session, park: Park, first: Month, last: Month, *, now: datetime
) -> list[VisibleMonth]:
    """Give the months from `first` to `last`, oldest first: as signed, else as they stand now.

    Twelve queries, however many months and enterprises there are.
    """
    sources = read_sources(session, park, first, last, now=now)
    return [sources.visible(month) for month in first.through(last)]


def visible_month(session: Session, park: Park, month: Month, *, now: datetime) -> VisibleMonth:
    """Give one month."""
    return read_sources(session, park, month, month, now=now).visible(month)


@dataclass(frozen=True, slots=True)
class ReportSources:
    """The rows that reports are made of, signed ones included; it knows every figure and shows none."""

    data: SavingsData
    standings: Standings
    signed: Mapping[int, SavingsReport]  # the newest version, by month
    credits: Sequence[Correction]  # all of the months, in order
    effects: Sequence[Effect]

    def visible(self, month: Month) -> VisibleMonth:
        """Give the month as it was signed, else as it stands now."""
        row = self.signed.get(month.key)
        return self.shown_as_signed(row, month) if row else disclose(self.fresh(month))

    def shown_as_signed(self, row: SavingsReport, month: Month) -> VisibleMonth:
        """Give a version as it was signed; of one that kept no groups, those that the quarter settled."""
        report = data_of(row).report(month.zone)
        if not tells_its_groups(row):
            report = self._by_the_rule(report)
        by = row.signed_by.name if row.signed_by else ""
        return disclose(report, Signing(row.id, row.version, row.signed_at, by, row.reason))

    def _by_the_rule(self, report: Report) -> Report:
        settled = self.standings.of(report.month)
        small = {one.id for one in self.data.enterprises if one.size in SMALL}
        return replace(
            report,
            savings=tuple(replace(one, small=one.enterprise_id in small) for one in report.savings),
            group=settled.group,
            small_group=settled.small,
        )

    def fresh(self, month: Month) -> Report:
        """Put the month together from the rows as they are now, signed or not."""
        first = month.later(1 - MONTHS_BACK).first_day
        said = [
            one
            for one in self.effects
            if first <= one.declared_on <= month.last_day and self.standings.names(one.enterprise_id, month)
        ]
        report = build_report(self.data, month, self.standings, said, self._corrections(month))
        signed = self.signed.get(month.key)
        return report if signed is None else with_group_of(report, data_of(signed).report(month.zone))

    def _corrections(self, month: Month) -> list[Correction]:
        """Give the credit notes that came after their month was signed and that this report lists first."""
        signed = self.signed.get(month.key)
        if signed is not None:  # a corrected version lists what the one before listed
            return list(data_of(signed).corrections)
        told: set[str] = set()
        named: dict[str, set[int]] = {}
        before = month.previous
        while (row := self.signed.get(before.key)) is not None:
            kept = data_of(row)
            told |= {one.number for one in kept.corrections}
            told |= {note.number for entry in kept.savings for note in entry.credit_notes}
            named[kept.month] = {entry.enterprise_id for entry in kept.savings if entry.named}
            before = before.previous
        return [
            one
            for one in self.credits
            if one.enterprise_id in named.get(one.month, ()) and one.number not in told
        ]


def read_sources(session: Session, park: Park, first: Month, last: Month, *, now: datetime) -> ReportSources:
    """Read the rows for the months from `first` to `last`."""
    earliest = first.later(-MONTHS_BACK)
    standings = standings_of(session, park.id)
    return ReportSources(
        data=read_savings_data(session, park, (first, last), now=now),
        standings=standings,
        signed=newest_signed(session, park.id, earliest, last),
        credits=_credits(session, park, earliest, last, standings),
        effects=_effects(session, park, earliest, last),
    )


def newest_signed(session: Session, park_id: int, first: Month, last: Month) -> dict[int, SavingsReport]:
    """Give the newest version of each signed month, by the month's key."""
    rows = session.scalars(
        select(SavingsReport)
        .where(SavingsReport.park_id == park_id, SavingsReport.month_key.between(first.key, last.key))
        .options(joinedload(SavingsReport.signed_by))
        .order_by(SavingsReport.month_key, SavingsReport.version)
    )
    return {row.month_key: row for row in rows}


def _credits(
    session: Session, park: Park, first: Month, last: Month, standings: Standings
) -> list[Correction]:
    """Give the credit notes on invoices of the months of who may be named now, oldest first."""
    note = CreditNote
    rows = session.execute(
        select(
            Invoice.month_key,
            Enterprise.id,
            Enterprise.name,
            note.number,
            note.issued_at,
            note.amount,
            note.id,
        )
        .join(note.invoice)
        .join(Enterprise, Enterprise.id == Invoice.enterprise_id)
        .where(Invoice.park_id == park.id, Invoice.month_key.between(first.key, last.key))
        .where(Enterprise.may_be_named)
        .order_by(note.issued_at, note.id)
    )
    return [
        Correction(
            str(Month.from_key(key, park.zone)),
            enterprise_id,
            name,
            number,
            local_day(issued_at, park.zone),
            amount.fen,
            note_id,
        )
        for key, enterprise_id, name, number, issued_at, amount, note_id in rows
        if not standings.holds(enterprise_id)
    ]


def _effects(session: Session, park: Park, first: Month, last: Month) -> list[Effect]:
    """Give what named enterprises said up to the last month's end, newest first.

    What unnamed ones say stays with them: free text can tell who wrote it.
    """
    rows = session.execute(
        select(DeclaredEffect, Enterprise.name)
        .join(Enterprise, Enterprise.id == DeclaredEffect.enterprise_id)
        .where(DeclaredEffect.park_id == park.id, Enterprise.may_be_named)
        .where(DeclaredEffect.declared_on.between(first.first_day, last.last_day))
        .order_by(DeclaredEffect.declared_on.desc(), DeclaredEffect.id.desc())
    )
    return [Effect(row.enterprise_id, name, row.title, row.figure, row.declared_on) for row, name in rows]
