"""What goes wrong at the press goes wrong for one sheet, under one name, and never silently."""

from __future__ import annotations

import errno
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from booking.gateways.typst.press import Press
from booking.gateways.typst.printer import TypstPrinter
from booking.values import PrintFailed
from tests.gateways import paper_samples as samples

if TYPE_CHECKING:
    from pathlib import Path

GOOD = '#set document(title: "t")\n#set text(font: "Noto Sans SC", lang: "zh")\n'
DAY = date(2026, 11, 5)


def pressed(folder: Path, source: str, **data: str) -> bytes:
    """Print a sheet of our own making."""
    (folder / "sheet.typ").write_text(GOOD + source, encoding="utf-8")
    return Press(folder).print("sheet", lambda: data, made_on=DAY, label="sheet 1")


def test_a_sheet_without_fault_is_printed(tmp_path: Path) -> None:
    assert pressed(tmp_path, "#json(bytes(sys.inputs.data)).name", name="云杉").startswith(b"%PDF")


def test_a_sheet_of_one_page_is_a_picture_too_and_one_of_two_is_none(tmp_path: Path) -> None:
    page = "#set page(width: 72pt, height: 36pt, margin: 2pt)\n"
    (tmp_path / "sheet.typ").write_text(GOOD + page + "#json(bytes(sys.inputs.data)).name", encoding="utf-8")
    press = Press(tmp_path)
    picture = press.draw("sheet", lambda: {"name": "云杉"}, label="card", ppi=144)
    assert Image.open(BytesIO(picture)).size == (144, 72)
    assert b"<svg" in press.draw("sheet", lambda: {"name": "云杉"}, label="card", picture="svg")[:200]
    (tmp_path / "sheet.typ").write_text(GOOD + page + "云#pagebreak()杉", encoding="utf-8")
    with pytest.raises(PrintFailed, match="one page"):
        press.draw("sheet", dict, label="card")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ('#set text(font: "No Such Face")\n字', "unknown font family"),
        ("#panic[]", "panicked"),
        ("#missing", "unknown variable"),
        ('#read("../secret.txt")', "root"),
    ],
)
def test_a_warning_and_a_fault_of_the_source_both_fail(tmp_path: Path, source: str, reason: str) -> None:
    (tmp_path.parent / "secret.txt").write_text("x", encoding="utf-8")
    with pytest.raises(PrintFailed, match=reason) as failed:
        pressed(tmp_path, source)
    assert failed.value.sheet == "sheet 1"


class PanicException(BaseException):
    """As the compiler's binding raises it."""


class Broken:
    """A compiler that fails in one way."""

    def __init__(self, trouble: BaseException) -> None:
        """Take the way."""
        self.trouble = trouble

    def compile_with_warnings(self, *_args: Any, **_kwargs: Any) -> None:
        """Fail."""
        raise self.trouble


@pytest.mark.parametrize(
    "trouble",
    [OSError(errno.ENOSPC, "No space left on device"), MemoryError("no memory"), PanicException("overflow")],
)
def test_a_full_disk_a_full_memory_and_a_panic_fail_one_sheet_and_the_next_is_printed(
    trouble: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    press = Press()
    with monkeypatch.context() as broken:
        broken.setattr(press, "_compiler", Broken(trouble))
        with pytest.raises(PrintFailed, match="invoice QPW-2026-000123") as failed:
            TypstPrinter(press).invoice(samples.invoice())
        assert failed.value.__cause__ is trouble
    assert TypstPrinter(press).invoice(samples.invoice()).startswith(b"%PDF")


def test_stopping_the_program_is_not_taken_for_a_failed_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    press = Press()
    monkeypatch.setattr(press, "_compiler", Broken(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        TypstPrinter(press).invoice(samples.invoice())


def test_missing_sheets_fail_with_the_sheets_name(tmp_path: Path) -> None:
    with pytest.raises(PrintFailed, match="invoice QPW"):
        TypstPrinter(Press(tmp_path)).invoice(samples.invoice())


def test_threads_share_a_press_and_each_gets_its_own_invoice() -> None:
    printer = TypstPrinter()
    sheets = [samples.invoice(number=f"QPW-2026-{number:06d}") for number in range(8)]
    alone = [printer.invoice(sheet) for sheet in sheets]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(printer.invoice, sheets)) == alone
    assert len(set(alone)) == len(alone)
