"""What a line keeps is read as it was written, in every shape that was ever stored, or refused in words."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from booking.charges.terms import (
    Granted,
    LateCancelTerms,
    LeaseTerms,
    MovedBy,
    MoveReason,
    NoShowTerms,
    UseTerms,
    read_terms,
    stored_terms,
)
from booking.tariffs.models import Basis
from booking.tariffs.terms import Band, Days
from booking.values.stored import StoredDocumentUnreadable

ROWS = json.loads((Path(__file__).parents[1] / "db" / "rows" / "0001.json").read_text())["charge"]
whole = st.integers(0, 10**9)
names = st.text(min_size=1, max_size=20)
days = st.dates(date(2020, 1, 1), date(2100, 1, 1))
bands = st.builds(
    Band,
    name=names,
    days=st.sampled_from(Days),
    from_minute=st.integers(0, 700),
    to_minute=st.integers(701, 1440),
    factor=st.fractions(0, 10),
)
copy = {
    "tariff": names,
    "valid_from": days,
    "basis": st.sampled_from(Basis),
    "rate_fen": whole,
    "increment_minutes": st.integers(1, 1440),
    "minimum_minutes": whole,
    "daily_cap_fen": st.none() | whole,
    "bands": st.lists(bands, max_size=3).map(tuple),
}
moved = st.builds(
    MovedBy, stay_id=whole, space=names, space_en=st.none() | names, day=days, why=st.sampled_from(MoveReason)
)
uses = st.builds(
    UseTerms,
    **copy,
    working_day=st.booleans(),
    allowance_left_minutes=whole,
    spent_fen=whole,
    allowance_minutes=st.none() | whole,
    moved_by=st.none() | moved,
    granted=st.none() | st.builds(Granted, fen=whole, whole=st.booleans()),
)
leases = st.builds(LeaseTerms, **copy, area_hundredths=st.none() | whole)
shares = st.integers(0, 1000)
no_shows = st.builds(NoShowTerms, **copy, quote_fen=whole, no_show_permille=shares)
late_cancels = st.builds(LateCancelTerms, **copy, quote_fen=whole, late_cancel_permille=shares)


@given(uses | leases | no_shows | late_cancels)
def test_what_is_written_is_read_again(terms):
    written = json.loads(json.dumps(stored_terms(terms)))
    assert written == stored_terms(terms)
    assert read_terms(written, of="charge 1") == terms


@given(uses | leases | no_shows | late_cancels)
def test_a_document_of_before_there_were_versions_is_read_as_the_same(terms):
    then = {key: value for key, value in stored_terms(terms).items() if key not in {"version", "kind"}}
    assert read_terms(then, of="charge 1") == terms


KIND_OF = {"use": UseTerms, "storage": LeaseTerms, "no_show": NoShowTerms, "adjustment": UseTerms}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['kind']}-{row['id']}")
def test_rows_of_the_first_release_are_read_as_they_were_written(row):
    terms = read_terms(row["terms"], of=f"charge {row['id']}")
    assert type(terms) is KIND_OF[row["kind"]]
    assert {"version": 2, "kind": terms.__struct_config__.tag} | row["terms"] == stored_terms(terms)


def test_a_kept_copy_prices_as_its_tariff_did():
    kept = next(row for row in ROWS if row["kind"] == "use")["terms"]
    terms = read_terms(kept, of="charge 1").terms
    assert terms.rate_fen_per_hour == kept["rate_fen"]
    assert [(band.name, band.from_minute, band.factor) for band in terms.bands] == [
        ("休息日", 480, Fraction(4, 5)),
        ("错时", 1080, Fraction(3, 5)),
    ]


KEPT = next(row for row in ROWS if row["kind"] == "use")["terms"]
LOUD = KEPT["bands"][0] | {"loud": 1}
FREE = KEPT["bands"][0] | {"factor": "1/0"}


@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        ({}, "charge 44: Object missing required field `tariff`"),
        ([], "charge 44: expected a document, found list"),
        (KEPT | {"version": 3}, "charge 44: version 3 is unknown, known are 1 to 2"),
        (KEPT | {"version": "1"}, "charge 44: version '1' is unknown, known are 1 to 2"),
        (KEPT | {"version": 2}, "charge 44: Object missing required field `kind`"),
        (KEPT | {"version": 2, "kind": "gift"}, "charge 44: Invalid value 'gift' - at `$.kind`"),
        (KEPT | {"rate_fen": "900"}, "charge 44: Expected `int`, got `str` - at `$.rate_fen`"),
        (KEPT | {"rate_fen": -1}, "charge 44: Expected `int` >= 0 - at `$.rate_fen`"),
        (KEPT | {"colour": "red"}, "charge 44: Object contains unknown field `colour`"),
        (KEPT | {"bands": [FREE]}, "charge 44: '1/0' divides by nothing - at `$.bands[0].factor`"),
        (KEPT | {"bands": [LOUD]}, "charge 44: Object contains unknown field `loud` - at `$.bands[0]`"),
        (KEPT | {"valid_from": "soon"}, "charge 44: Invalid RFC3339 encoded date - at `$.valid_from`"),
    ],
)  # fmt: skip
def test_a_damaged_row_is_refused_in_words_that_name_it(damaged, said):
    with pytest.raises(StoredDocumentUnreadable) as caught:
        read_terms(damaged, of="charge 44")
    assert str(caught.value) == said
