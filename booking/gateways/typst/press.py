"""The Typst compiler, made once and used again: a sheet's name and data in, a PDF or a picture out."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Literal

import typst

from booking.gateways.typst.glyphs import font_file, printable_tree
from booking.values.paper import PrintFailed

SHEETS = Path(__file__).parent / "sheets"
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
"""For keeping (PDF/A-2) and for reading aloud (PDF/UA-1): a bill is kept for years and read by everyone."""

PANIC = "PanicException"
Picture = Literal["png", "svg"]
BARE_AMPERSAND = re.compile(rb"&(?!#?\w+;)")
"""Typst 0.15 writes the addresses of an SVG's links as they are: with one of these it is no XML."""


class Press:
    """Sets sheets with one compiler, which is made at the first sheet and used by one thread at a time.

    Only the font in `glyphs` is known to it: neither the machine's fonts nor Typst's own, so every
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
