"""Measures a month's close against what rendering its PDFs alone costs."""

from __future__ import annotations

import dataclasses
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from bench import machine, seed
from booking import ports
from booking.app import create_app
from booking.audit.actions import Actor
from booking.config import Config
from booking.db import db, transaction
from booking.db.engine import tune
from booking.invoices.billable_lines import enterprises_to_invoice
from booking.invoices.close_month import close_month
from booking.invoices.models import Invoice
from booking.jobs.invoices import issue_all
from booking.parks.models import Park
from booking.values import Month
from tests.harness.schema import TEST_SECRET

if TYPE_CHECKING:
    from booking.invoices.printer import InvoicePaper, Printer

LINES_EACH = 20


class TimedPrinter:
    """Prints as the real one does, and adds up the processor time it takes."""

    def __init__(self, printer: Printer) -> None:
        """Stand before a printer."""
        self.printer = printer
        self.seconds = 0.0
        self.sheets = 0

    def invoice(self, sheet: InvoicePaper) -> bytes:
        """Print an invoice, timed."""
        began = time.process_time()
        paper = self.printer.invoice(sheet)
        self.seconds += time.process_time() - began
        self.sheets += 1
        return paper

    def __getattr__(self, name: str) -> object:
        """Hand everything else on."""
        return getattr(self.printer, name)


def measure(url: str, enterprises: int, pids: tuple[int, ...]) -> None:
    """Close a month of so many enterprises and compare the processor time with the printing in it."""
    month = _last_month()
    _fill(url, enterprises, month)
    app = create_app(
        Config(database_url=url, secret_key=TEST_SECRET, log_level="WARNING", statement_timeout=0)
    )
    with app.app_context():
        chosen = ports.ports()
        printer = TimedPrinter(chosen.printer)
        ports.install(app, dataclasses.replace(chosen, printer=printer))  # type: ignore[arg-type]
        began, cpu = time.perf_counter(), time.process_time() + machine.cpu_seconds(*pids)
        _close(month)
        elapsed = time.perf_counter() - began
        used = time.process_time() + machine.cpu_seconds(*pids) - cpu
        count = db.session.scalar(select(func.count()).select_from(Invoice))
        db.engine.dispose()
    assert count == enterprises == printer.sheets, f"{count} invoices, {printer.sheets} sheets"
    print("| invoices | elapsed, s | CPU, s | of it printing, s | ratio |\n|--:|--:|--:|--:|--:|")
    print(f"| {count} | {elapsed:.1f} | {used:.1f} | {printer.seconds:.1f} | {used / printer.seconds:.2f} |")


def _last_month() -> Month:
    zone = Park(zone_name="Asia/Shanghai").zone
    return Month.of(datetime.now(UTC), zone).previous


def _close(month: Month) -> None:
    by = Actor.system("bench", 1)
    with transaction() as session:
        park = session.get_one(Park, 1)
        close_month(session, park, month, by=by, now=datetime.now(UTC), early="measuring")
    made = issue_all(1, month, enterprises_to_invoice(db.session(), 1, month), by=by)
    assert not made.failed, made.failed


def _fill(url: str, enterprises: int, month: Month) -> None:
    engine = create_engine(url)
    tune(engine)
    with Session(engine) as session:
        bench = seed.park(session, month.last_day, enterprises)
        session.commit()
    with engine.connect().execution_options(writes=True) as connection:
        for number in range(enterprises):
            batch: seed.Rows = {"reservation": [], "stay": [], "occupancy": [], "charge": []}
            for line in range(LINES_EACH):
                count = number * LINES_EACH + line
                day = month.first_day + timedelta(days=line)
                space = bench.desk_ids[number % len(bench.desk_ids)]
                start = seed.utc(day, 8 + number // len(bench.desk_ids), 0)
                seed.use(batch, bench, count + 1, space, "workstation", start, who=number, left_early=5)
            seed.write(connection, batch)
        connection.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        seed.settle(connection)
    engine.dispose()
