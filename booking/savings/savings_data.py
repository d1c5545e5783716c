"""Reads the rows that savings are made of, for many months and enterprises in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import BigInteger, ColumnElement, and_, func, select, type_coerce
from sqlalchemy.orm import Session

from booking.charges.models import Charge, MonthClose
from booking.charges.queries import COUNTS
from booking.invoices.models import CreditNote, Invoice
from booking.parks.models import Park
from booking.people.models import Enterprise, Size
from booking.savings.models import Baseline, BaselineState
from booking.savings.report_data import BaselineUsed, CreditOfMonth, EnterpriseSaving, InvoiceOfMonth, Spend
from booking.savings.rules import version_in_force
from booking.values import Money, Month, local_day


@dataclass(frozen=True, slots=True)
class CheckedVersion:
    """A version of a baseline that was accepted, and when."""

    checked_at: datetime
    used: BaselineUsed

    @property
    def valid_from(self) -> date:
        """The first day."""
        return self.used.valid_from


@dataclass(frozen=True, slots=True)
class SavingsData:
    """The rows of a park between two months, put where they are looked up."""

    enterprises: Sequence[Enterprise]
    versions: Mapping[int, Sequence[CheckedVersion]]
    invoices: Mapping[tuple[int, int], InvoiceOfMonth]
    credits: Mapping[int, Sequence[CreditOfMonth]]
    closed: frozenset[int]  # months whose invoices are all out
    waiting: Mapping[int, Mapping[int, int]]  # enterprise, month: fen that no invoice carries yet
    today: date  # in the park

    def saving_of(self, enterprise: Enterprise, month: Month) -> EnterpriseSaving | None:
        """Give the enterprise's month, or None where no baseline is in force."""
        baseline = version_in_force(self.versions.get(enterprise.id, ()), month)
        if baseline is None:
            return None
        return EnterpriseSaving(
            enterprise_id=enterprise.id,
            name=enterprise.name,
            named=enterprise.may_be_named,
            days=days_to_date(month, self.today),
            baseline=baseline.used,
            spend=self.spend(enterprise.id, month),
            short_name=enterprise.short_name,
            small=enterprise.size in SMALL,
        )

    def if_checked(self, stated: Baseline, now: datetime) -> Self:
        """Give the same rows, had a version been accepted just now."""
        versions = [*self.versions.get(stated.enterprise_id, ()), CheckedVersion(now, _used(stated))]
        return replace(self, versions={**self.versions, stated.enterprise_id: versions})

    def spend(self, enterprise_id: int, month: Month) -> Spend:
        """Give what the shared space cost: the invoice, or in an open month the statement so far."""
        invoice = self.invoices.get((enterprise_id, month.key))
        if invoice is not None:
            return Spend(invoice, tuple(self.credits.get(invoice.invoice_id, ())))
        if month.key in self.closed:
            return Spend()
        return Spend(to_date=Money(self._to_date(enterprise_id, month)))

    def _to_date(self, enterprise_id: int, month: Month) -> int:
        """Add up the month's lines, and what follows from closed months into the first open one."""
        open_before = month.previous.key not in self.closed
        return sum(
            fen
            for key, fen in self.waiting.get(enterprise_id, {}).items()
            if key == month.key or (key < month.key and key in self.closed and not open_before)
        )

    def present(self, month: Month) -> Iterator[Enterprise]:
        """Walk through the enterprises that were tenants on any day of the month."""
        for enterprise in self.enterprises:
            left = enterprise.left_on
            if enterprise.joined_on <= month.last_day and (left is None or left >= month.first_day):
                yield enterprise


SMALL = frozenset({Size.MICRO, Size.SMALL})


def days_to_date(month: Month, today: date) -> int:
    """Count the days that both rents and use are of: of the running month those up to today."""
    running = month.first_day <= today <= month.last_day
    return today.day if running else month.day_count


def _used(baseline: Baseline) -> BaselineUsed:
    return BaselineUsed(
        baseline_id=baseline.id,
        valid_from=baseline.valid_from,
        area=baseline.area_hundredths,
        price_fen=baseline.price.fen,
        own_area=baseline.own_area_hundredths,
        own_price_fen=baseline.own_price.fen,
        evidence=baseline.evidence,
        document_id=baseline.document_id,
        note=baseline.note,
    )


