"""Codes to scan, as SVG that a sheet can show."""

import segno

from booking.gateways.typst.glyphs import Exact


def svg_code(url: str) -> Exact:
    """Give a QR code of the address as SVG text, without a quiet zone: the sheet leaves white around it.

    Error correction M, as a label may get scratched; never a Micro QR, which few phones read.
    """
    return Exact(segno.make(url, error="m", micro=False).svg_inline(border=0, omitsize=True, lineclass=None))
