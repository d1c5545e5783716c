"""`make demo` from nothing: made, served, and able to print, in one start."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from http import HTTPStatus
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from booking.demo.tenants import PASSWORD
from booking.understand.plain_text import LONGEST_TAKEN
from tests.harness.mail import free_port
from tests.harness.run import HANGS, ROOT


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """Start the demo on an empty folder, as `make demo` does; give its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    facts = {"DATABASE_URL": f"sqlite:///{tmp_path / 'demo.sqlite3'}", "MAIL_FOLDER": str(tmp_path / "mail")}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "--months", "1", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **facts}, stdout=subprocess.DEVNULL)
    try:
        wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(HANGS)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + HANGS
    while time.monotonic() < until and server.poll() is None:
        try:
            build_opener().open(f"{address}/healthz", timeout=5).close()
        except URLError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the demo did not begin to serve")


def signed_in(address: str, email: str) -> OpenerDirector:
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{address}/sign-in", timeout=HANGS).read().decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    data = urlencode({"csrf_token": token[1], "email": email, "password": PASSWORD}).encode()
    browser.open(f"{address}/sign-in", data, timeout=HANGS).close()
    return browser


def test_what_is_served_right_after_the_park_was_made_can_print(served: str) -> None:
    admin = signed_in(served, "admin@demo.example")
    labels = admin.open(f"{served}/inventory/labels/sheet?form=pdf", timeout=HANGS).read()
    assert labels.startswith(b"%PDF-")
    longest = quote("会" * LONGEST_TAKEN)
    answer = admin.open(f"{served}/calendar/say?say={longest}", timeout=HANGS)
    assert answer.status == HTTPStatus.OK, "its address is read as on a server"
