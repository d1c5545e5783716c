"""Invented documents: awkward tariffs, and stays around midnights, months' ends and changes of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

# Instants (UTC) near which something happens, by zone.
CORNERS = {
    "Asia/Shanghai": [
        "2026-11-03T10:00",
        "2026-10-31T16:00",
        "2026-10-01T16:00",
        "2026-10-10T15:00",
        "2026-12-31T16:00",
    ],
    "Europe/Berlin": ["2026-03-29T01:00", "2026-10-25T01:00", "2026-10-31T23:00"],
    "America/Havana": ["2026-03-08T05:00", "2026-11-01T05:00"],  # the clocks change at midnight
    "America/Sao_Paulo": ["2018-02-18T02:00", "2018-11-04T03:00"],  # the day ends twice
    "America/St_Johns": [
        "2010-11-07T02:31",
        "2010-03-14T03:31",
    ],  # a minute past midnight, back into yesterday
    "Australia/Lord_Howe": ["2026-04-04T15:00", "2026-10-03T15:30"],  # by half an hour
    "Pacific/Apia": ["2011-12-30T10:00"],  # a whole day is left out
    "Asia/Kathmandu": ["2026-10-31T18:15"],
    "UTC": ["2026-02-28T23:50"],
}
FACTORS = ["0", "0.5", "0.6", "0.60", "1", "1.25", "0.333", "2.0001"]
NAMES = ["peak", "off-peak", "延时"]


@st.composite
def bands(draw: st.DrawFn) -> list[dict[str, str]]:
    made = []
    kinds = draw(st.sampled_from([[], ["all"], ["working"], ["rest"], ["working", "rest"]]))
    for kind in kinds:
        borders = sorted(draw(st.sets(st.integers(0, 96), min_size=2, max_size=6)))
        made += [
            {
                "name": draw(st.sampled_from(NAMES)),
                "days": kind,
                "from": f"{start // 4:02d}:{start % 4 * 15:02d}",
                "to": f"{end // 4:02d}:{end % 4 * 15:02d}",
                "factor": draw(st.sampled_from(FACTORS)),
            }
            for start, end in pairwise(borders)
            if draw(st.booleans())
        ]
    return draw(st.permutations(made))


tariffs = st.fixed_dictionaries(
    {
        "rate_fen_per_hour": st.sampled_from([0, 1, 30, 1200, 8000, 9999]),
        "increment_minutes": st.sampled_from([1, 7, 15, 30, 60]),
        "minimum_minutes": st.sampled_from([0, 1, 20, 40, 60]),
        "daily_cap_fen": st.one_of(st.none(), st.integers(0, 20000)),
        "bands": bands(),
    }
)


def stays_near(corners: list[str]) -> st.SearchStrategy[list[dict[str, str]]]:
    def stay(parts: tuple[str, int, int, str]) -> dict[str, str]:
        corner, offset, length, space = parts
        start = datetime.fromisoformat(corner).replace(tzinfo=UTC) + timedelta(seconds=offset)
        return {
            "space": space,
            "in": start.isoformat(),
            "out": (start + timedelta(seconds=length)).isoformat(),
        }

    one = st.tuples(
        st.sampled_from(corners),
        st.integers(-1500, 600).map(lambda minutes: minutes * 60) | st.integers(-5400, 5400),
        st.integers(0, 240).map(lambda minutes: minutes * 60)
        | st.integers(0, 7200)
        | st.integers(0, 100_000),
        st.sampled_from(["R1", "R2"]),
    ).map(stay)
    listed = st.lists(one, max_size=4)
    return st.tuples(listed, st.permutations("abcd")).map(
        lambda drawn: [{"id": name, **stay} for name, stay in zip(drawn[1], drawn[0], strict=False)]
    )


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    zone = draw(st.sampled_from(sorted(CORNERS)))
    return {
        "zone": zone,
        "rest_days": draw(st.sampled_from([[], ["2026-10-01", "2026-10-02"], ["2026-11-03"]])),
        "working_days": draw(st.sampled_from([[], ["2026-10-10", "2026-10-31"], ["2026-11-01"]])),
        "tariff": draw(tariffs),
        "allowance_minutes": draw(st.sampled_from([0, 0, 1, 45, 300, 10_000])),
        "stays": draw(stays_near(CORNERS[zone])),
    }