def read_savings_data(
    session: Session,
    park: Park,
    months: tuple[Month, Month],
    *,
    now: datetime,
    enterprise_id: int | None = None,
    until: datetime | None = None,
) -> SavingsData:
    """Read the rows from the first to the last of `months`, of one enterprise or of all of the park.

    With `until` only what had been written by then counts: so a signed report comes out the same
    after later credit notes and baselines. Six queries, however many enterprises and months there are.
    """
    first, last = months
    invoices = [Invoice.park_id == park.id, Invoice.month_key.between(first.key, last.key)]
    invoices += [Invoice.enterprise_id == enterprise_id] if enterprise_id else []
    closed = _closed(session, park, until)
    return SavingsData(
        enterprises=_enterprises(session, park, enterprise_id),
        versions=_versions(session, park, last, enterprise_id, until),
        invoices=_invoices(session, park, [*invoices, *_by(Invoice.issued_at, until)]),
        credits=_credits(session, park, [*invoices, *_by(CreditNote.issued_at, until)]),
        closed=closed,
        waiting=_waiting(session, park, last, enterprise_id),
        today=local_day(now, park.zone),
    )


def _by(column: Any, until: datetime | None) -> list[ColumnElement[bool]]:  # noqa: ANN401 - a column
    return [column <= until] if until is not None else []


def _enterprises(session: Session, park: Park, enterprise_id: int | None) -> Sequence[Enterprise]:
    query = select(Enterprise).where(Enterprise.park_id == park.id)
    if enterprise_id is not None:
        query = query.where(Enterprise.id == enterprise_id)
    return session.scalars(query.order_by(Enterprise.name, Enterprise.id)).all()


def _versions(
    session: Session, park: Park, last: Month, enterprise_id: int | None, until: datetime | None
) -> Mapping[int, Sequence[CheckedVersion]]:
    query = select(Baseline).where(
        Baseline.park_id == park.id,
        Baseline.state == BaselineState.CHECKED,
        Baseline.valid_from <= last.first_day,
        *_by(Baseline.decided_at, until),
    )
    if enterprise_id is not None:
        query = query.where(Baseline.enterprise_id == enterprise_id)
    found: dict[int, list[CheckedVersion]] = defaultdict(list)
    for row in session.scalars(query.order_by(Baseline.id)):
        if row.checked_at is not None:
            found[row.enterprise_id].append(CheckedVersion(row.checked_at, _used(row)))
    return found


def _invoices(
    session: Session, park: Park, conditions: Sequence[ColumnElement[bool]]
) -> Mapping[tuple[int, int], InvoiceOfMonth]:
    columns = (Invoice.enterprise_id, Invoice.month_key, Invoice.id, Invoice.number, Invoice.issued_at)
    rows = session.execute(select(*columns, Invoice.total).where(*conditions).order_by(Invoice.id))
    return {
        (enterprise, key): InvoiceOfMonth(invoice_id, number, local_day(issued_at, park.zone), total.fen)
        for enterprise, key, invoice_id, number, issued_at, total in rows
    }


def _credits(
    session: Session, park: Park, conditions: Sequence[ColumnElement[bool]]
) -> Mapping[int, Sequence[CreditOfMonth]]:
    columns = (
        CreditNote.invoice_id, CreditNote.id, CreditNote.number, CreditNote.issued_at, CreditNote.amount,
    )  # fmt: skip
    rows = session.execute(
        select(*columns).join(CreditNote.invoice).where(*conditions).order_by(CreditNote.id)
    )
    found: dict[int, list[CreditOfMonth]] = defaultdict(list)
    for invoice_id, note_id, number, issued_at, amount in rows:
        day = local_day(issued_at, park.zone)
        found[invoice_id].append(CreditOfMonth(number, day, amount.fen, note_id))
    return found


def _closed(session: Session, park: Park, until: datetime | None) -> frozenset[int]:
    query = select(MonthClose.month_key).where(
        MonthClose.park_id == park.id,
        MonthClose.finished_at.is_not(None),
        *_by(MonthClose.finished_at, until),
    )
    return frozenset(session.scalars(query.order_by(MonthClose.month_key)))


def _waiting(
    session: Session, park: Park, last: Month, enterprise_id: int | None
) -> Mapping[int, Mapping[int, int]]:
    """Sum the lines no invoice carries, without those in an open dispute, by enterprise and month."""
    unbilled = and_(COUNTS, Charge.invoice_id.is_(None))
    query = (
        select(Charge.enterprise_id, Charge.month_key, func.sum(type_coerce(Charge.amount, BigInteger)))
        .where(Charge.park_id == park.id, unbilled, Charge.month_key <= last.key)
        .group_by(Charge.enterprise_id, Charge.month_key)
        .order_by(Charge.enterprise_id, Charge.month_key)
    )
    if enterprise_id is not None:
        query = query.where(Charge.enterprise_id == enterprise_id)
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for enterprise, key, fen in session.execute(query):
        found[enterprise][key] = int(fen)
    return found
