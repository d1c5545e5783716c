"""`make bench`: what pages, bookings, check-outs, a rush, a backup and a month's close cost, on both engines.

Prints a table for each size: queries, server CPU (application and database together), p50, p95 and
requests a second, with eight clients against gunicorn with two workers.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine

from bench import backup, close, machine, pages, seed, sign_ups
from booking.db.engine import tune
from tests.harness.run import VARIABLE
from tests.harness.schema import build_schema
from tests.harness.slowest import yardstick

if TYPE_CHECKING:
    from sqlalchemy import URL

SIZES = (10_000, 100_000, 1_000_000)


def main() -> None:
    """Measure what was asked for."""
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="how many reservations")
    asked.add_argument("--engines", nargs="+", default=("sqlite", "postgresql"))
    asked.add_argument("--requests", type=int, default=400, help="how many of each request")
    asked.add_argument("--enterprises", type=int, default=1_000, help="for the close; 0: none")
    asked.add_argument("--backup", type=int, nargs="*", default=(200_000,), help="of how many reservations")
    asked.add_argument("--sign-ups", type=int, default=5_000, help="for an activity of 20 places; 0: none")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="booking-bench-") as name:
        os.environ[VARIABLE] = name
        folder = Path(name)
        folder.chmod(0o755)
        for engine in options.engines:
            with ExitStack() as stack:
                _measure(stack, folder, engine, options)


def _measure(stack: ExitStack, folder: Path, engine: str, options: argparse.Namespace) -> None:
    pids: tuple[int, ...] = ()
    server = None
    if engine == "postgresql":
        server, pid = stack.enter_context(machine.postgresql(folder))
        pids = (pid,)
    for size in options.sizes:
        url = machine.new_database(server, folder, f"bench{size}")
        bench = _fill(url, size)
        print(f"\n## {engine}, {size:,} reservations{_yardstick()}\n", flush=True)
        pages.measure(url, bench, options.requests, pids, folder)
        print(f"\nafter it{_yardstick()}", flush=True)
    for size in options.backup:
        _measure_backup(server, folder, engine, size)
    if options.sign_ups:
        _measure_rush(server, folder, engine, options.sign_ups, pids)
    if options.enterprises:
        url = machine.new_database(server, folder, "close")
        build_schema(url)
        print(
            f"\n## {engine}, a month's close of {options.enterprises:,} enterprises{_yardstick()}\n",
            flush=True,
        )
        close.measure(url, options.enterprises, pids)


def _measure_backup(server: URL | None, folder: Path, engine: str, size: int) -> None:
    url, empty = (machine.new_database(server, folder, f"{name}{size}") for name in ("full", "empty"))
    _fill(url, size)
    backup.add_documents(url)
    print(f"\n## {engine}, a backup of {size:,} reservations{_yardstick()}\n", flush=True)
    backup.measure(url, empty, folder)


def _measure_rush(server: URL | None, folder: Path, engine: str, people: int, pids: tuple[int, ...]) -> None:
    url = machine.new_database(server, folder, "rush")
    build_schema(url)
    print(f"\n## {engine}, {people:,} sign-ups for {sign_ups.PLACES} places{_yardstick()}\n", flush=True)
    sign_ups.measure(url, people, pids, folder)
    print(f"\nafter it{_yardstick()}", flush=True)


def _yardstick() -> str:
    return f" (yardstick {yardstick():.1f} ms)"


def _fill(url: str, size: int) -> seed.Bench:
    build_schema(url)
    engine = create_engine(url)
    tune(engine)
    try:
        return seed.fill(engine, size, dt.datetime.now(dt.UTC).date())
    finally:
        engine.dispose()


if __name__ == "__main__":
    main()
