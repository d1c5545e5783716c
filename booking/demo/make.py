"""Makes the demo's database, apart from the installation's own, and serves it as production would."""

import gc
import logging
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from runpy import run_path
from time import perf_counter
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from gunicorn.app.base import BaseApplication
from sqlalchemy import inspect, select, text
from sqlalchemy.engine import make_url

from booking import clock
from booking.config import Config
from booking.db import db, transaction
from booking.demo.command import DemoRefusedError
from booking.demo.seed import MONTHS, SEED, Seeding
from booking.demo.tenants import ACCOUNTS, PARK_CODE, PASSWORD
from booking.jobs.worker import start_in_background
from booking.parks.models import Park
from booking.people.models import Role
from booking.ports import ports


def demo_app(like: Flask, env: Mapping[str, str], host: str, port: int) -> Flask:
    """Make an app like the one given, as a demo: its links lead to the port it is served at."""
    if env.get("BOOKING_ENV") == "production":
        raise DemoRefusedError("BOOKING_ENV=production：演示不会在正式环境里运行。")
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - asked for, not chosen
    base_url = env.get("BASE_URL") or f"http://{shown}:{port}"
    quiet = {"LOG_LEVEL": "WARNING", "LOG_FORMAT": "text"}
    config = replace(
        # The demo has nothing to hide: it may run on the key of development, as nothing else that is served may.
        Config.from_environment({**quiet, **env, "BOOKING_ENV": "development", "BASE_URL": base_url}),
        demo=True,
    )
    file = sqlite_file(config.database_url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    return _app(like, config)


def _app(like: Flask, config: Config) -> Flask:
    app: Flask = like.extensions["booking_factory"](config)
    return app


def sqlite_file(url: str) -> Path | None:
    """Tell the file of an SQLite database; None for PostgreSQL."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def there_is_one(app: Flask) -> bool:
    """Tell whether the demo park is there, brought up to date; refuses somebody's real parks."""
    file = sqlite_file(_config(app).database_url)
    if file is not None and not file.exists():
        return False
    with app.app_context():
        _quiet_upgrade()
        codes = db.session.scalars(select(Park.code).order_by(Park.code)).all()
        db.session.rollback()
    if set(codes) - {PARK_CODE}:
        raise DemoRefusedError("这个数据库里已有别的园区，不是演示库：请换一个 DATABASE_URL。")
    return bool(codes)


def forget_demo(app: Flask) -> None:
    """Throw the demo park away; refuses somebody's real parks."""
    there = there_is_one(app)
    file = sqlite_file(_config(app).database_url)
    with app.app_context():
        db.engine.dispose()
        if file is not None:
            _remove(file)
        elif there:
            with db.engine.begin() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))


def make(
    app: Flask,
    *,
    tell: Callable[[str], None],
    now: datetime | None = None,
    months: int = MONTHS,
    number: int = SEED,
) -> None:
    """Make the demo park; an interrupted making leaves nothing, and the next start begins anew."""
    began = perf_counter()
    now = now or clock.now()
    tell("正在生成演示园区：虚构的企业与一年的使用记录，约需一分钟……")
    with _fewer_collections():
        file = sqlite_file(_config(app).database_url)
        if file is None:
            _make_at_once(app, tell, now, months, number)
        else:
            _make_in_steps(app, file, tell, now, months, number)
    tell(f"演示园区已生成，用时 {perf_counter() - began:.0f} 秒。")


def make_apart(app: Flask, *, tell: Callable[[str], None], months: int = MONTHS) -> None:
    """Make the demo park in a process of its own, so that a server may fork its workers from this one.

    Making prints, and the threads of the Typst compiler do not live on in a fork: the first sheet of such
    a worker would wait for ever. Raises DemoRefusedError where the other process did not come to its end.
    """
    with app.app_context():
        db.engine.dispose()  # no connection may be shared with the other process
    process = get_context("fork").Process(target=_made, args=(app, tell, months))
    process.start()
    process.join()
    if process.exitcode:
        raise DemoRefusedError("演示园区没有生成；原因见上。再试一次会从头开始。")


