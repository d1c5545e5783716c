"""A demo park with one whole month behind it, made once a run and copied where a test may change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booking.demo.make import make
from tests.harness.app import close, make_app
from tests.harness.run import only_one, run_folder
from tests.harness.times import TUESDAY

if TYPE_CHECKING:
    from pathlib import Path


def made_month() -> Path:
    """Give the SQLite file of a demo park of one month, made by whoever asks first."""
    file = run_folder() / "demo-month.sqlite3"
    with only_one("demo-month"):
        if not file.exists():
            app = make_app(f"sqlite:///{file}", demo=True, mail_folder=run_folder() / "demo-month-mail")
            make(app, tell=lambda _line: None, now=TUESDAY, months=1)
            close(app)
    return file
