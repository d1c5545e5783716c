"""Photographs that the demo's people might have: of somebody of the house, and of something broken."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

from booking.spaces.pictures import redrawn


def portrait(colour: tuple[int, int, int]) -> bytes:
    """Draw somebody who does not exist: head and shoulders on a plain ground."""
    picture = Image.new("RGB", (480, 560), (232, 238, 240))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((60, 400, 420, 820), fill=colour)
    draw.ellipse((145, 120, 335, 370), fill=(238, 208, 184))
    draw.pieslice((135, 95, 345, 330), 180, 360, fill=(58, 52, 50))
    out = BytesIO()
    picture.save(out, "PNG")
    return redrawn(out.getvalue())


@cache
def something_broken() -> bytes:
    """Draw a photograph that somebody might take: a wall with something dark on it."""
    picture = Image.new("RGB", (800, 600), (214, 216, 210))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((240, 150, 560, 390), fill=(48, 54, 60))
    draw.line((260, 380, 540, 160), fill=(150, 150, 150), width=6)
    out = BytesIO()
    picture.save(out, "JPEG")
    return redrawn(out.getvalue())
