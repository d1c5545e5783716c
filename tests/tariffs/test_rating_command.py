"""`flask rate FILE.json` prices a document, and refuses a wrong one by name."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from booking.jobs.commands.check import rate_command

DOCUMENT: dict[str, Any] = {
    "zone": "Asia/Shanghai",
    "rest_days": ["2026-10-01"],
    "working_days": ["2026-10-10"],
    "tariff": {
        "rate_fen_per_hour": 8000,
        "increment_minutes": 15,
        "minimum_minutes": 30,
        "daily_cap_fen": None,
        "bands": [{"name": "off-peak", "days": "working", "from": "18:00", "to": "22:00", "factor": "0.6"}],
    },
    "allowance_minutes": 0,
    "stays": [
        {"id": "a", "space": "R1", "in": "2026-11-03T16:36:00+08:00", "out": "2026-11-03T18:17:00+08:00"}
    ],
}
BAND = DOCUMENT["tariff"]["bands"][0]
STAY = DOCUMENT["stays"][0]


def run(document, *arguments):
    text = document if isinstance(document, str | bytes) else json.dumps(document)
    return CliRunner().invoke(rate_command, list(arguments) or ["-"], input=text)


def changed(path, value):
    document = copy.deepcopy(DOCUMENT)
    place: Any = document
    *way, last = path
    for key in way:
        place = place[key]
    if isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return document


def test_the_lines_of_a_document_are_printed_as_json(tmp_path):
    file = tmp_path / "price.json"
    file.write_text(json.dumps(DOCUMENT))
    found = run("", str(file))
    assert found.exit_code == 0
    assert found.stderr == ""
    assert json.loads(found.stdout) == {
        "lines": [
            {
                "stay": "a",
                "day": "2026-11-03",
                "band": "peak",
                "minutes": 84,
                "free_minutes": 0,
                "amount_fen": 11200,
            },
            {
                "stay": "a",
                "day": "2026-11-03",
                "band": "off-peak",
                "minutes": 21,
                "free_minutes": 0,
                "amount_fen": 1680,
            },
        ],
        "total_fen": 12880,
    }


def test_only_zone_rate_and_stays_need_saying():
    found = run({"zone": "Asia/Shanghai", "tariff": {"rate_fen_per_hour": 8000}, "stays": [STAY]})
    (line,) = json.loads(found.stdout)["lines"]
    assert (line["band"], line["minutes"], line["amount_fen"]) == ("peak", 101, 13467)


def test_no_stays_cost_nothing():
    assert json.loads(run(changed(["stays"], [])).stdout) == {"lines": [], "total_fen": 0}


@pytest.mark.parametrize("factor", ["0.6", 0.6, "0.60"])
def test_a_factor_may_be_a_number_or_a_string(factor):
    found = run(changed(["tariff", "bands", 0, "factor"], factor))
    assert json.loads(found.stdout)["total_fen"] == 12880


def test_a_band_may_be_free_of_charge():
    found = run(changed(["tariff", "bands", 0, "factor"], "0"))
    assert json.loads(found.stdout)["total_fen"] == 11200


def test_instants_may_be_said_in_any_offset():
    document = changed(
        ["stays", 0], STAY | {"in": "2026-11-03T08:36:00Z", "out": "2026-11-03T11:17:30.5+01:00"}
    )
    assert json.loads(run(document).stdout)["total_fen"] == 12880


def test_chinese_stays_readable_in_the_output():
    found = run(changed(["tariff", "bands", 0, "name"], "错时"))
    assert "错时" in found.stdout


def test_half_a_surrogate_pair_still_comes_out_as_json():
    found = run(json.dumps(changed(["stays", 0, "id"], "\ud800")))
    assert found.exit_code == 0
    assert json.loads(found.stdout_bytes)["lines"][0]["stay"] == "\ud800"


REFUSED = [
    # unknown and missing keys, at every level
    (["vat"], 1, 'unknown key "vat"'),
    (["tariff", "colour"], 1, 'tariff: unknown key "colour"'),
    (["tariff", "bands", 0, "until"], 1, 'tariff.bands[0]: unknown key "until"'),
    (["stays", 0, "who"], "me", 'stays[0]: unknown key "who"'),
    (["tariff"], {}, 'tariff: the key "rate_fen_per_hour" is missing'),
    (["stays", 0], {"id": "a"}, 'stays[0]: the key "space" is missing'),
    (["tariff", "bands", 0], {"name": "x"}, 'tariff.bands[0]: the key "days" is missing'),
    # bands
    (
        ["tariff", "bands", 1],
        BAND | {"name": "late", "from": "21:59", "to": "24:00"},
        '"late" overlaps "off-peak"',
    ),
    (["tariff", "bands", 1], BAND | {"days": "all"}, "tariff.bands[1]"),
    (["tariff", "bands", 0, "factor"], "-0.01", "tariff.bands[0].factor: must be not below 0"),
    (["tariff", "bands", 0, "factor"], -1, "tariff.bands[0].factor: must be not below 0"),
    (["tariff", "bands", 0, "factor"], "much", "tariff.bands[0].factor"),
    (["tariff", "bands", 0, "factor"], True, "tariff.bands[0].factor"),
    (["tariff", "bands", 0, "factor"], None, "tariff.bands[0].factor"),
    (["tariff", "bands", 0, "factor"], "1e5", "tariff.bands[0].factor"),
    (["tariff", "bands", 0, "factor"], "9" * 30, "tariff.bands[0].factor"),
    (["tariff", "bands", 0, "to"], "18:00", 'tariff.bands[0]: "from" 18:00 must be before "to" 18:00'),
    (["tariff", "bands", 0, "to"], "24:01", "tariff.bands[0].to"),
    (["tariff", "bands", 0, "to"], "22:60", "tariff.bands[0].to"),
    (["tariff", "bands", 0, "from"], "8:00", "tariff.bands[0].from"),
    (["tariff", "bands", 0, "from"], 8, "tariff.bands[0].from"),
    (["tariff", "bands", 0, "days"], "monday", "tariff.bands[0].days"),
    (["tariff", "bands", 0, "days"], ["working"], "tariff.bands[0].days"),
    (["tariff", "bands", 0, "name"], "", "tariff.bands[0].name"),
    (["tariff", "bands"], {}, "tariff.bands"),
    # figures
    (["tariff", "rate_fen_per_hour"], -1, "tariff.rate_fen_per_hour"),
    (["tariff", "rate_fen_per_hour"], True, "tariff.rate_fen_per_hour: must be a whole number"),
    (["tariff", "rate_fen_per_hour"], 80.5, "tariff.rate_fen_per_hour"),
    (["tariff", "rate_fen_per_hour"], "8000", "tariff.rate_fen_per_hour"),
    (["tariff", "increment_minutes"], 0, "tariff.increment_minutes"),
    (["tariff", "increment_minutes"], None, "tariff.increment_minutes"),
    (["tariff", "minimum_minutes"], -1, "tariff.minimum_minutes"),
    (["tariff", "minimum_minutes"], 10**9, "tariff.minimum_minutes"),
    (["tariff", "daily_cap_fen"], -1, "tariff.daily_cap_fen"),
    (["allowance_minutes"], -1, "allowance_minutes"),
    # stays
    (
        ["stays", 0, "out"],
        "2026-11-03T16:35:59+08:00",
        'stays[0]: the stay "a" has its "out" before its "in"',
    ),
    (["stays", 0, "out"], "2026-11-03T18:17:00", "stays[0].out: must be an instant with its offset"),
    (["stays", 0, "out"], "2026-11-31T18:17:00+08:00", "stays[0].out"),
    (["stays", 0, "out"], "2126-11-03T18:17:00+08:00", 'the stay "a" is longer'),
    (["stays", 0, "in"], "0001-01-01T00:00:00+14:00", "stays[0].in"),
    (["stays", 0, "in"], 1793694960, "stays[0].in"),
    (["stays", 0, "id"], "", "stays[0].id"),
    (["stays", 0, "id"], 7, "stays[0].id"),
    (["stays", 0, "space"], None, "stays[0].space"),
    (["stays", 1], STAY, 'stays[1].id: the stay "a" is listed twice'),
    (["stays"], {"a": 1}, "stays: must be a list"),
    (["stays", 0], "a", "stays[0]: must be an object"),
    # zone and calendar
    (["zone"], "Shanghai/Asia", "zone"),
    (["zone"], "../../etc/passwd", "zone"),
    (["zone"], "Asia", "zone"),
    (["zone"], "\0", "zone"),
    (["zone"], 8, "zone"),
    (["rest_days", 0], "20261001", "rest_days[0]"),
    (["rest_days", 0], "2026-02-29", "rest_days[0]"),
    (["working_days", 1], "2026-10-01", 'working_days[1]: "2026-10-01" is listed as a rest day as well'),
    (["tariff"], [], "tariff: must be an object"),
]


@pytest.mark.parametrize(("path", "value", "words"), REFUSED)
def test_a_wrong_document_is_refused_by_name(path, value, words):
    found = run(changed(path, value))
    assert (found.exit_code, found.stdout) == (2, "")
    assert words in found.stderr
    assert found.stderr.startswith("rate: ")
    assert found.stderr.count("\n") == 1
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "must be an object"),
        ("null", "must be an object"),
        (b"\xff\xfe", "not text in UTF-8"),
        ('{"zone": NaN}', "NaN"),
        ('{"zone": 1, "zone": 2}', 'the key "zone" stands twice'),
        (json.dumps(DOCUMENT).replace('"to"', '"from": "17:00", "to"'), 'the key "from" stands twice'),
        ("[" * 100_000, "nested too deeply"),
        ('{"zone": ' + "[" * 980 + "]" * 980 + ', "tariff": 1, "stays": 1}', "rate: "),
        ('{"zone": ' + "9" * 5000 + "}", "not JSON"),
        (json.dumps(DOCUMENT).replace('"0.6"', "1e999999999"), "tariff.bands[0].factor"),
        (json.dumps(DOCUMENT).replace('"0.6"', "1e-999999999"), "tariff.bands[0].factor"),
    ],
)
def test_what_is_no_such_document_is_refused(text, words):
    found = run(text)
    assert (found.exit_code, found.stdout) == (2, "")
    assert words in found.stderr


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    for path in (tmp_path / "none.json", tmp_path):
        found = run("", str(path))
        assert (found.exit_code, found.stdout) == (2, "")
        assert "cannot be read" in found.stderr


def test_a_byte_order_mark_is_no_obstacle():
    assert run(b"\xef\xbb\xbf" + json.dumps(DOCUMENT).encode()).exit_code == 0


def test_nothing_from_the_document_reaches_the_terminal_unescaped():
    found = run(changed(["tariff", "\x1b[31m"], 1))
    assert "\x1b" not in found.stderr


def test_the_example_in_the_handbook_costs_what_the_handbook_says():
    handbook = (Path(__file__).parents[2] / "docs" / "pricing.md").read_text(encoding="utf-8")
    example = handbook.split("```json\n")[1].split("```")[0]
    assert json.loads(run(example).stdout)["total_fen"] == 12880
    refused = run(changed(["tariff", "bands", 0, "factor"], "-0.01"))
    assert refused.stderr.strip() in handbook


def test_the_shell_prices_a_document_where_there_is_no_database(tmp_path):
    file = tmp_path / "price.json"
    file.write_text(json.dumps(DOCUMENT))
    flask = [sys.executable, "-m", "flask", "--app", "wsgi", "rate"]
    nowhere = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/none/none.sqlite"}
    house = Path(__file__).parents[2]
    found = subprocess.run([*flask, str(file)], cwd=house, env=nowhere, capture_output=True, check=False)
    assert (found.returncode, json.loads(found.stdout)["total_fen"]) == (0, 12880), found.stderr
    file.write_text(json.dumps(DOCUMENT | {"vat": 60}))
    refused = subprocess.run([*flask, str(file)], cwd=house, env=nowhere, capture_output=True, check=False)
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert b'unknown key "vat"' in refused.stderr
