"""Puts the product together; the only place that chooses a vendor."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import Flask, g
from flask_login import current_user
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from booking import ports, tables
from booking.blueprints import access, signed_in
from booking.config import Config
from booking.db import db
from booking.db.engine import tune
from booking.guards import missing_guards
from booking.language import init_language
from booking.logs import init_logs
from booking.people.rules import SESSION_LASTS

if TYPE_CHECKING:
    from click import Command
    from flask import Blueprint

BLUEPRINTS = (
    "sign_in",  # signing in and out, invitations, forgotten passwords
    "preferences",  # language and theme
    "today",  # my day: what is next, check in, check out
    "calendar",  # the day page, the week page, search
    "reservations",  # reserve, move, extend, shorten, cancel
    "scan",  # the page behind the QR code on a space
    "icons",  # the icons of the pages, as one file
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
    "health",  # /healthz
)
COMMANDS = (
    "booking.demo.command",  # the demo stands above the jobs: it uses every room
    *(
        f"booking.jobs.commands.{name}"
        for name in ("jobs", "month", "rate", "backup", "restore", "park", "worker")
    ),
)


def create_app(config: Config | None = None) -> Flask:
    """Make the app; refuses to start with settings or routes that break a promise."""
    config = config or Config.from_environment()
    app = Flask(__name__)
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


def _flask_settings(config: Config) -> dict[str, object]:
    return {
        "SECRET_KEY": config.secret_key,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {}
        if config.database_url.startswith("sqlite")
        else {"isolation_level": "READ COMMITTED"},  # transaction() counts on it, whatever the server's usual
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


def _open_the_counter(app: Flask) -> None:
    app.before_request(access.guard)
    app.before_request(_know_the_zone)
    for name in ("nonsense", "errors", "headers", "filters", "navigation"):
        import_module(f"booking.blueprints.{name}").init(app)
    for name in BLUEPRINTS:
        blueprint: Blueprint = import_module(f"booking.blueprints.{name}").blueprint
        app.register_blueprint(blueprint)
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
