"""What a published report keeps is read as it was written, or refused in words."""

import json
from copy import deepcopy
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from booking.savings.models import Evidence, SavingsReport
from booking.savings.report_data import (
    BaselineUsed,
    Correction,
    CreditOfMonth,
    Effect,
    EnterpriseSaving,
    InvoiceOfMonth,
    Report,
    Spend,
    data_of,
    stored_data,
)
from booking.values import Month
from booking.values.stored import StoredDocumentUnreadable
from tests.harness.times import SHANGHAI

[ROW] = json.loads((Path(__file__).parents[1] / "db" / "rows" / "0001.json").read_text())["savings_report"]
whole = st.integers(0, 10**9)
names = st.text(max_size=20)
days = st.dates(date(2020, 1, 1), date(2100, 1, 1))
baselines = st.builds(
    BaselineUsed,
    baseline_id=whole,
    valid_from=days,
    area=whole,
    price_fen=whole,
    own_area=whole,
    own_price_fen=whole,
    evidence=st.sampled_from(Evidence),
    document_id=st.none() | whole,
    note=names,
)
invoices = st.builds(InvoiceOfMonth, invoice_id=whole, number=names, issued_on=days, total_fen=whole)
credit_notes = st.builds(CreditOfMonth, number=names, issued_on=days, amount_fen=whole)
spends = st.just(Spend()) | st.builds(
    Spend, invoice=invoices, credits=st.lists(credit_notes, max_size=2).map(tuple)
)
effects = st.builds(Effect, enterprise_id=whole, name=names, title=names, figure=names, declared_on=days)
corrections = st.builds(
    Correction, month=names, enterprise_id=whole, name=names, number=names, issued_on=days, amount_fen=whole
)
MONTH = Month(2026, 10, SHANGHAI)
entries = st.builds(
    EnterpriseSaving,
    enterprise_id=whole,
    name=names,
    named=st.booleans(),
    days=st.just(MONTH.day_count),
    baseline=baselines,
    spend=spends,
    short_name=names,
    small=st.booleans(),
)
reports = st.builds(
    Report,
    month=st.just(MONTH),
    savings=st.lists(entries, max_size=3).map(tuple),
    without_baseline=whole,
    effects=st.lists(effects, max_size=2).map(tuple),
    corrections=st.lists(corrections, max_size=2).map(tuple),
    group=st.frozensets(whole, max_size=3),
    small_group=st.frozensets(whole, max_size=3),
)


def kept(data):
    return SavingsReport(id=7, stored_data=data)


@given(reports)
def test_what_is_written_is_read_again(report):
    written = json.loads(json.dumps(stored_data(report)))
    assert written == stored_data(report)
    assert data_of(kept(written)).report(SHANGHAI) == report
    assert data_of(kept(written)).total.as_saving() == report.total


def test_a_report_of_the_first_release_is_read_and_would_be_written_with_more_beside():
    report = data_of(kept(ROW["figures"])).report(SHANGHAI)
    assert report.month == Month(2025, 11, SHANGHAI)
    assert reduced_to(ROW["figures"], stored_data(report)) == ROW["figures"] | {"version": 2}


def reduced_to(then, now):
    """Leave out what the first version did not keep."""
    if isinstance(then, dict):
        return {key: reduced_to(value, now[key]) for key, value in then.items()}
    if isinstance(then, list):
        return [reduced_to(*pair) for pair in zip(then, now, strict=True)]
    return now


def test_an_absent_version_is_the_first():
    then = {key: value for key, value in ROW["figures"].items() if key != "version"}
    assert data_of(kept(then)) == data_of(kept(ROW["figures"]))


def damaged(change):
    data = deepcopy(ROW["figures"])
    change(data)
    return data


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data.update(version=3), "version 3 is unknown, known are 1 to 2"),
        (lambda data: data.pop("total"), "Object missing required field `total`"),
        (lambda data: data.update(days="30"), "Expected `int`, got `str` - at `$.days`"),
        (
            lambda data: data["entries"][0]["baseline"].update(evidence="guessed"),
            "Invalid enum value 'guessed' - at `$.entries[0].baseline.evidence`",
        ),
        (
            lambda data: data["entries"][1]["invoice"].pop("number"),
            "Object missing required field `number` - at `$.entries[1].invoice`",
        ),
    ],
)
def test_a_damaged_report_is_refused_in_words_that_name_it(change, said):
    with pytest.raises(StoredDocumentUnreadable) as caught:
        data_of(kept(damaged(change)))
    assert str(caught.value) == f"savings report 7: {said}"
