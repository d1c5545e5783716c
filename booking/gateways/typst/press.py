"""The Typst compiler, made once and used again: a sheet's name and data in, a PDF or a picture out.

With what its one font can show, what stands in for the rest, and codes to scan as a sheet shows them.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pylopdf_fonts_zh_cn
import segno
import typst
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it ships no types

from booking.values import PrintFailed

SHEETS = Path(__file__).parent / "sheets"
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
"""For keeping (PDF/A-2) and for reading aloud (PDF/UA-1): a bill is kept for years and read by everyone."""

PANIC = "PanicException"
Picture = Literal["png", "svg"]
BARE_AMPERSAND = re.compile(rb"&(?!#?\w+;)")
"""Typst 0.15 writes the addresses of an SVG's links as they are: with one of these it is no XML."""


class Press:
    """Sets sheets with one compiler, which is made at the first sheet and used by one thread at a time.

    Only the font of `font_file` is known to it: neither the machine's fonts nor Typst's own, so every
    machine makes the same bytes. Files outside `sheets` cannot be read.
    """

    def __init__(self, sheets: Path = SHEETS) -> None:
        """Take the folder of the `.typ` sources; nothing is read yet."""
        self._sheets = sheets
        self._lock = threading.Lock()
        self._compiler: typst.Compiler | None = None

    def print(self, sheet: str, fill: Callable[[], dict[str, Any]], *, made_on: date, label: str) -> bytes:
        """Set `sheets/<sheet>.typ` with the data that `fill` gives, and give the PDF.

        The data goes in as one JSON text, never as source, so no name can run anything. `made_on` is the
        day the file says it was made on: the same data and day give the same bytes. `label` names the
        sheet in errors and the log. Any warning of the compiler is a failure, because it warns where
        something would look wrong. Raises PrintFailed.
        """
        made_at = datetime.combine(made_on, time.min, tzinfo=UTC)
        return self._compile(sheet, fill, label, format="pdf", timestamp=made_at, pdf_standards=STANDARDS)

    def draw(
        self,
        sheet: str,
        fill: Callable[[], dict[str, Any]],
        *,
        label: str,
        picture: Picture = "png",
        ppi: float = 144,
    ) -> bytes:
        """Set a sheet of one page like `print`, and give it as a picture; `ppi` is of the PNG.

        Letters of an SVG are outlines, so it looks the same where the font is not. Raises PrintFailed,
        also where the sheet has more than one page.
        """
        made = self._compile(sheet, fill, label, format=picture, ppi=ppi)
        return BARE_AMPERSAND.sub(b"&amp;", made) if picture == "svg" else made

    def _compile(
        self,
        sheet: str,
        fill: Callable[[], dict[str, Any]],
        label: str,
        **how: Any,  # noqa: ANN401 - as Typst takes it
    ) -> bytes:
        try:
            inputs = {"data": json.dumps(printable_tree(fill(), label), ensure_ascii=False)}
            with self._lock:
                made, warnings = self._warm().compile_with_warnings(
                    self._sheets / f"{sheet}.typ", sys_inputs=inputs, **how
                )
        except (typst.TypstError, RuntimeError, OSError, MemoryError, ValueError) as trouble:
            raise PrintFailed(label, str(trouble)) from trouble
        except BaseException as trouble:
            if type(trouble).__name__ != PANIC:
                raise
            # A panic in the compiler does not derive from Exception, and must not end the month's close.
            raise PrintFailed(label, str(trouble)) from trouble
        if warnings or not isinstance(made, bytes):
            raise PrintFailed(
                label, "; ".join(warning.message for warning in warnings) or "no file of one page"
            )
        return made

    def _warm(self) -> typst.Compiler:
        if self._compiler is None:
            self._compiler = typst.Compiler(
                root=self._sheets,
                font_paths=typst.Fonts(
                    include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_file().parent]
                ),
            )
        return self._compiler


log = logging.getLogger(__name__)


class Exact(str):
    """Text for machines (an address behind a link, a picture's source): set as it is, never mended."""

    __slots__ = ()


def font_file() -> Path:
    """Give the one font that everything is set in (Noto Sans SC, OFL), as installed by pip."""
    return pylopdf_fonts_zh_cn.sans_path()


@cache
def coverage() -> frozenset[str]:
    """Give every character that the font has a glyph for; read once per process."""
    with TTFont(font_file(), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


BREAK = "\u200b"
RUN_PIECE = 15


def _breakable(run: re.Match[str]) -> str:
    text = run.group()
    return BREAK.join(text[at : at + RUN_PIECE] for at in range(0, len(text), RUN_PIECE))


GETA = "〓"
"""The printer's mark for a character that is not in the case."""
INVISIBLE = frozenset("\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f") | frozenset(
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
"""Joiners, selectors and direction marks: they have no shape, so leaving them out loses nothing."""


def _shown(char: str) -> str:
    if char in INVISIBLE:
        return ""
    if unicodedata.category(char) in {"Cc", "Zs", "Zl", "Zp"}:
        return " "
    return char if char in coverage() else GETA


LONG_RUN = re.compile(r"[!-~\u00a1-\u02ff]{31,}")


def printable(text: str, sheet: str = "") -> str:
    """Make any text fit to be set; an emoji in a name must never stop an invoice.

    A character without a glyph becomes 〓 and is noted in the log with its code point and the sheet: the
    reader sees that something stood there, where a compiler alone would leave a blank. Control characters
    become spaces; joiners and direction marks, which have no shape, go. Letters with accents are
    composed (NFC). A run of more than thirty letters without a space may be broken, so that it stays on
    the page: a zero-width space is put in after every fifteenth.
    """
    composed = unicodedata.normalize("NFC", text)
    if not coverage().issuperset(composed):
        shown = "".join(map(_shown, composed))
        missing = sorted({f"U+{ord(char):04X}" for char in composed if _shown(char) == GETA != char})
        if missing:
            log.warning("no glyph for %s on %s, shown as %s", ", ".join(missing), sheet, GETA)
        composed = shown
    return LONG_RUN.sub(_breakable, composed)


def printable_tree(value: Any, sheet: str = "") -> Any:  # noqa: ANN401 - JSON has no better type
    """Make every text in JSON-like data fit to be set; keys, numbers and `Exact` stay as they are."""
    if isinstance(value, str):
        return value if isinstance(value, Exact) else printable(value, sheet)
    if isinstance(value, dict):
        return {key: printable_tree(item, sheet) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [printable_tree(item, sheet) for item in value]
    return value


def svg_code(url: str) -> Exact:
    """Give a QR code of the address as SVG text, without a quiet zone: the sheet leaves white around it.

    Error correction M, as a label may get scratched; never a Micro QR, which few phones read.
    """
    return Exact(segno.make(url, error="m", micro=False).svg_inline(border=0, omitsize=True, lineclass=None))
