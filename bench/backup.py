"""What a backup and its restore cost: time, processor and the most memory at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import create_engine, text

from booking.db.engine import tune
from tests.harness.run import ROOT
from tests.harness.schema import environment

DOCUMENTS = 5_000
DOCUMENT_BYTES = 60_000
COLUMNS = "park_id, name, media_type, sha256, size, created_at, content"


def measure(url: str, empty_url: str, folder: Path) -> None:
    """Print a row for the backup of a database, and one for its restore into an empty one."""
    print("| | seconds | CPU seconds | most memory, MB | file, MB |\n|---|---|---|---|---|", flush=True)
    file = folder / "park.json.gz"
    _tell("backup", url, file)
    _tell("restore", empty_url, file)
    file.unlink()


def add_documents(url: str) -> None:
    """Put in what a year's invoices, evidence and pictures take."""
    engine = create_engine(url)
    tune(engine)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        for number in range(DOCUMENTS):
            connection.execute(
                text(
                    f"INSERT INTO document ({COLUMNS}) "  # noqa: S608 - our own names
                    "SELECT id, :name, 'application/pdf', '', :size, :at, :content FROM park"
                ),
                {
                    "name": f"{number}.pdf",
                    "size": DOCUMENT_BYTES,
                    "at": "2026-01-01 00:00:00.000000",
                    "content": os.urandom(DOCUMENT_BYTES),
                },
            )
    engine.dispose()


def _tell(what: str, url: str, file: Path) -> None:
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", what, str(file)],
        cwd=ROOT,
        env=environment(url, LOG_LEVEL="WARNING"),
    )
    most = 0
    while not _has_ended(process.pid):
        most = max(most, _most_memory(process.pid))
        time.sleep(0.1)
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, f"{what} failed"
    seconds, cpu = time.monotonic() - began, used.ru_utime + used.ru_stime
    size = file.stat().st_size / 1e6
    print(f"| {what} | {seconds:.0f} | {cpu:.0f} | {most / 1024:.0f} | {size:.0f} |", flush=True)


def _has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _most_memory(pid: int) -> int:
    """Ask the process itself, in KB: what the system tells at its end counts the one it was forked from."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1])
    return 0  # it is about to end
