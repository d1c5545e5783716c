"""Tests of rules and values load neither the product's app nor Flask nor SQLAlchemy, and so begin at once."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.harness.run import ROOT, VARIABLE

PURE = (
    "tests/activities/test_best_times.py",
    "tests/activities/test_rules.py",
    "tests/charges/test_rules.py",
    "tests/invoices/test_credit_rules.py",
    "tests/invoices/test_rules.py",
    "tests/needs/test_rules.py",
    "tests/notifications/test_rules.py",
    "tests/payments/test_reconciliation.py",
    "tests/reservations/test_approval_rules.py",
    "tests/reservations/test_free_time_rules.py",
    "tests/reservations/test_guests_rules.py",
    "tests/reservations/test_habits_rules.py",
    "tests/reservations/test_quotas_rules.py",
    "tests/reservations/test_rules.py",
    "tests/reservations/test_series_rules.py",
    "tests/reservations/test_waiting_rules.py",
    "tests/rhythm/test_cycle_days.py",
    "tests/rhythm/test_what_saves.py",
    "tests/savings/test_disclosure.py",
    "tests/rhythm/test_what_to_do.py",
    "tests/savings/test_rules.py",
    "tests/spaces/test_extended_rules.py",
    "tests/spaces/test_plan_rules.py",
    "tests/tariffs/test_rating_against_the_oracle.py",
    "tests/tariffs/test_rating_rules.py",
    "tests/tariffs/test_rating_storage.py",
    "tests/tariffs/test_rating_worked_figures.py",
    "tests/understand/test_asked_time.py",
    "tests/understand/test_sentences.py",
    "tests/values",
)
HEAVY = ("booking.app", "booking.db", "flask", "sqlalchemy")
TELLS = f"""
import sys

def pytest_collection_finish(session):
    found = [name for name in {HEAVY} if name in sys.modules]
    print(f"collected {{len(session.items)}}, loaded {{found}}")
"""


def test_pure_tests_do_not_load_the_product(tmp_path):
    (tmp_path / "tells.py").write_text(TELLS)
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", VARIABLE))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "tells", "--collect-only", *PURE],
        cwd=ROOT,
        env={**ours, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "loaded []" in done.stdout, done.stdout
