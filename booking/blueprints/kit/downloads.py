"""Hands files out: under any name a person may have typed, and never as a page that runs in our origin."""

import re
from urllib.parse import quote

from flask import Response, request

from booking.documents.models import Document
from booking.values.file_name import file_name, with_ending

# What a browser only draws, and with what endings; all else is stored, and nothing else keeps its own type
# unless it stands in STORED.
SHOWN: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
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


def hand_out(
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


def hand_out_document(
    document: Document, name: str = "", *, plain: str, look: bool = False, keep: str = NEVER
) -> Response:
    """Answer with a kept document, under its own name or another; a browser that has it gets no bytes."""
    mark = document.sha256 if keep == FOR_EVER else ""
    content = b"" if mark in request.if_none_match else document.content
    return hand_out(
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
