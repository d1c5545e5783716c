"""Pictures of spaces and plans of areas: made small and harmless, kept, shown."""

import re
import warnings
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from typing import Protocol

from PIL import Image, ImageOps
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.documents.store import store
from booking.spaces.models import Area, Space
from booking.values import PrintFailed, Refusal

MEDIA_TYPE = "image/webp"


@dataclass(eq=False)
class NotAPicture(Refusal):
    """The bytes are no picture that can be read whole, nor, where one `may_be_drawn`, an SVG."""

    may_be_drawn: bool = False


MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000  # of a JPEG, which is made smaller while it is decoded


@dataclass(eq=False)
class PictureTooLarge(Refusal):
    """The file has more bytes, or the picture more pixels, than is taken."""

    megabytes: int = MOST_BYTES // 1024 // 1024
    megapixels: int = MOST_PIXELS // 1_000_000


MOST_SCANS = 100  # a progressive JPEG has about ten; each passes over the whole picture
SCAN = b"\xff\xda"
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


def redrawn(content: bytes) -> bytes:
    """Decode, turn upright, shrink to 1600 pixels and encode as WebP; nothing else of the file survives.

    Places, cameras and whatever else hides in a file (EXIF, comments, appended archives) are gone.
    Raises NotAPicture and PictureTooLarge, the latter before a bomb is unpacked.
    """
    if len(content) > MOST_BYTES:
        raise PictureTooLarge
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the next lines judge the size
        try:
            with Image.open(BytesIO(content), formats=FORMATS) as picture:
                _look_at_size(picture)
                if picture.format == "JPEG" and content.count(SCAN) > MOST_SCANS:
                    raise NotAPicture
                return _encoded(picture)
        except Image.DecompressionBombError as error:
            raise PictureTooLarge from error
        except (OSError, SyntaxError, ValueError) as error:
            raise NotAPicture from error


MOST_SVG_BYTES = 2 * 1024 * 1024


class WhyNotDrawn(StrEnum):
    """What is known of an SVG that cannot be drawn."""

    OTHER_FILES = "other_files"  # it shows pictures that are not within it
    CUT_OFF = "cut_off"  # it does not end
    ELSE = "else"  # more work than a plan is worth, or not written as an SVG is


@dataclass(eq=False)
class NotADrawing(Refusal):
    """An SVG that cannot be drawn: damaged, made of other files, or more work than a plan is worth."""

    why: WhyNotDrawn = WhyNotDrawn.ELSE


PICTURE_OUTSIDE = re.compile(rb"""<(?:\w+:)?image\b[^>]*\bhref\s*=\s*["']\s*(?!data:|#)""", re.IGNORECASE)
FILE_OUTSIDE = re.compile(rb"<!ENTITY[^>]*\bSYSTEM\b")


def why_not_drawn(content: bytes) -> WhyNotDrawn:
    """Say what is known of an SVG that could not be drawn, by its text; scripts and links are no reason."""
    if PICTURE_OUTSIDE.search(content) or FILE_OUTSIDE.search(content):
        return WhyNotDrawn.OTHER_FILES
    return WhyNotDrawn.ELSE if b"</svg" in content or b":svg>" in content else WhyNotDrawn.CUT_OFF


class SvgDrawer(Protocol):
    """Draws an SVG as a picture; nothing of it runs or is fetched. Every failure is `PrintFailed`."""

    def svg(self, content: bytes) -> bytes:
        """Give a PNG of it."""
        ...


def drawn_plan(content: bytes, drawer: SvgDrawer) -> bytes:
    """Make a plan of whatever was uploaded: an SVG is drawn first, and then both are `redrawn`.

    So no script, event handler or link of it survives. Raises what `redrawn` does, and NotADrawing.
    """
    if b"<svg" not in content[:LOOKED_AT]:
        try:
            return redrawn(content)
        except NotAPicture as error:
            raise NotAPicture(may_be_drawn=True) from error
    if len(content) > MOST_SVG_BYTES:
        raise PictureTooLarge(megabytes=MOST_SVG_BYTES // 1024 // 1024)
    try:
        return redrawn(drawer.svg(content))
    except PrintFailed as error:
        raise NotADrawing(why_not_drawn(content)) from error


LOOKED_AT = 4096  # an SVG begins with what programs say of themselves
MOST_PIXELS_AT_ONCE = 20_000_000  # of what has to be decoded whole: a bomb of 200 KB took a gigabyte


def _look_at_size(picture: Image.Image) -> None:
    most = MOST_PIXELS if picture.format == "JPEG" else MOST_PIXELS_AT_ONCE
    if picture.width * picture.height > most:
        raise PictureTooLarge(megapixels=most // 1_000_000)


LONGEST_SIDE = 1600
QUALITY = 82


def _encoded(picture: Image.Image) -> bytes:
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    see_through = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    mode = "RGBA" if see_through else "RGB"
    drawn = picture if picture.mode == mode else picture.convert(mode)
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))  # before anything else, which would copy all of it
    drawn = ImageOps.exif_transpose(drawn)
    if see_through:  # plans are drawn on paper: white shows lines in the dark theme too
        paper = Image.new("RGB", drawn.size, "white")
        paper.paste(drawn, mask=drawn.getchannel("A"))
        drawn = paper
    out = BytesIO()
    drawn.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()


def set_picture(session: Session, space: Space, drawn: bytes | None, *, by: Actor, now: datetime) -> None:
    """Keep what `redrawn` gave as the photograph; None takes it down."""
    before = space.picture_id
    space.picture_id = _kept(session, space.park_id, f"space-{space.code}.webp", drawn, now)
    _record(session, Action.SPACE_PICTURE_SET, "space", space.id, before, space.picture_id, by, now)


def set_plan(session: Session, area: Area, drawn: bytes | None, *, by: Actor, now: datetime) -> None:
    """Keep what `redrawn` gave as the floor plan; None takes it down."""
    before = area.plan_id
    area.plan_id = _kept(session, area.park_id, f"plan-{area.id}.webp", drawn, now)
    _record(session, Action.AREA_PICTURE_SET, "area", area.id, before, area.plan_id, by, now)


def _kept(session: Session, park_id: int, name: str, drawn: bytes | None, now: datetime) -> int | None:
    if drawn is None:
        return None
    return store(session, park_id, name, MEDIA_TYPE, drawn, now=now).id


def _record(
    session: Session,
    action: Action,
    subject: str,
    subject_id: int,
    before: int | None,
    after: int | None,
    by: Actor,
    now: datetime,
) -> None:
    if before == after:
        return
    record(
        session,
        action,
        subject,
        subject_id,
        by=by,
        now=now,
        before={"document_id": before},
        after={"document_id": after},
    )
