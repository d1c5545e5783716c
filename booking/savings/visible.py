"""Reads what the branch and the public may see of a park's months, in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.invoices.models import CreditNote, Invoice
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.savings.models import DeclaredEffect, SavingsReport
from booking.savings.report import build_report, with_group_of
from booking.savings.report_data import Correction, Effect, Report, data_of, tells_its_groups
from booking.savings.savings_data import SMALL, SavingsData, read_savings_data
from booking.savings.standings import Standings, standings_of
from booking.savings.visible_month import Signing, VisibleMonth, disclose
from booking.values.month import Month, local_day

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
            entries=tuple(replace(one, small=one.enterprise_id in small) for one in report.entries),
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
            told |= {note.number for entry in kept.entries for note in entry.credit_notes}
            named[kept.month] = {entry.enterprise_id for entry in kept.entries if entry.named}
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
