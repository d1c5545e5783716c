"""`flask understand`, with a database and without one."""

from __future__ import annotations

import json

import pytest

from booking.app import create_unset_app
from booking.config import BadConfigurationError

SENTENCE = "明天下午两点到三点半 6人 带屏幕"
ANSWER = (
    '{"kind": "meeting_room", "day": "2026-11-27", "from": "14:00", "to": "15:30", "minutes": 90, '
    '"people": 6, "equipment": ["屏幕"], "near": null, "area": null, "repeat": null, "not_understood": []}\n'
)
NOW = ("--now", "2026-11-26T09:00+08:00")


def run(app, *args):
    return app.test_cli_runner().invoke(args=["understand", *args])


def test_without_settings_the_usual_words_are_known():
    app = create_unset_app(BadConfigurationError("BOOKING_ENV is missing"))
    assert run(app, SENTENCE, *NOW).output == ANSWER


def test_with_a_database_the_park_s_own_words_and_zone_are_known(app, world):
    assert run(app, SENTENCE, *NOW).output == ANSWER
    park = world.park(code="NORTH")
    world.space(world.area(park, name="云起楼", name_en="Cloud House"), equipment=["茶歇台"])
    assert run(app, SENTENCE, *NOW).output == ANSWER
    found = json.loads(run(app, "云起楼 明天 茶歇台 A座", "--now", "2026-11-26T20:00Z").output)
    assert (found["area"], found["equipment"], found["day"]) == ("云起楼", ["茶歇台"], "2026-11-28")
    assert "space" not in found
    room = world.space(world.area(park), name="半日")
    assert json.loads(run(app, "半日 明天", *NOW).output)["space"] == "半日"
    assert json.loads(run(app, f"{room.code} 明天", *NOW).output)["space"] == room.code
    world.park()
    assert json.loads(run(app, "云起楼", *NOW).output)["area"] is None  # whose it is was not said
    assert json.loads(run(app, "云起楼", "--park", "NORTH", *NOW).output)["area"] == "云起楼"
    answer = run(app, "明天", "--park", "nowhere")
    assert (answer.exit_code, answer.stderr) == (2, "understand: there is no park 'nowhere'\n")


@pytest.mark.parametrize("now", ["", "tomorrow", "2026-11-26", "2026-11-26T09:00", "2026-02-30T09:00+08:00"])
def test_an_instant_that_is_none_is_refused_by_name(app, now):
    answer = run(app, SENTENCE, "--now", now)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr == (
        f"understand: --now {now!r} is no instant with its offset, such as 2026-11-26T09:00+08:00\n"
    )


def test_a_sentence_that_is_too_long_is_said_to_be(app):
    answer = run(app, "明天" * 5000, *NOW)
    assert (answer.exit_code, json.loads(answer.stdout)["day"]) == (0, "2026-11-27")
    assert answer.stderr == (
        "understand: the sentence is too long: 10000 characters, of which the first 200 were read\n"
    )
