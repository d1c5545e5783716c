"""No server starts by accident: what it is for has to be said, and what production needs is named."""

from __future__ import annotations

import logging
import re
import runpy

import click
import pytest
from gunicorn.arbiter import Arbiter

from booking.app import create_app, create_unset_app
from booking.config import DEVELOPMENT_KEY, BadConfigurationError, Config
from booking.gateways.choose import choose
from booking.gateways.mail import SmtpTransport, Tls
from tests.harness.run import ROOT

WORKER_BOOT_ERROR = Arbiter.WORKER_BOOT_ERROR
OWN_KEY = "a-key-of-our-own-with-more-than-32-characters"
PRODUCTION = {
    "BOOKING_ENV": "production",
    "SECRET_KEY": OWN_KEY,
    "DATABASE_URL": "sqlite:////nowhere/park.sqlite3",
    "BASE_URL": "https://space.example",
    "SMTP_HOST": "smtp.example",
}


def without(*names):
    return {name: value for name, value in PRODUCTION.items() if name not in names}


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "BASE_URL", "SMTP_HOST"])
def test_production_names_what_is_missing(missing):
    with pytest.raises(BadConfigurationError, match=missing):
        Config.from_environment(without(missing))


@pytest.mark.parametrize(
    "env",
    [
        {},
        {"DATABASE_URL": "postgresql://booking@127.0.0.1/booking"},
        {"SMTP_HOST": "smtp.example", "SECRET_KEY": OWN_KEY},
        {"PROXIES": "1"},
        {"BOOKING_ENV": "", "BASE_URL": "https://space.example"},
    ],
)
def test_who_does_not_say_what_it_is_for_is_told_what_is_missing(env):
    with pytest.raises(BadConfigurationError) as refused:
        Config.from_environment(env)
    told = str(refused.value)
    assert "BOOKING_ENV is missing" in told
    for name in ("SECRET_KEY", "DATABASE_URL", "BASE_URL", "SMTP_HOST"):
        assert name in told, "found or missing, it is named"


def test_the_published_key_is_for_those_who_say_development():
    assert Config.from_environment({"BOOKING_ENV": "development"}).secret_key == DEVELOPMENT_KEY
    for mode in ("demo", "production"):
        for key in ("", DEVELOPMENT_KEY):
            with pytest.raises(BadConfigurationError, match="SECRET_KEY"):
                Config.from_environment(PRODUCTION | {"BOOKING_ENV": mode, "SECRET_KEY": key})
    with pytest.raises(BadConfigurationError, match="32 characters"):
        Config.from_environment(PRODUCTION | {"SECRET_KEY": "short"})


def started(monkeypatch, env, *, by_flask):
    for name in (*PRODUCTION, "PROXIES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true" if by_flask else "false")
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(ROOT / "wsgi.py"))["app"]


@pytest.mark.parametrize("env", [{}, {"DATABASE_URL": "sqlite:///x"}])
def test_a_server_without_settings_does_not_start_and_is_not_tried_again(monkeypatch, capsys, env):
    with pytest.raises(SystemExit) as stopped:
        started(monkeypatch, env, by_flask=False)
    assert stopped.value.code == WORKER_BOOT_ERROR
    assert "BOOKING_ENV is missing" in capsys.readouterr().err


def test_flask_run_without_settings_does_not_even_listen(monkeypatch, capsys):
    with click.Context(click.Command("run"), info_name="run"), pytest.raises(SystemExit) as stopped:
        started(monkeypatch, {}, by_flask=True)
    assert stopped.value.code == WORKER_BOOT_ERROR
    assert "BOOKING_ENV is missing" in capsys.readouterr().err


def test_without_settings_the_shell_prices_and_shows_and_does_nothing_else(monkeypatch):
    shell = started(monkeypatch, {}, by_flask=True).test_cli_runner()
    assert "JSON" in shell.invoke(args=["rate", "--help"]).output
    assert "demo" in shell.invoke(args=["demo", "--help"]).output
    for command in ("db", "worker", "backup", "month", "nonsense"):
        answer = shell.invoke(args=[command, "x"])
        assert answer.exit_code == 1
        assert "BOOKING_ENV is missing" in answer.output


