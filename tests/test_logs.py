"""Every request has an id, and every line of the log says which request it belongs to."""

from __future__ import annotations

import json
import logging

import pytest
from flask import Flask, g

from booking.logs import HANDLER, init_logs


@pytest.fixture
def small_app(capsys):
    app = Flask("small")
    root = logging.getLogger()
    level = root.level
    init_logs(app)

    @app.get("/reset/<token>")
    def reset(token):
        app.logger.warning("您好")
        return g.request_id

    yield app
    root.setLevel(level)
    for handler in [handler for handler in root.handlers if handler.get_name() == HANDLER]:
        root.removeHandler(handler)


def lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_request_gets_an_id_that_its_answer_and_its_log_lines_bear(small_app, capsys):
    answer = small_app.test_client().get("/reset/abc")
    assert answer.headers["X-Request-ID"] == answer.text
    said, done = lines(capsys)
    assert (said["message"], said["level"], said["request_id"]) == ("您好", "WARNING", answer.text)
    assert (done["request_id"], done["status"], done["route"]) == (answer.text, 200, "/reset/<token>")


def test_a_secret_in_the_address_does_not_reach_the_log(small_app, capsys):
    small_app.test_client().get("/reset/very-secret?also=hidden-thing")
    log = capsys.readouterr().err
    assert "very-secret" not in log
    assert "hidden-thing" not in log


def test_not_even_where_the_page_breaks(small_app, capsys):
    @small_app.get("/broken/<token>")
    def broken(token):
        raise RuntimeError("the disk is full")

    assert small_app.test_client().get("/broken/very-secret?also=hidden-thing").status_code == 500
    log = capsys.readouterr().err
    assert "the disk is full" in log
    assert "exception on /broken/<token> [GET]" in log
    assert "very-secret" not in log
    assert "hidden-thing" not in log


@pytest.mark.parametrize(
    ("given", "kept"),
    [("trace-0123456789", True), ("x", False), ("a b\tc{}<>!!!!", False), ("x" * 65, False)],
)
def test_an_id_from_outside_is_kept_only_if_it_looks_like_one(small_app, given, kept):
    answer = small_app.test_client().get("/reset/a", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is kept


def test_setting_up_twice_does_not_log_twice(small_app):
    init_logs(Flask("another"))
    assert [handler.get_name() for handler in logging.getLogger().handlers].count(HANDLER) == 1
