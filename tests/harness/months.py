"""Makes months that are ready to be closed, and closes them as the house does."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from msgspec.structs import asdict

from booking.audit.actions import Actor
from booking.charges.models import Charge, ChargeKind, Dispute
from booking.charges.terms import NoShowTerms, UseTerms
from booking.db import db, transaction
from booking.invoices.billable_lines import enterprises_to_invoice
from booking.invoices.close_month import close_month
from booking.jobs.invoices import IssueResult, issue_all
from booking.parks.models import Park
from booking.spaces.models import Space
from booking.tariffs.in_force import TariffCopy
from booking.tariffs.models import Basis
from booking.values import Money, Month, PrintFailed
from tests.harness.app import open_session
from tests.harness.times import SHANGHAI

OCTOBER = Month(2026, 10, SHANGHAI)
NOVEMBER = Month(2026, 11, SHANGHAI)
CLOSING_DAY = datetime(2026, 11, 5, 9, 0, tzinfo=SHANGHAI)
"""The first day on which October may be closed: 2, 3 and 4 November are its three working days of review."""
NEXT_CLOSING_DAY = datetime(2026, 12, 4, 9, 0, tzinfo=SHANGHAI)
BY = Actor("管理员")
COPY = TariffCopy(
    tariff="会议室",
    valid_from=date(2026, 1, 1),
    basis=Basis.HOUR,
    rate_fen=8000,
    increment_minutes=15,
    minimum_minutes=30,
    daily_cap_fen=None,
    bands=(),
)
TERMS = UseTerms(**asdict(COPY), working_day=True, allowance_left_minutes=0, spent_fen=0)
NO_SHOW_TERMS = NoShowTerms(**asdict(COPY), no_show_permille=500, quote_fen=8000)


def at(day: str, clock: str = "00:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SHANGHAI)


def line(session, space: Space, enterprise, amount: int, day: date = date(2026, 10, 12), **facts) -> Charge:
    """Write a charge of use, 09:00-10:00, for so many fen."""
    start = datetime(day.year, day.month, day.day, 9, 0, tzinfo=SHANGHAI)
    end = start.replace(hour=10)
    filled: dict[str, Any] = {
        "park_id": enterprise.park_id,
        "enterprise_id": enterprise.id,
        "month_key": day.year * 100 + day.month,
        "kind": ChargeKind.USE,
        "space_id": space.id,
        "space_kind": space.kind,
        "space_name": space.name,
        "day": day,
        "band": "peak",
        "factor": 1,
        "minutes": 60,
        "amount": Money(amount),
        "uncapped": Money(amount),
        "used_starts_at": start,
        "used_ends_at": end,
        "billed_starts_at": start,
        "billed_ends_at": end,
        "terms": TERMS,
        "vat_permille": 60,
        "created_at": end,
    }
    charge = Charge(**(filled | facts))
    session.add(charge)
    session.commit()
    return charge


def question(session, charge: Charge, member, words="当日空调故障") -> Dispute:
    """Let a tenant ask about a line."""
    dispute = Dispute(
        charge_id=charge.id,
        park_id=charge.park_id,
        opened_at=charge.created_at,
        opened_by_id=member.id,
        words=words,
    )
    session.add(dispute)
    session.commit()
    return dispute


def close(app, clock, park, month=OCTOBER, now=CLOSING_DAY, early="") -> IssueResult:
    """Close a month as the shell command does, and make its invoices."""
    clock.set(now)
    park_id = park.id
    with app.app_context():
        with transaction() as session:
            close_month(session, session.get_one(Park, park_id), month, by=BY, now=now, early=early)
        due = enterprises_to_invoice(db.session(), park_id, month)
        return issue_all(park_id, month, due, by=BY)


class Press:
    """A printer that works, or fails for some numbers or buyers as a disk or a template does."""

    def __init__(self, trouble: Exception | None = None, buyers: tuple[str, ...] = ()) -> None:
        self.trouble, self.buyers = trouble, buyers
        self.printed: list[str] = []
        self.sheets: list[Any] = []

    def invoice(self, sheet) -> bytes:
        if self.trouble and (not self.buyers or sheet.buyer.name in self.buyers):
            raise self.trouble
        self.printed.append(sheet.number)
        self.sheets.append(sheet)
        return f"%PDF-1.7 {sheet.number} {sheet.total}".encode()

    def credit_note(self, sheet) -> bytes:
        return self.invoice(sheet)


DISK_FULL = OSError(28, "No space left on device")
BAD_TEMPLATE = PrintFailed("invoice", "a glyph is missing")


def use_ports(app, **chosen) -> None:
    """Put fakes behind some ports of the app."""
    app.extensions["booking_ports"] = replace(app.extensions["booking_ports"], **chosen)


@contextmanager
def looking(app):
    """Read with a fresh session; what was read stays readable."""
    with open_session(app) as session:
        yield session
        session.expunge_all()
