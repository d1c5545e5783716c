"""Invoices and credit notes on paper say what the books say, whatever is in the names."""

from __future__ import annotations

import io
import logging
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, cast

import pytest
from pypdf import PdfReader

from booking.gateways.typst.press import GETA, coverage, printable
from booking.gateways.typst.printer import TypstPrinter
from booking.invoices.printer import Fee, SpaceCharges, Tax
from booking.values import Money
from tests.gateways import paper_samples as samples

if TYPE_CHECKING:
    from pypdf import PageObject
    from pypdf.generic import DictionaryObject

A4 = (595, 842)


@pytest.fixture(scope="module")
def printer() -> TypstPrinter:
    return TypstPrinter()


def pages(pdf: bytes) -> list[PageObject]:
    """Open a PDF."""
    return list(PdfReader(io.BytesIO(pdf)).pages)


def text(pdf: bytes) -> str:
    """Read all text, without the breaks that setting puts in."""
    return "".join(page.extract_text() for page in pages(pdf)).replace("\n", "").replace("\u200b", "")


def with_buyer_named(name: str) -> bytes:
    """Print the ordinary invoice for an enterprise of this name."""
    return TypstPrinter().invoice(samples.invoice(buyer=replace(samples.BUYER, name=name)))


def test_an_invoice_names_both_parties_number_month_dates_total_and_capitals(printer: TypstPrinter) -> None:
    words = text(printer.invoice(samples.invoice()))
    for fact in (
        "云杉智能科技（上海）有限公司",
        "91310118MA1K35T07H",
        "上海青浦湾园区运营管理有限公司",
        "QPW-2026-000123",
        "2026年10月",
        "2026年11月20日",
        "¥303.80",
        "叁佰零叁元捌角",
        "此账单不是发票",
        "1234 5678 9012 3456 789",
    ):
        assert fact in words


def test_an_invoice_shows_use_billed_band_factor_fee_storage_dispute_and_tax(printer: TypstPrinter) -> None:
    words = text(printer.invoice(samples.invoice()))
    for fact in (
        "16:36–18:17",
        "16:36–18:21",
        "高峰 1 小时 24 分",
        "错时 21 分",
        "¥80.00/小时 × 0.6",
        "¥16.80",
        "未到场",
        "4 天",
        "争议中，本期未计入",
        "当日空调故障",
        "−¥15.00",
        "¥17.20",
        "¥286.60",
    ):
        assert fact in words


def test_the_same_sheet_makes_the_same_bytes_in_a_warm_and_in_a_cold_press(printer: TypstPrinter) -> None:
    first = printer.invoice(samples.invoice())
    assert printer.invoice(samples.invoice()) == first
    assert TypstPrinter().invoice(samples.invoice()) == first
    note = printer.credit_note(samples.credit_note())
    assert TypstPrinter().credit_note(samples.credit_note()) == note


def test_pages_are_a4_and_hold_no_font_but_the_one_that_pip_brings(printer: TypstPrinter) -> None:
    for page in pages(printer.invoice(samples.invoice())):
        assert (round(page.mediabox.width), round(page.mediabox.height)) == A4
        resources = cast("DictionaryObject", page["/Resources"])
        fonts = cast("DictionaryObject", resources["/Font"]).values()
        assert fonts
        assert all("NotoSansSC" in font.get_object()["/BaseFont"] for font in fonts)


@pytest.mark.parametrize(
    "name",
    [
        '#read("invoice.typ")',
        "#panic[乙方] ] ) } 有限公司",
        '"; #sys.inputs "\\" $x^2$ *粗* _斜_ `代码`',
        "= 标题 @ref <label> // 注释",
    ],
)
def test_a_name_that_looks_like_source_is_printed_letter_by_letter(name: str) -> None:
    assert name.replace(" ", "") in text(with_buyer_named(name)).replace(" ", "")


def test_a_name_of_three_hundred_letters_is_whole_and_stays_on_the_page() -> None:
    for name in ("长" * 300, "W" * 300):
        pdf = with_buyer_named(name)
        assert name in text(pdf)
        rightmost = 0.0

        def see(_text: str, _cm: object, tm: list[float], *_rest: object) -> None:
            nonlocal rightmost
            rightmost = max(rightmost, tm[4])

        pages(pdf)[0].extract_text(visitor_text=see)
        assert rightmost < A4[0]


def test_an_emoji_in_a_name_becomes_a_mark_and_a_note_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        words = text(with_buyer_named("云杉🚀科技👩‍💻有限公司"))
    assert f"云杉{GETA}科技{GETA}{GETA}有限公司" in words
    assert "U+1F680" in caplog.text
    assert "QPW-2026-000123" in caplog.text


def test_what_has_no_shape_leaves_no_mark_and_a_rare_name_leaves_one() -> None:
    assert printable("a\u200db\ufe0f\u202ec") == "abc"
    assert printable("一\n二\t三\u0000四") == "一 二 三 四"
    assert printable("Cafe\u0301") == "Café"
    assert GETA in coverage()
    assert printable("王\U000201a9") == f"王{GETA}"


def test_four_hundred_lines_run_over_pages_that_all_repeat_head_space_and_number(
    printer: TypstPrinter,
) -> None:
    sheets = pages(printer.invoice(samples.long_invoice(400)))
    assert 7 <= len(sheets) <= 11
    for number, page in enumerate(sheets, start=1):
        words = page.extract_text().replace("\n", "")
        assert f"第 {number} / {len(sheets)} 页" in words
        assert "实际使用" in words
        assert "会议室" in words
        assert "QPW-2026-000123" in words
    assert "".join(page.extract_text() for page in sheets).count("高峰") == 400


