"""Judges what somebody hands in as evidence of a lease: a PDF or a picture, whole and not too large."""

import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from PIL import Image

from booking.savings.rules import LONGEST_EVIDENCE, MOST_PIXELS, EvidenceTooLarge, EvidenceUnreadable
from booking.values.file_name import file_name


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that was looked at: its name, what it really is, its bytes as they came."""

    name: str
    media_type: str
    content: bytes


def judged(name: str, content: bytes) -> Paper:
    """Tell what the bytes are, whatever the name says; raises EvidenceTooLarge and EvidenceUnreadable.

    The bytes are kept as they came, since a scan made smaller may no longer prove anything.
    """
    if len(content) > LONGEST_EVIDENCE:
        raise EvidenceTooLarge
    media_type, suffix = _kind(content)
    return Paper(_plain(name) + suffix, media_type, content)


PDF = "application/pdf"
PICTURES = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png"), "WEBP": ("image/webp", ".webp")}


def _kind(content: bytes) -> tuple[str, str]:
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return PDF, ".pdf"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the pixels are counted here
        try:
            with Image.open(BytesIO(content), formats=tuple(PICTURES)) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise EvidenceTooLarge
                picture.verify()
                return PICTURES[str(picture.format)]
        except Image.DecompressionBombError as error:
            raise EvidenceTooLarge from error
        except (OSError, SyntaxError, ValueError) as error:
            raise EvidenceUnreadable from error


LONGEST_NAME = 80


def _plain(name: str) -> str:
    """Keep the readable part of a file's name, without its folder and its ending."""
    own = file_name(name.replace("\\", "/").rpartition("/")[2], "evidence")
    return PurePosixPath(own).stem[:LONGEST_NAME]
