"""Whoever a history names is named in words: people as they are, the house by what it is."""

from __future__ import annotations

import re

from booking.blueprints.doer_words import JOBS, doer_name
from tests.harness.run import ROOT

HOUSE = re.compile(r'Actor\.house\("([^"]+)"|^HOUSE = "([^"]+)"', re.MULTILINE)


def names_of_the_house() -> set[str]:
    """Find what the product signs with; the demo's own past apart."""
    found: set[str] = set()
    for path in (ROOT / "booking").rglob("*.py"):
        if path.parent.name != "demo":
            found |= {one or other for one, other in HOUSE.findall(path.read_text(encoding="utf-8"))}
    return found


def test_every_job_that_changes_something_has_words(app):
    assert names_of_the_house() - {"flask park"} <= JOBS
    with app.test_request_context():
        assert doer_name("release no-shows") == "系统自动"
        assert doer_name("flask park") == "命令行"
        assert doer_name("周可") == "周可"
