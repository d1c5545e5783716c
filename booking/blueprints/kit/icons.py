"""The icons of the pages, cut out of the Bootstrap Icons that Bootstrap-Flask bundles (MIT)."""

import re
from functools import cache
from pathlib import Path

import flask_bootstrap

BUNDLE = "static/bootstrap5/icons/bootstrap-icons.svg"
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
"""Our name for an icon, and the bundle's."""


@cache
def symbols() -> str:
    """Cut our symbols out of the bundle, once a process."""
    bundle = (Path(flask_bootstrap.__file__).parent / BUNDLE).read_text(encoding="utf-8")
    cut = "\n".join(_symbol(bundle, name, source) for name, source in OURS.items())
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{cut}\n</svg>\n'


def _symbol(bundle: str, name: str, source: str) -> str:
    found = re.search(rf'<symbol[^>]*id="{re.escape(source)}"[^>]*>(.*?)</symbol>', bundle, re.DOTALL)
    if not found:
        msg = f"the bundle has no icon called {source}"
        raise LookupError(msg)
    return f'<symbol id="{name}" viewBox="0 0 16 16">{found[1]}</symbol>'
