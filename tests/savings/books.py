"""Writes the rows a test of savings needs: baselines, invoices, credit notes, closed months."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from booking.audit.actions import Actor
from booking.charges.models import Charge, ChargeKind, MonthClose
from booking.documents.store import store
from booking.invoices.models import CreditNote, Invoice, InvoiceState
from booking.mail.outbox import LetterText
from booking.parks.models import Park
from booking.people.models import Enterprise, Member
from booking.savings.jumps import mark_of
from booking.savings.models import Baseline
from booking.savings.queries import jumps_against, version_before
from booking.savings.report import read_sources
from booking.savings.report_data import Report
from booking.savings.rules import BaselineDecision, BaselineTerms
from booking.savings.set_baseline import check_baseline, set_baseline
from booking.spaces.models import Space
from booking.values import Money, Month
from tests.harness.times import SHANGHAI

OCTOBER = Month(2026, 10, SHANGHAI)
SEED = BaselineTerms(area=200_00, price=Money(320), own_area=105_00, own_price=Money(320))
BY = Actor("测试")
LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=SHANGHAI)
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


NOVEMBER_9 = datetime(2026, 11, 9, 9, tzinfo=SHANGHAI)


def report_of(session: Session, park: Park, month: Month, now: datetime = NOVEMBER_9) -> Report:
    """Put a month together from all enterprises, whoever may be named; what no page shows."""
    return read_sources(session, park, month, month, now=now).fresh(month)


def jumps_seen(session: Session, stated: Baseline) -> str:
    """Give the mark of the jumps that whoever checks a version sees now."""
    zone = session.get_one(Park, stated.park_id).zone
    return mark_of(jumps_against(version_before(session, stated, zone), stated))


def decision_letter(version: Baseline, reader: Member) -> LetterText:
    return LetterText(f"基线 {version.state.value}", f"{reader.name}：{version.reason}")


class Books:
    """Adds rows and commits."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.numbers = count(1)

    def baseline(
        self,
        enterprise: Enterprise,
        valid_from: date = date(2026, 1, 1),
        terms: BaselineTerms = SEED,
        **facts: Any,
    ) -> Baseline:
        """Write a version that was checked as soon as it was stated."""
        row = self.stated(enterprise, valid_from, terms, **facts)
        decision = BaselineDecision(row.evidence.value)
        who: dict[str, Any] = {"by": BY, "now": LONG_AGO} | {
            name: facts[name] for name in ("by", "now") if name in facts
        }
        seen = jumps_seen(self.session, row)
        check_baseline(self.session, row.id, decision, decision_letter, why="搬过", seen=seen, **who)
        self.session.commit()
        return row

    def stated(
        self,
        enterprise: Enterprise,
        valid_from: date = date(2026, 1, 1),
        terms: BaselineTerms = SEED,
        **facts: Any,
    ) -> Baseline:
        """Write a version that waits to be checked."""
        facts = {"by": BY, "now": LONG_AGO, **facts}
        row = set_baseline(self.session, enterprise, valid_from, terms, **facts)
        self.session.commit()
        return row

    def invoice(
        self, enterprise: Enterprise, month: Month, total: int, at: datetime | None = None
    ) -> Invoice:
        """Write an invoice of `total` fen, issued on the 5th of the month after."""
        number = next(self.numbers)
        issued = at or datetime(month.next.year, month.next.month, 5, 9, tzinfo=SHANGHAI)
        paper = store(self.session, enterprise.park_id, "invoice.pdf", "application/pdf", PDF, now=issued)
        row = Invoice(
            park_id=enterprise.park_id, enterprise_id=enterprise.id, month_key=month.key,
            year=issued.year, serial=number, number=f"P-{issued.year}-{number:06d}", issued_at=issued,
            due_on=month.next.last_day, total=Money(total), tax=Money(0), tax_lines=[], seller={}, buyer={},
            left_out=[], document_id=paper.id, state=InvoiceState.DUE,
        )  # fmt: skip
        self.session.add(row)
        self.session.commit()
        return row

    def credit(self, invoice: Invoice, amount: int, at: datetime) -> CreditNote:
        number = next(self.numbers)
        row = CreditNote(
            park_id=invoice.park_id, invoice_id=invoice.id, year=at.year, serial=number,
            number=f"P-C-{at.year}-{number:06d}", issued_at=at, amount=Money(amount), tax=Money(0),
            reason="更正", document_id=invoice.document_id,
        )  # fmt: skip
        self.session.add(row)
        self.session.commit()
        return row

    def close(self, park_id: int, month: Month, *, finished: bool = True) -> None:
        at = datetime(month.next.year, month.next.month, 5, 10, tzinfo=SHANGHAI)
        self.session.add(
            MonthClose(
                park_id=park_id, month_key=month.key, closed_at=at, closed_by="测试",
                finished_at=at if finished else None,
            )
        )  # fmt: skip
        self.session.commit()

    def line(self, enterprise: Enterprise, space: Space, day: date, fen: int) -> Charge:
        """Write a line of use that no invoice carries yet."""
        row = Charge(
            park_id=enterprise.park_id, enterprise_id=enterprise.id, month_key=day.year * 100 + day.month,
            kind=ChargeKind.USE, space_id=space.id, space_kind=space.kind, space_name=space.name, day=day,
            band="peak", factor=Decimal(1), minutes=60, amount=Money(fen), uncapped=Money(fen),
            stored_terms={}, vat_permille=60, created_at=LONG_AGO,
        )  # fmt: skip
        self.session.add(row)
        self.session.commit()
        return row
