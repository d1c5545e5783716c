"""What an installation copies from `deploy/` names settings, commands and addresses that there are."""

from __future__ import annotations

import re
from configparser import ConfigParser

import pytest

from booking.app import COMMANDS
from booking.blueprints.kit.resubmission import MOST_SENT
from booking.config import IN_PRODUCTION, BadConfigurationError, Config
from booking.letters.accounts import WAY_IN
from tests.harness.run import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.glob("*.service"))
SERVED = {"booking-web.service", "booking-worker.service"}


def text(name):
    return (DEPLOY / name).read_text(encoding="utf-8")


def settings_of(name):
    lines = [line for line in text(name).splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def unit(name):
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read_string(text(name))
    return parser


def test_the_settings_to_fill_in_are_real_and_enough():
    offered = settings_of("booking.env")
    read = set(re.findall(r'"([A-Z][A-Z_]+)"', (ROOT / "booking" / "config.py").read_text("utf-8")))
    assert set(offered) <= read
    assert set(IN_PRODUCTION) <= set(offered)
    with pytest.raises(BadConfigurationError, match="SECRET_KEY"):
        Config.from_environment(offered)
    config = Config.from_environment(
        offered | {"SECRET_KEY": "a-key-of-our-own-with-more-than-32-characters"}
    )
    assert config.database_url.startswith("postgresql+psycopg:///")
    assert (config.production, config.proxies, config.smtp_security) == (True, 1, "starttls")


@pytest.mark.parametrize("name", sorted(SERVED))
def test_what_serves_is_started_again_and_may_do_little(name):
    service = unit(name)["Service"]
    assert service["User"] == "booking"
    assert service["Restart"] == "always"
    assert service["EnvironmentFile"] == "/etc/booking.env"
    for line in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "RestrictSUIDSGID"):
        assert service[line] == "yes", line
    assert service["ProtectSystem"] == "strict"


def test_the_commands_of_the_units_are_ours_and_those_of_the_docs():
    ours = {command.name for command in COMMANDS}
    running = (ROOT / "docs" / "running.md").read_text("utf-8")
    for name in UNITS:
        for command in re.findall(r"flask --app wsgi (\w+)", text(name)):
            assert command in ours, name
    for name in SERVED:
        command = unit(name)["Service"]["ExecStart"].removeprefix("/srv/booking/.venv/bin/")
        assert f"`{command}`" in running, name


def test_what_is_copied_is_told_of():
    running = (ROOT / "docs" / "running.md").read_text("utf-8")
    for timer in DEPLOY.glob("*.timer"):
        assert timer.name in running
        assert (DEPLOY / f"{timer.stem}.service").exists()


def test_nginx_takes_what_the_product_takes_and_hands_on_what_it_believes(app):
    conf = text("nginx.conf")
    [megabytes] = re.findall(r"client_max_body_size (\d+)m;", conf)
    assert int(megabytes) * 1024 * 1024 == MOST_SENT > app.config["MAX_CONTENT_LENGTH"]
    for header in ("Host", "X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Proto"):
        assert re.search(rf"proxy_set_header {header} \$\w+;", conf), header
    [watched] = re.findall(r"location ~ \^/\(([a-z|]+)\)\$", conf)
    ours = {rule.rule.strip("/") for rule in app.url_map.iter_rules() if rule.endpoint.startswith("health.")}
    assert set(watched.split("|")) == ours


def test_a_link_that_opens_an_account_stands_in_no_log_of_nginx(app):
    conf = text("nginx.conf")
    http, pages = re.findall(r"^server \{.*?^\}", conf, re.DOTALL | re.MULTILINE)
    assert "access_log off;" in http
    doors = dict(re.findall(r"location \^~ (/\S+) \{([^}]*)\}", pages))
    for door, endpoint in ((WAY_IN, "sign_in.set_password"), ("/asked/", "needs.follow")):
        assert app.url_map.bind("").match(f"{door}a-token")[0] == endpoint
        assert "access_log off;" in doors[door]
        assert "error_log /dev/null" in doors[door]
    for door in ("/door/", "/feeds/"):
        assert "access_log off;" in doors[door]
