"""The command that makes the demo park and serves it."""

import os
import socket
import sys
from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo
from gunicorn.app.base import BaseApplication

from booking.config import BadConfigurationError
from booking.db import db
from booking.demo.make import DemoRefusedError
from booking.demo.tenants import ACCOUNTS, PASSWORD
from booking.jobs.worker import start_in_background
from booking.people.models import Role


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--months", default=12, show_default=True, type=click.IntRange(1, 12), help="How much of a past."
)
@click.option("--reset", is_flag=True, help="Forget the demo park and make a new one.")
@click.option("--seed-only", is_flag=True, help="Make the park and do not serve it.")
@click.pass_context
def command(
    context: click.Context, *, host: str, port: int, months: int, reset: bool, seed_only: bool
) -> None:
    """Make a lively demo park if there is none yet, and serve it."""
    try:
        _run(
            context.ensure_object(ScriptInfo).load_app(),
            host,
            port,
            months,
            reset=reset,
            served=not seed_only,
        )
    except (BadConfigurationError, DemoRefusedError) as trouble:
        click.echo(str(trouble), err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("\n已停止。没有做完的演示数据会在下次启动时重新生成。", err=True)
        sys.exit(130)


def _run(like: Flask, host: str, port: int, months: int, *, reset: bool, served: bool) -> None:
    # Every start of the app loads this module; what follows is needed by the demo alone.
    from booking.demo.make import demo_app, forget, make_apart, there_is_one  # noqa: PLC0415

    if served:
        check_port(host, port)
    app = demo_app(like, os.environ, host, port)
    if reset:
        forget(app)
    if not there_is_one(app):
        make_apart(app, tell=click.echo, months=months)
    if served:
        greet(app, tell=click.echo)
        serve(app, host, port)


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


def serve(app: Flask, host: str, port: int) -> None:
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
        "control_socket_disable": True,
        "post_worker_init": lambda _worker: start_in_background(app),
    }).run()  # fmt: skip


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.app, self.options = app, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app
