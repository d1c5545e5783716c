"""The files that pages are made of: named with a hash of what is in them, and kept by browsers for ever."""

import hashlib
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import flask_bootstrap
from flask import Blueprint, Flask, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug import Response as AnyResponse

from booking.blueprints.kit.access import anyone

mimetypes.add_type("application/manifest+json", ".webmanifest")


mimetypes.add_type("text/javascript", ".js")


blueprint = Blueprint("files", __name__)


@dataclass(frozen=True, slots=True)
class Files:
    """All files by their name, under one fingerprint of everything in them.

    One for all, so that a sheet may name a picture and a manifest an icon by where it lies beside them.
    """

    fingerprint: str
    content: dict[str, bytes]
    newest: int  # when one of them was last written, for those who are writing them


OURS = Path(__file__).parents[2] / "static"


@cache
def gather() -> Files:
    """Read them all, once a process; the sheets, Bootstrap's first, become one."""
    sources = sorted(path for path in OURS.rglob("*") if path.is_file())
    content = {
        path.relative_to(OURS).as_posix(): path.read_bytes() for path in sources if path.suffix != ".css"
    }
    content["css/site.css"] = _one_sheet()
    content["icons.svg"] = symbols().encode()
    hashed = hashlib.sha256()
    for name in sorted(content):
        hashed.update(f"{name}\0{len(content[name])}\0".encode() + content[name])
    return Files(hashed.hexdigest()[:16], content, _newest())


LAYERS = ("base", "frame", "components", "pages")  # a later one prevails, however exact an earlier rule is


def _one_sheet() -> bytes:
    """Write the sheets of each folder into the cascade layer of its name."""
    layers = (b"@layer %s{\n%s\n}" % (layer.encode(), b"\n".join(_sheets(layer))) for layer in LAYERS)
    return b"\n".join(layers)


BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static/bootstrap5/css/bootstrap.min.css"
COMMENT = re.compile(rb"/\*.*?\*/\s*", re.DOTALL)


def _sheets(layer: str) -> Iterator[bytes]:
    if layer == LAYERS[0]:
        yield BOOTSTRAP.read_bytes().removeprefix(b'@charset "UTF-8";')  # stands first in a file or nowhere
    for sheet in sorted((OURS / "css" / layer).glob("*.css")):
        yield _palettes(COMMENT.sub(b"", sheet.read_bytes()))


PART = rb"((?:[^(),]|\([^()]*\))+)"  # a colour, a picture or a word
BY_DAY_AND_NIGHT = re.compile(rb"light-dark\(" + PART + rb",\s*" + PART + rb"\)")
DECLARATION = re.compile(rb"[^{};]*light-dark\([^;]*;")
NIGHT = b"""@media screen and (prefers-color-scheme: dark) {
:root:not([data-bs-theme="light"]) {%(night)s}
}
@media screen {
:root[data-bs-theme="dark"] {%(night)s}
}
"""


def _palettes(sheet: bytes) -> bytes:
    """Write `light-dark(day, night)` of `:root` out: the day's where it stands, the night's after the sheet.

    It is night by the system's word unless the reader chose the day, or by the reader's choice; paper
    knows no night.
    """
    declarations = DECLARATION.findall(sheet)
    if not declarations:
        return sheet
    night = b"".join(BY_DAY_AND_NIGHT.sub(rb"\2", one) for one in declarations)
    return BY_DAY_AND_NIGHT.sub(rb"\1", sheet) + NIGHT % {b"night": night}


def _newest() -> int:
    return max(path.stat().st_mtime_ns for path in OURS.rglob("*"))


def current_files() -> Files:
    """Give what was read at start; while debugging, what is there now."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - asked often
    found: Files = app.extensions["booking_files"]
    if app.debug and found.newest != _newest():
        gather.cache_clear()
        found = app.extensions["booking_files"] = gather()
    return found


def asset(name: str) -> str:
    """Give the address of a file of ours; a page names some thirty, too many for `url_for`."""
    known = current_files()
    if name not in known.content:
        raise LookupError(name)
    root = request._get_current_object().script_root  # type: ignore[attr-defined]  # noqa: SLF001 - asked often
    return f"{root}/static/{known.fingerprint}/{name}"


def draw_icon(name: str, label: str = "", *, large: bool = False) -> Markup:
    """Draw one of `ICONS`; give `label` only where no text stands beside it. A page draws a score of them."""
    return _icon(asset("icons.svg"), name, label, large)


@lru_cache(maxsize=1000, typed=True)  # what is HTML already is another label than the same plain text
def _icon(sheet: str, name: str, label: str, large: bool) -> Markup:  # noqa: FBT001 - known by its place to the cache
    size, heard = " is-large" if large else "", Markup('role="img" aria-label="{}"').format(label)
    return Markup('<svg class="icon{}" width="18" height="18" {}><use href="{}#{}"></use></svg>').format(
        size, heard if label else Markup('aria-hidden="true"'), sheet, name
    )


FOR_EVER = "public, max-age=31536000, immutable"


@blueprint.get("/static/<fingerprint>/<path:filename>")
@anyone  # the sign-in page is made of them too
def static(fingerprint: str, filename: str) -> ResponseReturnValue:
    """Hand a file out for ever; under another fingerprint it is another file, which is not here."""
    known = current_files()
    if fingerprint != known.fingerprint or filename not in known.content:
        abort(404)
    return _handed_out(known, filename, FOR_EVER)


A_DAY = "public, max-age=86400"


@blueprint.get("/favicon.ico")
@anyone  # browsers ask for it without being told to
def favicon() -> ResponseReturnValue:
    """Hand out the icon under the name that browsers try by themselves."""
    return _handed_out(current_files(), "img/favicon.ico", A_DAY)


EACH_TIME = "no-cache"


@blueprint.get("/service-worker.js")
@anyone  # browsers ask for it again by themselves, whoever is signed in
def service_worker() -> ResponseReturnValue:
    """Hand out what shows pushes; from here, since it may show them of addresses below its own alone."""
    return _handed_out(current_files(), "js/service-worker.js", EACH_TIME)


def _handed_out(known: Files, name: str, kept: str) -> AnyResponse:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    answer = Response(known.content[name], mimetype=kind)
    answer.headers["Cache-Control"] = kept
    answer.set_etag(f"{known.fingerprint}-{hashlib.sha256(name.encode()).hexdigest()[:8]}")
    return answer.make_conditional(request)


def init(app: Flask) -> None:
    """Read the files, and tell the templates where they are."""
    app.extensions["booking_files"] = gather()
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["draw_icon"] = draw_icon


BUNDLE = "static/bootstrap5/icons/bootstrap-icons.svg"
ICONS = {
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
    "camera": "camera",
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
    "star": "star",
    "starred": "star-fill",
    "sign-out": "box-arrow-right",
}
"""Our name for an icon, and the bundle's."""


@cache
def symbols() -> str:
    """Cut our symbols out of the bundle, once a process."""
    bundle = (Path(flask_bootstrap.__file__).parent / BUNDLE).read_text(encoding="utf-8")
    cut = "\n".join(_symbol(bundle, name, source) for name, source in ICONS.items())
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{cut}\n</svg>\n'


def _symbol(bundle: str, name: str, source: str) -> str:
    found = re.search(rf'<symbol[^>]*id="{re.escape(source)}"[^>]*>(.*?)</symbol>', bundle, re.DOTALL)
    if not found:
        msg = f"the bundle has no icon called {source}"
        raise LookupError(msg)
    return f'<symbol id="{name}" viewBox="0 0 16 16">{found[1]}</symbol>'
