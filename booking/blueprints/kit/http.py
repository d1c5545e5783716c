"""What every answer has in common: whom we answer, headers, compression, redirects, downloads.

And the cookies: the session, and by what a browser names the pushes it takes.
"""

import logging
import re
from datetime import timedelta
from functools import cache
from urllib.parse import quote, urlsplit, urlunsplit

from flask import Flask, Request, Response, abort, current_app, redirect, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_compress import Compress, DictCache
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug import Response as AnyResponse
from werkzeug.routing import RequestRedirect

from booking.blueprints.kit.access import is_fetched
from booking.config import Config
from booking.documents.models import Document
from booking.notifications.choices import leave_browser
from booking.values.names import file_name, with_ending

log = logging.getLogger(__name__)


def init_hosts(app: Flask) -> None:
    """In production answer to the host of BASE_URL alone; register it before anything that answers."""
    config: Config = app.extensions["booking_config"]
    if config.production:
        app.before_request(_refuse_other_hosts)
    app.after_request(_stay_here)


BAD_REQUEST = 400
ASKED_BY_NUMBER = "health"  # who balances load asks each machine by its number


def _refuse_other_hosts() -> None:
    config: Config = current_app.extensions["booking_config"]
    if request.blueprint != ASKED_BY_NUMBER and _name_in(request.host) != config.host:
        log.warning("asked as %r, but BASE_URL is %s", request.host[:200], config.base_url)
        abort(BAD_REQUEST)


def _name_in(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:  # half a bracket
        return None


def _stay_here(response: Response) -> Response:
    """Let the router's own redirects (a slash too few) name a path only, as ours do."""
    if isinstance(request.routing_exception, RequestRedirect) and response.location:
        parts = urlsplit(response.location)
        path = "/" + parts.path.lstrip("/")
        response.location = urlunsplit(("", "", path, parts.query, parts.fragment))
    return response


# data: is for the few pictures inside Bootstrap's stylesheet.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Of a page that shows a paper of ours beside its figures, and of that paper.
FRAMING_POLICY = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
FRAMED = {"Content-Security-Policy": "frame-ancestors 'self'", "X-Frame-Options": "SAMEORIGIN"}
# A browser shows a PDF in a page of its own making, which the policy above would leave without style.
PDF_SECURITY_POLICY = "frame-ancestors 'none'"
NEVER_ASKED_FOR = ("camera", "microphone", "geolocation", "payment", "usb", "interest-cohort")
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in NEVER_ASKED_FOR),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TWO_YEARS = "max-age=63072000; includeSubDomains"


def init_headers(app: Flask) -> None:
    """Add the headers to every answer; a view may have set its own before."""
    config: Config = app.extensions["booking_config"]
    strict = {"Strict-Transport-Security": TWO_YEARS} if config.production else {}
    always = [(name.lower(), name, value) for name, value in (ALWAYS | strict).items()]

    @app.after_request
    def protect(response: Response) -> Response:
        has = {name.lower() for name, _ in response.headers}
        response.headers.extend([(name, value) for lower, name, value in always if lower not in has])
        if "content-security-policy" not in has:
            pdf = response.mimetype == "application/pdf"
            policy = PDF_SECURITY_POLICY if pdf else CONTENT_SECURITY_POLICY
            response.headers.add("Content-Security-Policy", policy)
        if "cache-control" not in has and not _is_file():
            # Pages are somebody's own, and hold their form's key: nobody else's cache keeps them.
            response.headers.add("Cache-Control", "no-store")
        return response


def _is_file() -> bool:
    return request.blueprint == "files"


NO_REFERRER = "no-referrer"
SETTINGS = {
    "COMPRESS_REGISTER": False,  # which answers, and kept or not, is decided here
    "COMPRESS_ALGORITHM": ["br", "zstd", "gzip"],
    "COMPRESS_BR_LEVEL": 5,  # a tenth larger than the best, in a hundredth of its time
    "COMPRESS_STREAMS": False,  # a download is handed on as it comes
    "COMPRESS_MIN_SIZE": 1000,
}


def init_compression(app: Flask) -> None:
    """Compress pages each time, and files of ours once a process: the same bytes go to everybody."""
    app.config.update(SETTINGS)
    pages, files = Compress(app), Compress(app)
    files.cache, files.cache_key = DictCache(), _path

    @app.after_request
    def squeeze(response: Response) -> Response:
        if response.headers.get("Referrer-Policy") == NO_REFERRER:
            return response  # its address is a secret, and the page repeats it
        if "Location" in response.headers:
            return response  # nobody reads it
        chosen = files if request.endpoint == "files.static" else pages
        return chosen.after_request(response)


def _path(asked: Request) -> str:
    return asked.path


def asked_in_place() -> bool:
    """Tell whether htmx asked, for a part of a page to put into the one that is shown."""
    return request.headers.get("HX-Request") == "true"


