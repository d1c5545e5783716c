"""What the environment says; read once, checked, and never looked up again elsewhere."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit


class BadConfigurationError(Exception):
    """The environment does not allow a start; the message says what to set."""


DEMO_DATABASE = "sqlite:///" + str(Path("var/demo.sqlite3").resolve())
IN_PRODUCTION = ("SECRET_KEY", "DATABASE_URL", "BASE_URL", "SMTP_HOST")


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of an installation; `docs/settings.md` explains each."""

    database_url: str = field(repr=False)  # it may hold a password
    secret_key: str = field(repr=False)
    production: bool = False
    demo: bool = False
    base_url: str = "http://127.0.0.1:5000"
    smtp_host: str | None = None
    smtp_port: int = 25
    smtp_user: str | None = None
    smtp_password: str | None = field(default=None, repr=False)
    smtp_security: str = "starttls"
    mail_bounces: str = ""
    mail_per_minute: int = 60
    mail_folder: Path = Path("var/mail")
    stripe_key: str | None = field(default=None, repr=False)
    stripe_webhook_secret: str | None = field(default=None, repr=False)
    proxies: int = 0
    connect_timeout: float = 5  # seconds, as all of these; see docs/settings.md
    lock_timeout: float = 5
    statement_timeout: float = 30
    idle_timeout: float = 60
    pool_size: int = 5
    pool_overflow: int = 10
    pool_timeout: float = 5
    log_level: str = "INFO"
    log_format: str = "json"

    @classmethod
    def from_environment(cls, env: Mapping[str, str] | None = None) -> Self:
        """Read the environment; raises BadConfigurationError naming the variable that is missing or wrong."""
        env = os.environ if env is None else env
        mode = _mode(env)
        production = mode == "production"
        if production:
            _require(env, *IN_PRODUCTION)
        return cls(
            database_url=normal_url(env.get("DATABASE_URL") or DEMO_DATABASE),
            secret_key=_secret(env, mode),
            production=production,
            demo=mode == "demo",
            base_url=_address(env, "BASE_URL", "http://127.0.0.1:5000"),
            smtp_host=env.get("SMTP_HOST") or None,
            smtp_port=_number(env, "SMTP_PORT", 25),
            smtp_user=env.get("SMTP_USER") or None,
            smtp_password=env.get("SMTP_PASSWORD") or None,
            mail_bounces=_mailbox(env, "MAIL_BOUNCES"),
            smtp_security=_one_of(env, "SMTP_SECURITY", ("starttls", "tls", "none")),
            mail_per_minute=_number(env, "MAIL_PER_MINUTE", 60),
            mail_folder=Path(env.get("MAIL_FOLDER", "var/mail")),
            stripe_key=env.get("STRIPE_KEY") or None,
            stripe_webhook_secret=env.get("STRIPE_WEBHOOK_SECRET") or None,
            proxies=_number(env, "PROXIES", 0),
            connect_timeout=_number(env, "DATABASE_CONNECT_TIMEOUT", 5),
            lock_timeout=_number(env, "DATABASE_LOCK_TIMEOUT", 5),
            statement_timeout=_number(env, "DATABASE_STATEMENT_TIMEOUT", 30),
            idle_timeout=_number(env, "DATABASE_IDLE_TIMEOUT", 60),
            pool_size=_number(env, "DATABASE_POOL_SIZE", 5),
            pool_overflow=_number(env, "DATABASE_POOL_OVERFLOW", 10),
            pool_timeout=_number(env, "DATABASE_POOL_TIMEOUT", 5),
            log_level=_one_of(env, "LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
            log_format=_one_of(env, "LOG_FORMAT", ("json", "text")),
        )

    @property
    def host(self) -> str:
        """The name people reach the product by."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def bounces_to(self) -> str:
        """Where letters with a link that opens an account are returned to: the installation, never a park.

        Many providers take no other sender on the envelope than the address that signs in.
        """
        signs_in = self.smtp_user if self.smtp_user and "@" in self.smtp_user else ""
        return self.mail_bounces or signs_in or f"bounces@{self.host}"


def normal_url(url: str) -> str:
    """Name the driver we use: `postgres://` and `postgresql://` mean psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


MODES = ("development", "demo", "production")
A_SERVERS = ("DATABASE_URL", "SMTP_HOST", "PROXIES", "BASE_URL", "SECRET_KEY", "STRIPE_KEY")


def _mode(env: Mapping[str, str]) -> str:
    """Tell what the installation is for; nobody serves people by accident, so it has to be said."""
    mode = env.get("BOOKING_ENV") or ""
    if not mode:
        found = [name for name in A_SERVERS if env.get(name)]
        missing = [name for name in IN_PRODUCTION if not env.get(name)]
        raise BadConfigurationError(
            f"BOOKING_ENV is missing{f' beside {_names(found)}' if found else ''}. For people to use it, set "
            f"BOOKING_ENV=production{f' and {_names(missing)}' if missing else ''}; on your own machine, "
            "BOOKING_ENV=development. See docs/settings.md; `make demo` needs nothing"
        )
    if mode not in MODES:
        raise BadConfigurationError(f"BOOKING_ENV is one of {_names(MODES)}")
    return mode


def _require(env: Mapping[str, str], *names: str) -> None:
    missing = [name for name in names if not env.get(name)]
    if missing:
        raise BadConfigurationError(f"production needs {_names(missing)}; see docs/settings.md")


def _names(names: Iterable[str]) -> str:
    return ", ".join(names)


DEVELOPMENT_KEY = "not-secret-for-development-and-demo-only"
SHORTEST_SECRET = 32


def _secret(env: Mapping[str, str], mode: str) -> str:
    """Only who says `development` gets the key that everybody can read here; the demo has its own way."""
    key = env.get("SECRET_KEY") or ""
    if mode == "development":
        return key or DEVELOPMENT_KEY
    if not key or key == DEVELOPMENT_KEY:
        raise BadConfigurationError(
            f"SECRET_KEY is missing: {mode} needs one of your own; `flask demo` does not"
        )
    if mode == "production" and len(key) < SHORTEST_SECRET:
        raise BadConfigurationError(f"SECRET_KEY has at least {SHORTEST_SECRET} characters in production")
    return key


def _address(env: Mapping[str, str], name: str, default: str) -> str:
    address = (env.get(name) or default).rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadConfigurationError(f"{name} is an address like https://space.example, got {address!r}")
    return address


def _mailbox(env: Mapping[str, str], name: str) -> str:
    mailbox = env.get(name) or ""
    if mailbox and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", mailbox):
        raise BadConfigurationError(f"{name} is an e-mail address, got {mailbox!r}")
    return mailbox


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
