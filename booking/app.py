"""Puts the product together; the only place that chooses a vendor."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from click import ClickException
from flask import Flask, g
from flask_login import current_user
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from booking import ports, tables
from booking.blueprints import access, hosts, signed_in
from booking.config import BadConfigurationError, Config
from booking.db import db
from booking.db.engine import engine_options, tune
from booking.guards import missing_guards
from booking.jobs.registry import JOBS
from booking.language import init_language
from booking.logs import init_logs
from booking.people.rules import SESSION_LASTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from click import Command
    from flask import Blueprint

log = logging.getLogger(__name__)

BLUEPRINTS = (
    "sign_in",  # signing in and out, invitations, forgotten passwords
    "preferences",  # language and theme
    "today",  # my day: what is next, check in, check out
    "calendar",  # the day page, the week page, search
    "reservations",  # reserve, move, extend, shorten, cancel
    "scan",  # the page behind the QR code on a space
    "files",  # sheets, scripts, icons: what pages are made of
    "pictures",  # photographs and plans out of the archive
    "statement",  # the running month, questions about a line
    "invoices",  # closed months, PDF, payment
    "savings",  # what an enterprise saved, its baselines
    "more",  # everything else a tenant may do
    "company",  # colleagues and billing particulars
    "front_desk",  # the administrator's day: reservations, approvals, corrections
    "inventory",  # areas, spaces, rules, closures, labels
    "exchange",  # import and export of the inventory as CSV and XLSX
    "tariffs",  # prices, with a worked example
    "disputes",  # questions about lines, and the park's answers
    "closing",  # closing a month, payments, credit notes
    "enterprises",  # tenants of the park and their members
    "park",  # the park's particulars and calendar, letters, audit trail
    "report",  # the branch's report
    "webhooks",  # what the payment provider tells us
    "health",  # alive, ready, late: for those who watch the installation
)
COMMANDS = (
    "booking.demo.command",  # the demo stands above the jobs: it uses every room
    *(
        f"booking.jobs.commands.{name}"
        for name in ("jobs", "month", "rate", "backup", "restore", "guards", "park", "worker", "version")
    ),
)

WITHOUT_SETTINGS = {
    "demo": "booking.demo.command",
    "rate": "booking.jobs.commands.rate",
    "version": "booking.jobs.commands.version",
}


def create_app(config: Config | None = None) -> Flask:
    """Make the app; refuses to start with settings or routes that break a promise."""
    config = config or Config.from_environment()
    app = Flask(__name__, static_folder=None)  # blueprints/files.py hands them out
    app.config.from_mapping(_flask_settings(config))
    app.extensions["booking_config"] = config
    app.extensions["booking_factory"] = create_app  # the demo makes an app of its own, and stands below this
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if config.proxies:
        behind = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=behind, x_proto=behind, x_host=behind)  # type: ignore[method-assign]
    init_logs(app)
    _open_database(app)
    CSRFProtect(app)
    signed_in.init_signed_in(app)
    init_language(app)
    _choose_vendors(app, config)
    _open_the_counter(app)
    return app


def create_unset_app(trouble: BadConfigurationError) -> Flask:
    """Make an app for the shell commands that need no settings; it knows no key, and serves nobody."""
    refused = _Refused(f"booking does not start: {trouble}")
    app = Flask(__name__, static_folder=None)  # it has no pages
    app.extensions["booking_factory"] = create_app
    app.wsgi_app = refused  # type: ignore[method-assign, assignment]
    app.cli.get_command = refused.get_command  # type: ignore[method-assign]
    return app


@dataclass(frozen=True)
class _Refused:
    """Stands where the product would be, and says why it is not there."""

    reason: str

    def __call__(self, _environ: object, start_response: Callable[..., object]) -> list[bytes]:
        """Answer each request with the reason."""
        start_response("503 Service Unavailable", [("Content-Type", "text/plain; charset=utf-8")])
        return [self.reason.encode()]

    def get_command(self, ctx: object, cmd_name: str) -> Command:  # noqa: ARG002 - as click calls it
        """Give a command that needs no settings; refuse every other."""
        if cmd_name not in WITHOUT_SETTINGS:
            raise ClickException(self.reason)
        command: Command = import_module(WITHOUT_SETTINGS[cmd_name]).command
        return command


def _flask_settings(config: Config) -> dict[str, object]:
    return {
        "SECRET_KEY": config.secret_key,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(config),
        # Browsers take a cookie of this name over https alone, for this host alone, and from no other.
        "SESSION_COOKIE_NAME": "__Host-session" if config.production else "session",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.production,
        "PERMANENT_SESSION_LIFETIME": SESSION_LASTS,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session; an hour would lose what people type
        "WTF_CSRF_SSL_STRICT": config.production,
        "MAX_CONTENT_LENGTH": 12 * 1024 * 1024,
        "DEMO": config.demo,
        "BASE_URL": config.base_url,
        "LOG_LEVEL": config.log_level,
        "LOG_FORMAT": config.log_format,
    }


def _open_database(app: Flask) -> None:
    db.init_app(app)
    Migrate(app, db, directory="migrations")
    with app.app_context():
        tune(db.engine)


def _choose_vendors(app: Flask, config: Config) -> None:
    from booking.gateways.choose import choose  # noqa: PLC0415 - vendor SDKs load only where an app is made

    ports.install(app, choose(config))
    if config.production and config.smtp_security == "none":
        log.warning("SMTP_SECURITY=none: letters go to %s unencrypted", config.smtp_host)


def _open_the_counter(app: Flask) -> None:
    hosts.init(app)
    app.before_request(access.guard)
    app.before_request(_know_the_zone)
    for name in ("nonsense", "errors", "headers", "squeeze", "filters", "files", "navigation"):
        import_module(f"booking.blueprints.{name}").init(app)
    for name in BLUEPRINTS:
        blueprint: Blueprint = import_module(f"booking.blueprints.{name}").blueprint
        app.register_blueprint(blueprint)
    app.extensions["booking_jobs"] = {job.name: timedelta(seconds=job.seconds) for job in JOBS}
    for name in COMMANDS:
        command: Command = import_module(name).command
        app.cli.add_command(command)
    access.check_every_route(app)


def _know_the_zone() -> None:
    # Times are shown in the park's zone, never the browser's.
    g.zone = signed_in.my_park().zone if current_user.is_authenticated else ZoneInfo("Asia/Shanghai")


def check_database(app: Flask) -> list[str]:
    """Name the guards the database lacks; what a server checks before it serves."""
    with app.app_context(), db.engine.connect() as connection:
        return missing_guards(connection)


__all__ = ["check_database", "create_app", "tables"]
