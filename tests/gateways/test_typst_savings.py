"""The savings report shows the chain, says where each figure is from, and names only who agreed."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from booking.gateways.typst.printer import TypstPrinter
from booking.gateways.typst.savings_input import report_data
from booking.savings.papers.report_paper import UnnamedChain
from booking.savings.rules import BaselineTerms, Source
from booking.values import Money, writing
from tests.gateways import paper_samples as samples
from tests.gateways.month_samples import ORDINARY
from tests.gateways.test_typst_billing import pages, text

TERMS = BaselineTerms(100_00, Money(10), 120_00, Money(10))


def printed(**changes: object) -> str:
    """Print a report and read it."""
    return text(pdf_of(**changes))


def pdf_of(**changes: object) -> bytes:
    return TypstPrinter().report(samples.report(**changes), ORDINARY)


def test_the_report_shows_the_worked_figure_of_the_seed_and_its_chain() -> None:
    report = printed()
    for fact in ("¥19,200.00", "¥10,080.00", "¥1,440.00", "¥7,680.00", "40.0%", "47.5%", "200 m² → 105 m²"):
        assert fact in report


def test_only_what_is_not_documented_is_marked_and_every_figure_names_its_paper() -> None:
    report = printed()
    assert "自报" in report
    for tag in ("实测", "有据"):
        assert tag not in report
    assert "自报 ¥4,537.50 自报 35.7%" in report, "beside the share as beside the saving"
    assert report.count("约 ¥27,000其中自报 约 ¥20,000") == 1, "a sum says how much of it, and bears no tag"
    assert "自报 约 ¥27,000" not in report
    assert "其中自报 约 ¥63,000" in report
    assert "含自报 约 ¥15,000 含自报 约 30%" in report, "the group of who is not named"
    assert "¥7,680.00 40.0%" in report, "what is documented bears none"
    assert "账单 QPW-2026-000098" in report
    assert "租赁合同 QPW-HT-2024-031" in report


def test_the_month_page_comes_first_then_all_firms_then_their_sources() -> None:
    month_page, firms, sources = pages(pdf_of())
    assert month_page.mediabox.width > month_page.mediabox.height
    assert ORDINARY.headline_text.replace(" ", "") in month_page.extract_text().replace(" ", "").replace(
        "\n", ""
    )
    assert "合计 7 家" in firms.extract_text()
    assert "数据来源" in sources.extract_text()
    assert len(pages(TypstPrinter().report(samples.report(), None))) == len((firms, sources))


def test_a_saving_is_no_better_founded_than_its_weakest_figure() -> None:
    weak = samples.chain("10", "5", 100, 40, 10, baseline_source=Source.DECLARED)
    assert weak.saving_source is Source.DECLARED
    assert samples.chain("10", "5", 100, 40, 10).saving_source is Source.DOCUMENTED


def test_a_negative_saving_is_shown_with_its_sign() -> None:
    assert "−¥240.00" in printed()
    worse = samples.chain("100", "120", 100000, 120000, 5000)
    report = printed(
        totals=worse,
        named=(samples.named("青桐软件有限公司", worse, TERMS),),
        unnamed=None,
        enterprise_count=1,
    )
    assert "净节省（为负）" in report
    assert "−¥250.00" in report
    assert "−20 m²" in report


def test_who_did_not_agree_is_one_row_with_a_count() -> None:
    assert "未具名企业 4 家" in printed()
    firms = pages(pdf_of())[1].extract_text(extraction_mode="layout")
    assert re.search(r"未具名企业 4 家 .*含自报 +约 30%$", firms, re.MULTILINE), "and on one line"
    assert re.search(r"^ *合计 .* → .*%.*约 [\d.]+%$", firms, re.MULTILINE), "so is the sum"


def test_a_group_of_fewer_than_three_is_not_shown_apart() -> None:
    with pytest.raises(ValueError, match="fewer than 3"):
        UnnamedChain(2, samples.chain("10", "5", 100, 40, 10))
    report = printed(
        totals=samples.chain("10", "5", 100, 40, 10), unnamed=None, enterprise_count=3, left_out=2
    )
    assert "未具名企业" not in report
    assert "另有 2 家未同意具名的企业不在任何数字里" in report


def test_forty_firms_stand_on_one_page_by_short_name_and_their_sources_follow() -> None:
    chain = samples.chain("200", "105", 1920000, 1008000, 144000)
    firms = tuple(samples.named(f"第{number:02d}科技有限公司", chain, TERMS) for number in range(40))
    sheets = [page.extract_text() for page in pages(pdf_of(named=firms))]
    (table,) = [sheet for sheet in sheets if "合计 7 家" in sheet]
    assert "第00科" in table
    assert "第39科" in table
    assert sum("数据来源" in sheet for sheet in sheets) >= 1


def test_what_enterprises_declare_is_said_to_be_declared_and_not_caused() -> None:
    report = printed()
    assert "不表示由上述节省所带来" in report
    assert "今年订单比去年同期增加约 30%" in report
    assert "企业自报的变化" not in printed(effects=())


def test_a_provisional_report_says_so_on_every_page() -> None:
    pdf = pdf_of(provisional="本月账期尚未关闭，数字可能变化。")
    assert "尚未关闭" in text(pdf)
    assert all("暂定" in page.extract_text() for page in pages(pdf)[1:]), (
        "the month page says it in its words"
    )
    assert "暂定" not in printed()


def test_a_chain_that_does_not_add_up_cannot_be_made() -> None:
    good = samples.chain("10", "5", 100, 40, 10)
    with pytest.raises(ValueError, match="does not add up"):
        replace(good, saving=good.kept_rent)


def test_the_picture_is_drawn_in_proportion() -> None:
    columns = report_data(samples.report(totals=samples.chain("200", "105", 1000, 500, 100)))["columns"]
    assert columns == {"baseline": 1000, "kept": 500, "shared": 100, "gap": 400}
    worse = report_data(samples.report(totals=samples.chain("200", "105", 500, 800, 200)))["columns"]
    assert worse == {"baseline": 500, "kept": 800, "shared": 200, "gap": 0}


def test_the_same_report_makes_the_same_bytes() -> None:
    assert pdf_of() == pdf_of()


def test_areas_and_shares_are_written_short() -> None:
    assert writing.square_metres_text(Decimal("100.00")) == "100 m²"
    assert writing.square_metres_text(Decimal("1234.50")) == "1,234.5 m²"
    assert writing.percent_text(None) == "—"
    assert writing.percent_text(Decimal("-3.125")) == "−3.1%"
    assert writing.percent_text(Decimal(20), exact=False) == "约 20%"