def _made(app: Flask, tell: Callable[[str], None], months: int) -> None:
    try:
        make(app, tell=tell, months=months)
    except DemoRefusedError as trouble:
        tell(str(trouble))
        sys.exit(1)
    except KeyboardInterrupt:  # the process that waits says what that means
        sys.exit(1)


def _make_at_once(app: Flask, tell: Callable[[str], None], now: datetime, months: int, number: int) -> None:
    """Make it in one transaction."""
    with app.app_context():
        _quiet_upgrade()
        with transaction() as session:
            seeding = Seeding.begin(session, ports(), now=now, months=months, number=number)
            for until in seeding.steps():
                tell(seeding.live(until))


PART = ".part"


def _make_in_steps(
    app: Flask, file: Path, tell: Callable[[str], None], now: datetime, months: int, number: int
) -> None:
    """Make it in a file of its own, which gets its name when all is done."""
    part = file.with_name(file.name + PART)
    _remove(part)
    making = _app(app, _elsewhere(_config(app), part))
    with making.app_context():
        _quiet_upgrade()
        with transaction() as session:
            seeding = Seeding.begin(session, ports(), now=now, months=months, number=number)
        for until in seeding.steps():
            with transaction():
                line = seeding.live(until)
            tell(line)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        db.session.remove()
        db.engine.dispose()  # the last connection folds the write-ahead log in
    part.replace(file)
    _remove(part)


def _elsewhere(config: Config, file: Path) -> Config:
    return replace(config, database_url=f"sqlite:///{file.resolve()}")


def _config(app: Flask) -> Config:
    config: Config = app.extensions["booking_config"]
    return config


def _quiet_upgrade() -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    if not inspect(db.engine).has_table("alembic_version") and inspect(db.engine).has_table("park"):
        raise DemoRefusedError("这个数据库不是由本系统的迁移建立的：请换一个 DATABASE_URL。")
    upgrade()


SIDE_FILES = ("", "-wal", "-shm")


def _remove(file: Path) -> None:
    for ending in SIDE_FILES:
        file.with_name(file.name + ending).unlink(missing_ok=True)


@contextmanager
def _fewer_collections() -> Iterator[None]:
    """Making a year creates millions of short-lived objects; looking for cycles all the time costs a tenth."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def check_port(host: str, port: int) -> None:
    """Refuse, before anything is made, a port that cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise DemoRefusedError(
                f"{host}:{port} 无法使用（{error.strerror}）。换一个端口：make demo PORT={port % 65535 + 1}"
            ) from error


ROLES = {
    Role.MEMBER: "企业成员",
    Role.MANAGER: "企业负责人",
    Role.ADMIN: "园区管理员",
    Role.BRANCH: "园区党支部",
}


def greet(app: Flask, *, tell: Callable[[str], None]) -> None:
    """Say where the demo is and who may come in."""
    tell("")
    tell(f"  演示园区在 {app.config['BASE_URL']}  （Ctrl-C 停止）")
    tell(f"  登录页可一键进入；也可用邮箱登录，密码都是 {PASSWORD}")
    for account in ACCOUNTS:
        tell(f"    {account.role:8} {ROLES[account.role]}  {account.email}")
    tell(f"  邮件写在 {app.extensions['booking_config'].mail_folder}/，管理员也可在页面上看。")
    tell("")


THREADS = 8
AS_SERVED = Path(__file__).parents[2] / "gunicorn.conf.py"
"""What holds wherever gunicorn serves us; it reads that by itself only where it is started as a command."""


def serve_demo(app: Flask, host: str, port: int) -> None:
    """Serve until Ctrl-C."""
    with app.app_context():
        db.engine.dispose()  # the worker is a process of its own and opens its own connections
    _Server(app, {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": THREADS,
        "loglevel": "warning",
        "graceful_timeout": 5,
        "timeout": 120,
        "proc_name": "booking-demo",
        "post_worker_init": lambda _worker: start_in_background(app),
    }).run()  # fmt: skip


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.app, self.options = app, options
        super().__init__()

    def load_config(self) -> None:
        told = {name: value for name, value in run_path(str(AS_SERVED)).items() if name in self.cfg.settings}
        for name, value in (told | self.options).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app
