"""Labels carry the space's name and a code that leads to it."""

from __future__ import annotations

from dataclasses import replace

import segno

from booking.gateways.typst.press import svg_code
from booking.gateways.typst.printer import TypstPrinter
from tests.gateways import paper_samples as samples
from tests.gateways.test_typst_billing import pages, text


def test_eight_labels_fill_a_page_and_the_ninth_begins_the_next() -> None:
    printer = TypstPrinter()
    assert len(pages(printer.labels(samples.labels(8)))) == 1
    assert len(pages(printer.labels(samples.labels(9)))) == 2


def test_a_label_names_space_code_area_and_park() -> None:
    words = text(TypstPrinter().labels(samples.labels(1)))
    for fact in ("黄浦江会议室", "M-301", "3 号楼 3 层 · 东区", "青浦湾科创园", "扫码签到 · 签退 · 报修"):
        assert fact in words


def test_a_very_long_name_does_not_push_labels_onto_another_page() -> None:
    sheet = samples.labels(8)
    long = replace(sheet, labels=tuple(replace(label, name="很长的名字" * 60) for label in sheet.labels))
    assert len(pages(TypstPrinter().labels(long))) == 1


def test_the_code_is_a_whole_qr_code_of_the_address() -> None:
    url = samples.labels(1).labels[0].url
    size = segno.make(url, error="m", micro=False).symbol_size(border=0)[0]
    assert f'viewBox="0 0 {size} {size}"' in svg_code(url)


def test_the_same_labels_make_the_same_bytes() -> None:
    assert TypstPrinter().labels(samples.labels()) == TypstPrinter().labels(samples.labels())