def test_without_settings_nobody_is_served():
    app = create_unset_app(BadConfigurationError("BOOKING_ENV is missing"))
    answer = app.test_client().get("/sign-in")
    assert (answer.status_code, answer.text) == (503, "booking does not start: BOOKING_ENV is missing")
    assert not app.config["SECRET_KEY"]


def test_mail_is_encrypted_unless_one_says_otherwise():
    transport = choose(Config.from_environment(PRODUCTION)).transport
    assert isinstance(transport, SmtpTransport)
    assert transport.tls is Tls.STARTTLS


@pytest.mark.parametrize(("security", "said"), [("none", True), ("starttls", False), ("tls", False)])
def test_production_says_that_letters_go_unencrypted(caplog, security, said):
    with caplog.at_level(logging.WARNING):
        create_app(Config.from_environment(PRODUCTION | {"SMTP_SECURITY": security}))
    assert ("SMTP_SECURITY=none" in caplog.text) is said


@pytest.mark.parametrize("address", ["space.example", "ftp://space.example", "https://"])
def test_the_address_people_use_is_one(address):
    with pytest.raises(BadConfigurationError, match="BASE_URL"):
        Config.from_environment(PRODUCTION | {"BASE_URL": address})


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, "bounces@space.example"),
        ({"SMTP_USER": "space"}, "bounces@space.example"),
        ({"SMTP_USER": "post@space.example"}, "post@space.example"),
        ({"SMTP_USER": "post@space.example", "MAIL_BOUNCES": "back@it.example"}, "back@it.example"),
    ],
)
def test_letters_with_a_link_come_back_to_the_installation(settings, address):
    assert Config.from_environment(PRODUCTION | settings).bounces_to == address


@pytest.mark.parametrize("wrong", ["space.example", "<>", "a@b c@d", "Space <a@b.example>"])
def test_where_they_come_back_to_is_an_address(wrong):
    with pytest.raises(BadConfigurationError, match="MAIL_BOUNCES"):
        Config.from_environment(PRODUCTION | {"MAIL_BOUNCES": wrong})


def test_neither_key_nor_password_is_shown(monkeypatch):
    told = repr(Config.from_environment(PRODUCTION | {"DATABASE_URL": "postgresql://u:pass-word@h/d"}))
    assert OWN_KEY not in told
    assert "pass-word" not in told


def test_every_setting_is_described():
    read = set(re.findall(r'"([A-Z][A-Z_]+[A-Z])"', (ROOT / "booking" / "config.py").read_text("utf-8")))
    told = set(re.findall(r"`([A-Z][A-Z_]+[A-Z])`", (ROOT / "docs" / "settings.md").read_text("utf-8")))
    assert read - {"INFO", "DEBUG", "WARNING", "ERROR"} <= told


def test_the_worded_defaults_are_the_real_ones():
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)`[^|]*\| `([^`|]+)`", text, re.MULTILINE)
    numbers = {name: value for name, value in rows if value.isdigit()}
    config = Config.from_environment({"BOOKING_ENV": "development"})
    real = {
        "DATABASE_CONNECT_TIMEOUT": config.connect_timeout,
        "DATABASE_LOCK_TIMEOUT": config.lock_timeout,
        "DATABASE_STATEMENT_TIMEOUT": config.statement_timeout,
        "DATABASE_IDLE_TIMEOUT": config.idle_timeout,
        "DATABASE_POOL_SIZE": config.pool_size,
        "DATABASE_POOL_OVERFLOW": config.pool_overflow,
        "DATABASE_POOL_TIMEOUT": config.pool_timeout,
        "SMTP_PORT": config.smtp_port,
        "MAIL_PER_MINUTE": config.mail_per_minute,
        "PROXIES": config.proxies,
    }
    assert {name: int(numbers[name]) for name in real} == real
