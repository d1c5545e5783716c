"""Makes a safe, small picture out of whatever somebody uploads."""

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from booking.values.refusal import Refusal

MEDIA_TYPE = "image/webp"


@dataclass(frozen=True)
class NotAPicture(Refusal):
    """The bytes are no picture that can be read whole."""

    field = "picture"


MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000  # of a JPEG, which is made smaller while it is decoded


@dataclass(frozen=True)
class PictureTooLarge(Refusal):
    """The file has more bytes, or the picture more pixels, than is taken."""

    megabytes: int = MOST_BYTES // 1024 // 1024
    megapixels: int = MOST_PIXELS // 1_000_000
    field = "picture"


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
