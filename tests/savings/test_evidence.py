"""Evidence is looked at, never unpacked: what is kept is what came."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageFile

from booking.savings.rules import MOST_PIXELS, EvidenceTooLarge
from booking.savings.set_baseline import read_evidence


def picture(form, size):
    out = BytesIO()
    Image.new("1" if form == "PNG" else "L", size).save(out, form)
    return out.getvalue()


@pytest.mark.parametrize("form", ["PNG", "WEBP", "JPEG"])
def test_a_picture_is_judged_without_being_unpacked(monkeypatch, form):
    def never(_picture):
        pytest.fail("unpacked")

    content = picture(form, (3000, 2000))
    monkeypatch.setattr(ImageFile.ImageFile, "load", never)
    assert read_evidence("合同.bin", content).content == content


def test_more_pixels_than_any_scan_has_are_refused():
    content = picture("PNG", (20_000, MOST_PIXELS // 20_000 + 1))
    assert len(content) < 100_000
    with pytest.raises(EvidenceTooLarge):
        read_evidence("a.png", content)


def test_a_bomb_of_pixels_is_called_too_large_and_not_broken():
    """Two and a half thousand million pixels, as the first bytes of a file say; nothing of it is unpacked."""
    header = struct.pack(">4sIIBBBBB", b"IHDR", 50_000, 50_000, 1, 0, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    with pytest.raises(EvidenceTooLarge):
        read_evidence(
            "a.png", content + struct.pack(">I4s", 0, b"IDAT") + struct.pack(">I", zlib.crc32(b"IDAT"))
        )
