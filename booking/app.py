"""Puts the product together; the only place that chooses a vendor."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from click import ClickException, Command
from flask import Flask, g
from flask_login import current_user
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from booking import ports, tables
from booking.blueprints import (
    activities,
    calendar,
    closing,
    cycle,
    door,
    exchange,
    front_desk,
    idle_places,
    inventory,
    month,
    needs,
    park,
    plans,
    programs,
    quotas,
    report,
    reservations,
    savings,
    scan,
    series,
    sign_in,
    statement,
    tariffs,
    today,
    utilisation,
    waiting,
)
from booking.blueprints.account import feeds, more, reminders
from booking.blueprints.company import enterprises, people, robots
from booking.blueprints.kit import (
    access,
    converters,
    errors,
    filters,
    http,
    labels,
    navigation,
    resubmission,
    session,
    static_files,
)
from booking.blueprints.kit.forms import validators
from booking.blueprints.kit.month_sheet import wall
from booking.blueprints.kit.templates import init_templates, mark_languages
from booking.blueprints.statement import disputes
from booking.charges.quote_each import limit_prices
from booking.config import BadConfigurationError, Config
from booking.db import db
from booking.db.engine import engine_options, tune
from booking.demo import command as demo
from booking.jobs.commands import check, installation, park as park_commands
from booking.jobs.worker import JOBS
from booking.language import init_language
from booking.logs import init_logs
from booking.people.rules import SESSION_LASTS
from booking.plain_flask import PlainFlask
from booking.reservations.approval.agree import LIMIT_PRICES
from booking.triggers import missing_triggers

log = logging.getLogger(__name__)


def create_app(config: Config | None = None) -> Flask:
    """Make the app; refuses to start with settings or routes that break a promise."""
    config = config or Config.from_environment()
    app = PlainFlask(__name__, static_folder=None)  # blueprints/kit/static_files.py hands them out
    app.config.from_mapping(_flask_settings(config))
    app.extensions["booking_config"] = config
    app.extensions["booking_factory"] = create_app  # the demo makes an app of its own, and stands below this
    init_templates(app)
    if config.proxies:
        behind = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=behind, x_proto=behind, x_host=behind)  # type: ignore[method-assign]  # as Flask wants it wrapped
    init_logs(app)
    _open_database(app)
    resubmission.KeyedForms(app)
    session.init_session(app)
    init_language(app)
    _choose_vendors(app, config)
    _register_pages(app)
    return app


def create_unset_app(trouble: BadConfigurationError) -> Flask:
    """Make an app for the shell commands that need no settings; it knows no key, and serves nobody."""
    refused = _Refused(f"booking does not start: {trouble}")
    app = Flask(__name__, static_folder=None)  # it has no pages
    app.extensions["booking_factory"] = create_app
    app.wsgi_app = refused  # type: ignore[method-assign, assignment]  # it answers instead
    app.cli.get_command = refused.get_command  # type: ignore[method-assign]  # it answers instead
    return app


WITHOUT_SETTINGS = {
    command.name: command
    for command in (demo.command, check.rate_command, check.understand_command, installation.version_command)
}


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
        return WITHOUT_SETTINGS[cmd_name]


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
    db.session.session_factory.configure(info={LIMIT_PRICES: limit_prices})
    Migrate(app, db, directory="migrations")
    with app.app_context():
        tune(db.engine)


def _choose_vendors(app: Flask, config: Config) -> None:
    from booking.gateways.choose import choose  # noqa: PLC0415 - vendor SDKs load only where an app is made

    ports.install(app, choose(config))
    if config.production and config.smtp_security == "none":
        log.warning("SMTP_SECURITY=none: letters go to %s unencrypted", config.smtp_host)


BLUEPRINTS = (
    sign_in.blueprint,  # signing in and out, invitations, forgotten passwords
    more.preferences_blueprint,  # language and theme
    today.blueprint,  # my day: what is next, check in, check out
    calendar.blueprint,  # the day page, the week page, search
    reservations.blueprint,  # reserve, move, extend, shorten, cancel
    series.blueprint,  # more than one reservation by one rule
    waiting.blueprint,  # who waits for a taken time, and what is held for them
    people.requests_blueprint,  # what colleagues ask their manager for
    people.rights_blueprint,  # what they book without asking
    robots.blueprint,  # through which an enterprise's chat group hears of its bookings
    reminders.blueprint,  # how the reader wants to be reminded
    reminders.inbox_blueprint,  # every letter written to the reader
    feeds.blueprint,  # secret addresses that calendar programs subscribe to
    door.blueprint,  # tablets at doors and screens in halls
    scan.blueprint,  # the page behind the QR code on a space
    static_files.blueprint,  # sheets, scripts, icons: what pages are made of
    plans.pictures_blueprint,  # photographs of spaces and floor plans
    plans.blueprint,  # the floor plan of an area, at a time; where its spaces lie
    needs.blueprint,  # what people ask for: say it, follow it, work on it; matters; liaisons
    statement.blueprint,  # the running month, questions about a line
    statement.invoices_blueprint,  # closed months, PDF, payment
    savings.blueprint,  # what an enterprise saved, its baselines
    cycle.blueprint,  # the cycle 11530: an enterprise's list of the month
    more.blueprint,  # everything else a tenant may do
    people.blueprint,  # colleagues and billing particulars
    front_desk.blueprint,  # the administrator's day: reservations, approvals, corrections
    inventory.blueprint,  # areas, spaces, rules, closures, labels
    exchange.blueprint,  # import and export of the inventory as CSV and XLSX
    tariffs.blueprint,  # prices, with a worked example
    disputes.blueprint,  # questions about lines, and the park's answers
    closing.blueprint,  # closing a month, payments, credit notes
    enterprises.blueprint,  # tenants of the park and their members
    quotas.blueprint,  # how much of a kind they may have
    activities.blueprint,  # what happens in the hall: sign-up, planning, who came
    activities.guests,  # the same for who has no account: by the poster's code
    park.blueprint,  # the park's particulars and calendar, letters, audit trail
    month.blueprint,  # the branch's month on one page
    report.blueprint,  # the branch's report
    idle_places.blueprint,  # the register of what stood empty, and what was made of it
    utilisation.blueprint,  # how much of what is open is used, and when
    programs.webhooks_blueprint,  # what the payment provider tells us
    programs.blueprint,  # alive, ready, late: for those who watch the installation
)
COMMANDS = (
    demo.command,  # a lively park on this machine
    installation.jobs_command,
    park_commands.month_command,
    check.rate_command,
    check.understand_command,
    installation.backup_command,
    installation.restore_command,
    installation.triggers_command,
    park_commands.park_command,
    installation.worker_command,
    installation.version_command,
)
FORMER_COMMANDS = {"guards": installation.triggers_command}
"""By names they had before; scripts of installations may still call them so."""


def _register_pages(app: Flask) -> None:
    http.init_hosts(app)
    app.url_value_preprocessor(resubmission.take_files)
    app.before_request(access.guard)
    app.before_request(_know_the_zone)
    for init in (
        converters.init,
        errors.init,
        http.init_headers,
        http.init_compression,
        mark_languages,
        filters.init,
        validators.init,
        labels.init,
        static_files.init,
        navigation.init,
        wall.init,
    ):
        init(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.extensions["booking_jobs"] = {job.name: timedelta(seconds=job.seconds) for job in JOBS}
    for command in COMMANDS:
        app.cli.add_command(command)
    for former, command in FORMER_COMMANDS.items():
        app.cli.add_command(command, former)
    access.check_every_route(app)


def _know_the_zone() -> None:
    # Times are shown in the park's zone, never the browser's.
    g.zone = session.my_park().zone if current_user.is_authenticated else ZoneInfo("Asia/Shanghai")


def check_database(app: Flask) -> list[str]:
    """Name the triggers the database lacks; what a server checks before it serves."""
    with app.app_context(), db.engine.connect() as connection:
        return missing_triggers(connection)


__all__ = ["check_database", "create_app", "tables"]