def is_safe_path(target: str) -> bool:
    """Tell whether an address is a path on this site and nothing else, however browsers read it."""
    if not target.startswith("/") or target.startswith(("//", "/\\")):
        return False
    if any(not char.isprintable() or char == "\\" for char in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


SEE_OTHER = 303


def safe_redirect(target: str, otherwise: str, code: int = SEE_OTHER) -> AnyResponse:
    """Redirect to the address that was sent, or to our own where that one is not safe."""
    return redirect(target if is_safe_path(target) else otherwise, code)


# What a browser only draws, and with what endings; all else is stored, and nothing else keeps its own type
# unless it stands in STORED.
SHOWN: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/svg+xml": (".svg",),  # drawn by us, and in the box below all the same: it may hold scripts
    "image/webp": (".webp",),
    "text/calendar": (".ics",),
}
STORED: dict[str, tuple[str, ...]] = {
    "text/csv": (".csv",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
}
UNKNOWN = "application/octet-stream"
NEVER = "private, no-store"
# What somebody opens from our address all the same is nobody's origin and runs nothing. The browser's own
# reader of PDF does not open in such a box, and a calendar's entry goes to another program.
IN_A_BOX = "sandbox; default-src 'none'; img-src 'self'; frame-ancestors 'none'"
NOT_BOXED = ("application/pdf", "text/calendar")


def send_bytes(
    content: bytes,
    name: str,
    media_type: str,
    *,
    plain: str = "file",
    look: bool = False,
    mark: str = "",
    keep: str = NEVER,
) -> Response:
    """Answer with a file: for the browser to store, or (`look`) to show where it only draws such files.

    `plain` is its name, without ending, for old readers where the other is more than ASCII, and for all where
    there is no other. `mark` names the content for ever: a browser that has it already gets 304.
    """
    endings = SHOWN.get(media_type) or STORED.get(media_type)
    answer = Response(content, mimetype=media_type if endings else UNKNOWN)
    called = file_name(name, plain)
    called = with_ending(called, endings) if endings else called
    answer.headers["Content-Disposition"] = disposition(
        called, plain=plain, look=look and media_type in SHOWN
    )
    if not (look and media_type in NOT_BOXED):
        answer.headers["Content-Security-Policy"] = IN_A_BOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = keep
    if mark:
        answer.set_etag(mark)
        answer.make_conditional(request)
    return answer


FOR_EVER = "private, max-age=31536000, immutable"


def send_document(
    document: Document, name: str = "", *, plain: str, look: bool = False, keep: str = NEVER
) -> Response:
    """Answer with a kept document, under its own name or another; a browser that has it gets no bytes."""
    mark = document.sha256 if keep == FOR_EVER else ""
    content = b"" if mark in request.if_none_match else document.content
    return send_bytes(
        content, name or document.name, document.media_type, plain=plain, look=look, mark=mark, keep=keep
    )


NOT_IN_QUOTES = re.compile(r'[^\x20-\x7e]|["\\%]')
# RFC 8187, attr-char: what stands for itself in the long form of a name.
PLAIN = "!#$&+-.^_`|~"


def disposition(name: str, *, plain: str, look: bool = False) -> str:
    """Write the header (RFC 6266): for old readers a name in ASCII, and whole where the name is more."""
    way = "inline" if look else "attachment"
    if not NOT_IN_QUOTES.search(name):
        return f'{way}; filename="{name}"'
    whole = quote(name, safe=PLAIN)
    return f"{way}; filename=\"{plain}{_ending(name)}\"; filename*=UTF-8''{whole}"


ENDING = re.compile(r"\.[A-Za-z0-9]{1,10}$")


def _ending(name: str) -> str:
    return found[0] if (found := ENDING.search(name)) else ""


PUSH_COOKIE = "push"
PUSH_COOKIE_LASTS = timedelta(days=400)  # as long as browsers keep one


def remember_push(answer: AnyResponse, endpoint_hash: str) -> None:
    """Let the browser name the pushes it takes, so that they end with who signs out of it."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    answer.set_cookie(
        PUSH_COOKIE, endpoint_hash, PUSH_COOKIE_LASTS, secure=secure, httponly=True, samesite="Lax"
    )


def end_pushes_here(writing: Session, *, but: int | None = None) -> None:
    """End the pushes this browser takes for whoever sat before it, but for the member `but`."""
    if endpoint_hash := request.cookies.get(PUSH_COOKIE):
        leave_browser(writing, endpoint_hash, but=but)


def _with_one_signer(serializer: URLSafeTimedSerializer) -> URLSafeTimedSerializer:
    """Let it sign everything with one signer that derives its key once; else both are made each time."""
    signer = serializer.make_signer()
    signer.derive_key = cache(signer.derive_key)  # type: ignore[method-assign]
    serializer.make_signer = lambda salt=None: signer  # type: ignore[method-assign]  # noqa: ARG005 - one salt
    return serializer


class QuietSessions(SecureCookieSessionInterface):
    """Flask's own, but for answers that may arrive after those of a later page, and undo its session."""

    _made: tuple[tuple[object, ...], URLSafeTimedSerializer | None] = ((), None)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Give Flask's own, made once a key and not twice a request."""
        keys = (app.secret_key, *(app.config.get("SECRET_KEY_FALLBACKS") or ()))
        if keys != self._made[0]:
            made = super().get_signing_serializer(app)
            self._made = (keys, made and _with_one_signer(made))
        return self._made[1]

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie, except where a script asked, or a page for one of its files."""
        endpoint = request.endpoint or ""
        a_file = request.blueprint == "files" or endpoint == "static" or endpoint.endswith(".static")
        if not (is_fetched() or a_file):
            super().save_session(app, session, response)
