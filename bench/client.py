"""A person's browser as the measuring needs it: a signed-in session, pages, and the forms on them."""

from __future__ import annotations

import http.client
import re
import threading
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from booking.app import create_app
from booking.config import Config
from tests.harness.schema import TEST_SECRET

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HTTP_REDIRECT = range(300, 400)


def session_cookie(database_url: str, member_id: int) -> str:
    """Sign the session of a member as the app would, so that measuring needs no passwords."""
    app = create_app(
        Config(database_url=database_url, secret_key=TEST_SECRET, log_level="WARNING", statement_timeout=0)
    )
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return "session=" + serializer.dumps({"_user_id": f"{member_id}.1.bench", "_fresh": True})


class Forms(HTMLParser):
    """The forms of a page: where they go, and what they would send as they are."""

    def __init__(self, html: str) -> None:
        """Read the page."""
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms, and the fields in them."""
        facts = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((facts.get("action", ""), {}))
        elif not self.found:
            return
        elif tag == "input" and facts.get("name") and facts.get("type") not in {"submit", "file"}:
            if facts.get("type") not in {"checkbox", "radio"} or "checked" in facts:
                self.found[-1][1][facts["name"]] = facts.get("value", "")
        elif tag == "select":
            self._select = facts.get("name", "")
        elif tag == "option" and self._select and ("selected" in facts):
            self.found[-1][1][self._select] = facts.get("value", "")

    def to(self, action: str) -> tuple[str, dict[str, str]]:
        """Give the form whose action matches a pattern; the page's own address counts as empty."""
        for where, fields in self.found:
            if re.search(action, where) and "csrf_token" in fields:
                return where, fields
        raise LookupError(f"no form to {action!r} among {[where for where, _ in self.found]}")


@dataclass
class Browser:
    """One signed-in person with one open connection."""

    address: str
    cookie: str
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        """Connect."""
        self.connection = http.client.HTTPConnection(self.address, timeout=60)

    def get(self, path: str) -> str:
        """Fetch a page; anything but 200 is an error of the measuring."""
        status, body, _ = self._ask("GET", path, None)
        if status != http.client.OK:
            raise RuntimeError(f"GET {path}: {status}\n{body[:2000]}")
        return body

    def post(self, path: str, fields: dict[str, str]) -> str:
        """Send a form; it must be taken, and give where it leads."""
        status, body, location = self._ask("POST", path, urlencode(fields))
        if status not in HTTP_REDIRECT:
            raise RuntimeError(f"POST {path}: {status}\n{re.sub('<[^>]+>', ' ', body)[:3000]}")
        return location

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str, str]:
        headers = {"Cookie": self.cookie, "Accept": "text/html"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (http.client.HTTPException, ConnectionError):
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        for kept in answer.headers.get_all("Set-Cookie", []):
            if kept.startswith("session="):
                self.cookie = kept.split(";")[0]
        return answer.status, answer.read().decode(errors="replace"), answer.getheader("Location", "")


@dataclass(frozen=True)
class Measured:
    """What many requests took; times in milliseconds."""

    requests: int
    p50: float
    p95: float
    rate: float
    cpu: float


def drive(
    acts: Sequence[Callable[[Browser], object]], browsers: Sequence[Browser], cpu: Callable[[], float]
) -> Measured:
    """Do every act once, as many at a time as there are browsers; raises the first error."""
    waiting = list(acts)
    lock = threading.Lock()
    took: list[float] = []
    errors: list[BaseException] = []

    def work(browser: Browser) -> None:
        while not errors:
            with lock:
                if not waiting:
                    return
                act = waiting.pop()
            began = time.perf_counter()
            try:
                act(browser)
            except BaseException as error:  # noqa: BLE001 - told to who asked
                errors.append(error)
            took.append((time.perf_counter() - began) * 1000)

    used, began = cpu(), time.perf_counter()
    threads = [threading.Thread(target=work, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed, used = time.perf_counter() - began, cpu() - used
    if errors:
        raise errors[0]
    took.sort()
    return Measured(
        requests=len(took),
        p50=took[len(took) // 2],
        p95=took[int(len(took) * 0.95)],
        rate=len(took) / elapsed,
        cpu=used / len(took) * 1000,
    )