def test_without_a_payment_page_only_the_bank_is_named(printer: TypstPrinter) -> None:
    words = text(printer.invoice(samples.invoice(payment_url=None)))
    assert "扫码" not in words
    assert "开户行" in words


def test_the_payment_address_is_a_link_and_stays_whole(printer: TypstPrinter) -> None:
    url = "https://pay.example/i/" + "a1B2c3D4" * 12
    page = pages(printer.invoice(samples.invoice(payment_url=url)))[-1]
    notes = [cast("DictionaryObject", note.get_object()) for note in page.annotations or ()]
    assert [str(cast("DictionaryObject", note["/A"])["/URI"]) for note in notes] == [url]


def test_a_month_of_nothing_asks_for_nothing(printer: TypstPrinter) -> None:
    words = text(printer.invoice(samples.invoice(spaces=(), adjustments=(), left_out=())))
    assert "零元整" in words
    assert "本期无需付款" in words
    assert "开户行" not in words


def test_a_stay_past_midnight_is_written_with_the_day_it_ends_on(printer: TypstPrinter) -> None:
    row = replace(
        samples.use(date(2026, 10, 12), "22:00-23:00", "22:00-23:00", samples.HOUR),
        left_at=samples.at(date(2026, 10, 13), "01:20"),
        billed_to=samples.at(date(2026, 10, 13), "00:00"),
    )
    sheet = samples.invoice(spaces=(SpaceCharges("会客厅", "H-1", "会客厅", "1 层", (row,)),))
    words = text(printer.invoice(sheet))
    assert "22:00–次日 01:20" in words
    assert "22:00–24:00" in words


def test_a_sheet_that_does_not_add_up_cannot_be_made() -> None:
    sheet = samples.invoice()
    with pytest.raises(ValueError, match="does not add up"):
        replace(sheet, total=sheet.total + Money(1))
    with pytest.raises(ValueError, match="does not add up"):
        replace(sheet, taxes=())
    with pytest.raises(ValueError, match="does not add up"):
        replace(samples.credit_note(), total=Money(-1))


def test_a_credit_note_takes_back_and_names_the_invoice_and_the_reason(printer: TypstPrinter) -> None:
    words = text(printer.credit_note(samples.credit_note()))
    for fact in (
        "贷记单",
        "QPW-C-2026-000007",
        "QPW-2026-000123",
        "2026年11月5日",
        "投影设备故障",
        "−¥68.80",
        "使用 10月12日 16:36–18:17 高峰6% ¥112.00 −¥52.00",
        "负陆拾捌元捌角",
        "−¥3.89",
        "不是红字发票",
    ):
        assert fact in words


def page_of(words: list[str], mark: str) -> int:
    """Tell on which of the pages a mark stands; it stands on one alone."""
    (found,) = [number for number, page in enumerate(words) if mark in page]
    return found


def words_by_page(pdf: bytes) -> list[str]:
    """Read the pages one by one, without the breaks that setting puts in."""
    return [page.extract_text().replace("\n", "").replace("\u200b", "") for page in pages(pdf)]


def test_no_row_of_two_hundred_wrapped_ones_breaks_over_a_page(printer: TypstPrinter) -> None:
    words = words_by_page(printer.invoice(samples.wordy_invoice(200)))
    assert len(words) > 10
    for number in range(240):
        assert page_of(words, f"始{number}很") == page_of(words, f"末{number}。"), number
    for number in range(0, 200, 2):  # the second band of a stay, and its note, stand below the first
        assert page_of(words, f"尾{number}。") == page_of(words, f"始{number}很"), number
    for page in words[: page_of(words, "末199。") + 1]:
        assert "实际使用" in page
        assert "很长的会议室名称" * 4 in page


def test_no_line_of_a_long_credit_note_breaks_over_a_page(printer: TypstPrinter) -> None:
    words = words_by_page(printer.credit_note(samples.wordy_credit_note(200)))
    assert len(words) > 5
    for number in range(200):
        assert page_of(words, f"始{number}很") == page_of(words, f"末{number}。"), number
    for page in words[: page_of(words, "末199。") + 1]:
        assert "项目" in page


def test_the_tax_table_lists_every_rate_and_its_sum(printer: TypstPrinter) -> None:
    two = (Tax(60, Money(10600), Money(600)), Tax(90, Money(10900), Money(900)))
    space = SpaceCharges("室", "M-1", "会议室", "1 层", (Fee(date(2026, 10, 1), "费用", "", Money(21500)),))
    sheet = samples.invoice(spaces=(space,), adjustments=(), left_out=(), total=Money(21500), taxes=two)
    words = text(printer.invoice(sheet))
    assert "6% ¥100.00 ¥6.00 ¥106.00" in words
    assert "9% ¥100.00 ¥9.00 ¥109.00" in words
    assert "合计 ¥200.00 ¥15.00 ¥215.00" in words


def test_a_single_rate_has_its_sum_too_on_invoice_and_credit_note(printer: TypstPrinter) -> None:
    assert "合计 ¥286.60 ¥17.20 ¥303.80" in text(printer.invoice(samples.invoice()))
    assert "合计 −¥64.91 −¥3.89 −¥68.80" in text(printer.credit_note(samples.credit_note()))


def test_paper_promises_nothing_that_the_product_does_not_do(printer: TypstPrinter) -> None:
    for words in (text(printer.invoice(samples.invoice())), text(printer.credit_note(samples.credit_note()))):
        assert "开票申请" not in words
        assert "另行开具" not in words
