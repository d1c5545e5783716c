"""Hands files out: under any name a person may have typed, and never as a page that runs in our origin."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Response, request

from booking.values.file_name import file_name, with_ending

if TYPE_CHECKING:
    from booking.archive.models import Document

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
NOT_IN_QUOTES = re.compile(r'[^\x20-\x7e]|["\\%]')
# RFC 8187, attr-char: what stands for itself in the long form of a name.
PLAIN = "!#$&+-.^_`|~"
FOR_EVER = "private, max-age=31536000, immutable"
NEVER = "private, no-store"


def hand_out(
    content: bytes, name: str, media_type: str, *, look: bool = False, mark: str = "", keep: str = NEVER
) -> Response:
    """Answer with a file: for the browser to store, or (`look`) to show where it only draws such files.

    `mark` names the content for ever, so that a browser that has it already gets 304.
    """
    endings = SHOWN.get(media_type) or STORED.get(media_type)
    answer = Response(content, mimetype=media_type if endings else UNKNOWN)
    called = with_ending(file_name(name), endings) if endings else file_name(name)
    answer.headers["Content-Disposition"] = disposition(called, look=look and media_type in SHOWN)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = keep
    if mark:
        answer.set_etag(mark)
        answer.make_conditional(request)
    return answer


def hand_out_document(
    document: Document, name: str = "", *, look: bool = False, keep: str = NEVER
) -> Response:
    """Answer with a kept document, under its own name or another; a browser that has it gets no bytes."""
    mark = document.sha256 if keep == FOR_EVER else ""
    content = b"" if mark in request.if_none_match else document.content
    return hand_out(content, name or document.name, document.media_type, look=look, mark=mark, keep=keep)


def disposition(name: str, *, look: bool = False) -> str:
    """Write the header (RFC 6266): the name in ASCII for old readers, and whole where it is more."""
    way = "inline" if look else "attachment"
    plain = _in_ascii(name)
    whole = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe=PLAIN)}"
    return f'{way}; filename="{plain}"{whole}'


def _in_ascii(name: str) -> str:
    """Write a name in the letters that go into a quoted string as they are; Chinese falls away."""
    split = unicodedata.normalize("NFKD", name)
    letters = NOT_IN_QUOTES.sub("", split)
    return (
        file_name(letters)
        if letters.strip(" .") and not letters.startswith(".")
        else f"file{letters.strip()}"
    )
