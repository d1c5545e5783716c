"""A second rater, written from docs/rules.md alone: it walks minute by minute and knows no shortcut.

It takes the same document as `flask rate` and shares no code with the product.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any
from zoneinfo import ZoneInfo

EXACT = Context(prec=80)


def price(document: dict[str, Any]) -> dict[str, Any]:
    tariff, zone = document["tariff"], ZoneInfo(document["zone"])
    used_free: Counter[str] = Counter()
    found: dict[tuple[str, str, str, Decimal], dict[str, Any]] = {}
    for stay in sorted(
        document["stays"], key=lambda stay: (moment(stay["out"]), moment(stay["in"]), stay["id"])
    ):
        for minute in billed_minutes(stay, tariff):
            wall = datetime.fromtimestamp(minute * 60, zone)
            day = wall.strftime("%Y-%m-%d")
            band, factor = band_at(wall, day, document)
            line = found.setdefault(
                (stay["id"], day, band, factor),
                {
                    "stay": stay,
                    "day": day,
                    "band": band,
                    "factor": factor,
                    "first": minute,
                    "all": 0,
                    "free": 0,
                },
            )
            line["all"] += 1
            if used_free[day[:7]] < document.get("allowance_minutes", 0):
                used_free[day[:7]] += 1
                line["free"] += 1
    return written(capped(list(found.values()), tariff))


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def billed_minutes(stay: dict[str, str], tariff: dict[str, Any]) -> range:
    first, last = int(moment(stay["in"]) // 60), int(moment(stay["out"]) // 60)
    count = 0
    while first + count < last or count < tariff.get("minimum_minutes", 0):
        count += tariff.get("increment_minutes", 1)
    return range(first, first + count)


def band_at(wall: datetime, day: str, document: dict[str, Any]) -> tuple[str, Decimal]:
    if day in document.get("working_days", []):
        kind = "working"
    elif day in document.get("rest_days", []) or wall.strftime("%a") in {"Sat", "Sun"}:
        kind = "rest"
    else:
        kind = "working"
    clock = wall.strftime("%H:%M")
    for band in document["tariff"].get("bands", []):
        if band["days"] in {kind, "all"} and band["from"] <= clock < band["to"]:
            return band["name"], Decimal(band["factor"]).normalize()
    return "peak", Decimal(1)


def capped(lines: list[dict[str, Any]], tariff: dict[str, Any]) -> list[dict[str, Any]]:
    spent: Counter[tuple[str, str]] = Counter()
    cap = tariff.get("daily_cap_fen")
    for line in sorted(
        lines, key=lambda line: (line["first"], moment(line["stay"]["in"]), line["stay"]["id"])
    ):
        cost = EXACT.divide(line["factor"] * tariff["rate_fen_per_hour"] * (line["all"] - line["free"]), 60)
        fen = int(cost.quantize(Decimal(1), ROUND_HALF_UP))
        place = line["stay"]["space"], line["day"]
        if cap is not None and spent[place] + fen > cap:
            fen = cap - spent[place]
        spent[place] += fen
        line["fen"] = fen
    return lines


def written(lines: list[dict[str, Any]]) -> dict[str, Any]:
    lines.sort(key=lambda line: (moment(line["stay"]["in"]), line["stay"]["id"], line["day"], line["first"]))
    return {
        "lines": [
            {
                "stay": line["stay"]["id"],
                "day": line["day"],
                "band": line["band"],
                "minutes": line["all"],
                "free_minutes": line["free"],
                "amount_fen": line["fen"],
            }
            for line in lines
        ],
        "total_fen": sum(line["fen"] for line in lines),
    }
