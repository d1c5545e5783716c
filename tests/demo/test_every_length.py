"""The demo can be made with any number of months and on any day: here with few wishes, and papers of air."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from booking.charges.models import MonthClose
from booking.demo import savings_and_cycle, seed
from booking.demo.demand import Demand
from booking.demo.planned_bookings import plan_leases
from booking.demo.seed import Seeding
from booking.invoices.models import CreditNote, Invoice
from booking.values import Month
from tests.fakes.transport import FakeTransport
from tests.harness.months import Press
from tests.harness.times import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from sqlalchemy.orm import Session

FEW = 0.04  # of all wishes
FIRST = 8  # enterprises that store something
NO_PAPER = b"%PDF-1.7\n%%EOF"


class Papers(Press):
    """Prints bills and reports of no weight."""

    def report(self, sheet: Any, month_page: Any) -> bytes:
        """Give what may be kept as a report."""
        return NO_PAPER


@pytest.fixture
def make_park(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[datetime, int], None]]:
    """Give a maker of quick demo parks, all the same but for the moment and the length."""
    everything, wanted = Demand._count, Demand.wanted
    monkeypatch.setattr(Demand, "_count", lambda self, mean: everything(self, mean * FEW))
    monkeypatch.setattr(Demand, "wanted", lambda self, *asked: wanted(self, *asked) * FEW)
    monkeypatch.setattr(
        seed, "plan_leases", lambda diary, households, spaces: plan_leases(diary, households[:FIRST], spaces)
    )
    monkeypatch.setattr(seed, "hang_plans", lambda *_, **__: None)
    monkeypatch.setattr(savings_and_cycle, "lease_paper", lambda _: NO_PAPER)
    papers = Papers()
    chosen = replace(
        app.extensions["booking_ports"], transport=FakeTransport(), printer=papers, report_printer=papers
    )

    def make(now: datetime, months: int) -> None:
        seeding = Seeding.begin(session, chosen, now=now, months=months)
        for until in seeding.steps():
            seeding.live(until)
            session.commit()

    with app.app_context():
        yield make


def at(day: str, clock: str = "10:20") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("months", "now"),
    [
        (1, at("2027-01-01", "00:05")),  # New Year, the night before
        (3, at("2028-02-29")),  # a day that most years do not have, of a year whose holidays nobody knows
        (5, at("2026-07-31", "23:50")),
        (8, at("2026-02-20", "21:30")),  # in the middle of Spring Festival
        (12, at("2026-03-01", "08:00")),  # the first of a month, after a short one
    ],
    ids=str,
)
def test_it_is_made_of_every_length_on_whatever_day(
    make_park: Callable[[datetime, int], None], session: Session, months: int, now: datetime
) -> None:
    make_park(now, months)
    closed = session.scalars(select(MonthClose.month_key).order_by(MonthClose.month_key)).all()
    assert set(closed) >= {month.key for month in whole_months_before(now, months)[2:]}
    assert (session.scalar(select(func.count(Invoice.id))) or 0) >= len(closed)
    notes = session.scalars(select(CreditNote)).all()
    assert len(notes) <= 1
    assert all(0 < note.amount.fen <= 80_00 for note in notes)


def whole_months_before(now: datetime, months: int) -> list[Month]:
    """Give the whole months of a park's past, the last one first."""
    return list(_backwards(Month.of(now, SHANGHAI), months))


def _backwards(month: Month, count: int) -> Iterator[Month]:
    for _ in range(count):
        month = month.previous
        yield month
