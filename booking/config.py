"""What the environment says; read once, checked, and never looked up again elsewhere."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

DEMO_DATABASE = "sqlite:///" + str(Path("var/demo.sqlite3").resolve())
DEVELOPMENT_KEY = "not-secret-for-development-and-demo-only"
SHORTEST_SECRET = 32


class BadConfigurationError(Exception):
    """The environment does not allow a start; the message says what to set."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of an installation; `docs/settings.md` explains each."""

    database_url: str
    secret_key: str = field(repr=False)
    production: bool = False
    demo: bool = False
    base_url: str = "http://127.0.0.1:5000"
    smtp_host: str | None = None
    smtp_port: int = 25
    smtp_user: str | None = None
    smtp_password: str | None = field(default=None, repr=False)
    smtp_security: str = "none"
    mail_per_minute: int = 60
    mail_folder: Path = Path("var/mail")
    stripe_key: str | None = field(default=None, repr=False)
    stripe_webhook_secret: str | None = field(default=None, repr=False)
    proxies: int = 0
    log_level: str = "INFO"
    log_format: str = "json"

    @classmethod
    def from_environment(cls, env: Mapping[str, str] | None = None) -> Self:
        """Read the environment; raises BadConfigurationError naming the variable that is missing or wrong."""
        env = os.environ if env is None else env
        mode = env.get("BOOKING_ENV", "development")
        if mode not in {"development", "demo", "production"}:
            raise BadConfigurationError("BOOKING_ENV is one of development, demo, production")
        production = mode == "production"
        if production:
            _require(env, "SECRET_KEY", "DATABASE_URL", "BASE_URL", "SMTP_HOST")
        return cls(
            database_url=normal_url(env.get("DATABASE_URL") or DEMO_DATABASE),
            secret_key=_secret(env, production=production),
            production=production,
            demo=mode == "demo",
            base_url=env.get("BASE_URL", "http://127.0.0.1:5000").rstrip("/"),
            smtp_host=env.get("SMTP_HOST") or None,
            smtp_port=_number(env, "SMTP_PORT", 25),
            smtp_user=env.get("SMTP_USER") or None,
            smtp_password=env.get("SMTP_PASSWORD") or None,
            smtp_security=_one_of(env, "SMTP_SECURITY", ("none", "starttls", "tls")),
            mail_per_minute=_number(env, "MAIL_PER_MINUTE", 60),
            mail_folder=Path(env.get("MAIL_FOLDER", "var/mail")),
            stripe_key=env.get("STRIPE_KEY") or None,
            stripe_webhook_secret=env.get("STRIPE_WEBHOOK_SECRET") or None,
            proxies=_number(env, "PROXIES", 0),
            log_level=_one_of(env, "LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
            log_format=_one_of(env, "LOG_FORMAT", ("json", "text")),
        )


def normal_url(url: str) -> str:
    """Name the driver we use: `postgres://` and `postgresql://` mean psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _require(env: Mapping[str, str], *names: str) -> None:
    missing = [name for name in names if not env.get(name)]
    if missing:
        raise BadConfigurationError(f"production needs {', '.join(missing)}; see docs/settings.md")


def _secret(env: Mapping[str, str], *, production: bool) -> str:
    key = env.get("SECRET_KEY") or DEVELOPMENT_KEY
    if production and (len(key) < SHORTEST_SECRET or key == DEVELOPMENT_KEY):
        raise BadConfigurationError(
            f"SECRET_KEY has at least {SHORTEST_SECRET} characters of your own in production"
        )
    return key


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not (text.isascii() and text.isdigit()):
        raise BadConfigurationError(f"{name} is a whole number, got {text!r}")
    return int(text)


def _one_of(env: Mapping[str, str], name: str, options: tuple[str, ...]) -> str:
    value = env.get(name) or options[0]
    if value not in options:
        raise BadConfigurationError(f"{name} is one of {', '.join(options)}, got {value!r}")
    return value
