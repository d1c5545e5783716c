"""Which characters the paper's font can show, and what stands in for those it cannot."""

import logging
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it ships no types

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
