"""Whatever the house writes into its trail is shown in words, not as code."""

from __future__ import annotations

import ast
from pathlib import Path

from booking.blueprints.park.trail_words import action_name, subject_name

BOOKING = Path(__file__).resolve().parents[2] / "booking"
RESERVATIONS = ("reserved", "moved", "extended", "shortened", "approved", "declined", "cancelled", "no_show")


def recorded():
    """Find the actions and subjects of all calls of `record(session, action, subject, …)`."""
    for file in sorted(BOOKING.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record":
                action, subject = node.args[1:3]
                yield (
                    action.value if isinstance(action, ast.Constant) else None,
                    subject.value if isinstance(subject, ast.Constant) else None,
                )


def test_every_change_is_told_in_words(app):
    with app.test_request_context():
        bare = {action for action, _ in recorded() if action and action_name(action) == action}
        bare |= {subject for _, subject in recorded() if subject and subject_name(subject) == subject}
        bare |= {action for action in RESERVATIONS if action_name(action) == action}
    assert not bare, f"booking/blueprints/park/trail_words.py has no words for {sorted(bare)}"


def test_what_is_not_known_is_shown_as_it_is_kept(app):
    with app.test_request_context():
        assert action_name("thing.juggled") == "thing.juggled"
