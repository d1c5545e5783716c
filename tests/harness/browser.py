"""Chromium for tests, with Chinese letters, at the desk and on the phone, and axe to judge pages."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pylopdf_fonts_zh_cn
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.harness.run import HANGS, ROOT, run_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESK: dict[str, object] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, object] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
"""
expect.set_options(timeout=HANGS * 1000)
MISSING = "NO CHROMIUM: the browser tests did not run. Install one, or name it with CHROMIUM=/path."


def find_chromium() -> str | None:
    """Give the path of a Chromium: CHROMIUM, or the first on PATH."""
    if given := os.environ.get("CHROMIUM"):
        return given
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def chinese_fonts(folder: Path) -> Path:
    """Write a fontconfig file that adds the font from PyPI to the system's; for FONTCONFIG_FILE."""
    fonts = pylopdf_fonts_zh_cn.sans_path().parent
    file = folder / f"fonts-{os.getpid()}.conf"
    file.write_text(FONTS.format(fonts=fonts, cache=folder / "font-cache"), encoding="utf-8")
    return file


@contextmanager
def launched(path: str, folder: Path) -> Iterator[Browser]:
    """Run a Chromium that can write Chinese; `folder` keeps its font settings."""
    environment: dict[str, str | float | bool] = {
        **os.environ,
        "FONTCONFIG_FILE": str(chinese_fonts(folder)),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, env=environment)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start one Chromium a worker. Without one: a failure under CI, else a skip, shouted at the end."""
    path = find_chromium()
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    with launched(path, run_folder()) as browser:
        yield browser


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Make pages: `open_page()` at the desk, `open_page("phone")`; each in a context of its own.

    Further arguments go to Playwright: `base_url=`, `java_script_enabled=False`, `color_scheme="dark"`.
    """
    contexts = []

    def make(where: Literal["desk", "phone"] = "desk", **options: object) -> Page:
        shape: dict[str, object] = PHONE if where == "phone" else DESK
        settings = {"locale": "zh-CN", "timezone_id": "UTC", "reduced_motion": "reduce", **shape, **options}
        context = chromium.new_context(**settings)  # type: ignore[arg-type]
        context.set_default_timeout(HANGS * 1000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """Give a page at the desk."""
    return open_page()


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """Give a page on the phone."""
    return open_page("phone")


def press(page: Page, name: str) -> None:
    """Press a button that leads to a page, and wait for it; what shows in place is waited for by `expect`."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def axe(page: Page) -> list[str]:
    """Judge the page by every rule of axe; give a line for each finding, so `assert axe(page) == []`.

    The script comes in through the debugger, which a page's CSP does not bind.
    """
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {' '.join(map(str, node['target']))} {node['html'][:160]}"
        for rule in found
        for node in rule["nodes"]
    ]


def screenshot(page: Page, name: str) -> Path:
    """Keep a picture of the whole page as `var/screenshots/NAME.png`."""
    path = ROOT / "var" / "screenshots" / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)
    return path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if any(MISSING in str(report.longrepr) for report in skipped):
        terminalreporter.section("BROWSER TESTS DID NOT RUN", sep="#", red=True, bold=True)
        terminalreporter.line(MISSING)
