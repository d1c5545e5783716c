"""Serves the demo park as production would: gunicorn, with the jobs beside it."""

import socket
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from booking.db import db
from booking.demo.refused import DemoRefusedError
from booking.demo.tenants import ACCOUNTS, PASSWORD
from booking.jobs.worker import start_in_background
from booking.people.models import Role


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
