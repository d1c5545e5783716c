"""Look at pages of a running server: `python -m tests.harness.look ADDRESS /day /bills --phone`.

Pictures go to var/screenshots, axe's findings to the shell. `--click TEXT` presses a button or link of the
first page before the others are visited (the demo's sign-in page offers its accounts that way);
`--fill NAME=VALUE` types into a field before.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.harness.browser import DESK, PHONE, axe, find_chromium, launched, screenshot


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("server", help="its address, without a slash at the end")
    parser.add_argument("paths", nargs="+", help="pages to visit, each beginning with a slash")
    parser.add_argument("--name", default="look", help="what the pictures' names begin with")
    parser.add_argument("--phone", action="store_true", help="390 px and touch instead of 1440 px")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--no-script", action="store_true", help="without JavaScript")
    parser.add_argument("--start", default="/", help="where to fill and click first")
    parser.add_argument("--fill", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--click", action="append", default=[], metavar="TEXT")
    return parser.parse_args()


def enter(page: Page, arguments: argparse.Namespace) -> None:
    """Fill and click on the first page, as one does to sign in."""
    page.goto(arguments.server + arguments.start)
    for assignment in arguments.fill:
        name, _, value = assignment.partition("=")
        page.locator(f"[name='{name}']").fill(value)
    for text in arguments.click:
        target = page.get_by_role("button", name=text).or_(page.get_by_role("link", name=text))
        target.first.click()
        page.wait_for_load_state()


def visit(page: Page, server: str, path: str, name: str) -> None:
    """Take a picture, and say what the page answered, what axe found and what the console complained of."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    answer = page.goto(server + path)
    picture = screenshot(page, f"{name}-{path.strip('/').replace('/', '-').partition('?')[0] or 'home'}")
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    print(answer.status if answer else "-", path, picture, "SCROLLS SIDEWAYS" if wide else "")  # noqa: T201
    for line in [*axe(page), *complaints]:
        print("   ", line)  # noqa: T201 - it speaks to the shell


def main() -> None:
    arguments = read_arguments()
    chromium = find_chromium()
    assert chromium, "no Chromium: install one, or name it with CHROMIUM=/path"
    shape = PHONE if arguments.phone else DESK
    scheme = "dark" if arguments.dark else "light"
    name = "-".join([arguments.name, "phone" if arguments.phone else "desk", *(["dark"] * arguments.dark)])
    with tempfile.TemporaryDirectory() as folder, launched(chromium, Path(folder)) as browser:
        options = {**shape, "color_scheme": scheme, "java_script_enabled": not arguments.no_script}
        page = browser.new_context(locale="zh-CN", reduced_motion="reduce", **options).new_page()  # type: ignore[arg-type]
        if arguments.fill or arguments.click:
            enter(page, arguments)
        for path in arguments.paths:
            visit(page, arguments.server, path, name)


if __name__ == "__main__":
    main()
