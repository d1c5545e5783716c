"""Collect the icons the pages use from Bootstrap Icons (MIT) into booking/static/img/icons.svg.

Run it after changing the list: `python scripts/pick_icons.py`.
"""

from __future__ import annotations

import re
from pathlib import Path

import flask_bootstrap

OURS = {
    "home": "house-door",
    "calendar": "calendar3",
    "bill": "receipt",
    "savings": "piggy-bank",
    "more": "three-dots",
    "qr": "qr-code-scan",
    "search": "search",
    "plus": "plus-lg",
    "check-in": "box-arrow-in-right",
    "check-out": "box-arrow-right",
    "clock": "clock",
    "warning": "exclamation-triangle",
    "info": "info-circle",
    "user": "person",
    "people": "people",
    "building": "building",
    "door": "door-open",
    "desk": "display",
    "box": "box-seam",
    "hall": "megaphone",
    "mail": "envelope",
    "download": "download",
    "upload": "upload",
    "print": "printer",
    "settings": "gear",
    "moon": "moon-stars",
    "sun": "sun",
    "half": "circle-half",
    "language": "translate",
    "check": "check-lg",
    "close": "x-lg",
    "left": "chevron-left",
    "right": "chevron-right",
    "down": "chevron-down",
    "undo": "arrow-counterclockwise",
    "price": "tags",
    "chart": "bar-chart",
    "edit": "pencil",
    "delete": "trash",
    "card": "credit-card",
    "document": "file-earmark-text",
    "bell": "bell",
    "flag": "flag",
    "talk": "chat-dots",
    "arrow": "arrow-right",
    "place": "geo-alt",
    "grid": "grid",
    "external": "box-arrow-up-right",
    "lock": "lock",
    "repeat": "repeat",
    "move": "arrows-move",
    "key": "key",
    "done": "clipboard-check",
    "booked": "calendar-check",
    "room": "easel",
    "waiting": "hourglass-split",
    "award": "award",
    "filter": "filter",
    "sign-out": "box-arrow-right",
}

HEAD = (
    "<!-- Chosen by scripts/pick_icons.py from Bootstrap Icons, "
    "Copyright 2019-2024 The Bootstrap Authors, MIT licence. -->\n"
)


def symbol(sprite: str, name: str, source: str) -> str:
    """Cut one symbol out of the sprite and give it our name."""
    found = re.search(rf'<symbol[^>]*id="{re.escape(source)}"[^>]*>(.*?)</symbol>', sprite, re.DOTALL)
    if not found:
        msg = f"no icon called {source}"
        raise SystemExit(msg)
    return f'<symbol id="{name}" viewBox="0 0 16 16">{found[1]}</symbol>'


def main() -> None:
    """Write the sprite."""
    bundle = Path(flask_bootstrap.__file__).parent
    sprite = (bundle / "static/bootstrap5/icons/bootstrap-icons.svg").read_text(encoding="utf-8")
    symbols = "\n".join(symbol(sprite, name, source) for name, source in OURS.items())
    target = Path(__file__).parent.parent / "booking/static/img/icons.svg"
    target.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg">\n{HEAD}{symbols}\n</svg>\n', encoding="utf-8"
    )


if __name__ == "__main__":
    main()
