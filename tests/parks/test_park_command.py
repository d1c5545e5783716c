"""Whoever runs the installation sets up a park and its first administrator from the shell."""

from __future__ import annotations

from sqlalchemy import select

from booking.parks.models import Park
from booking.people.models import Member

PASSWORD = "a fine new phrase"


def run(app, *words, typed=""):
    return app.test_cli_runner().invoke(args=["park", *words], input=typed)


def test_a_park_and_its_administrator_are_set_up(app, client, session):
    made = run(app, "create", "QX", "清溪示例园区")
    assert made.exit_code == 0, made.output
    assert "park admin QX" in made.output
    asked = run(app, "admin", "QX", "chen@park.example", "陈园", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0, asked.output
    park = session.scalars(select(Park)).one()
    assert (park.code, park.name) == ("QX", "清溪示例园区")
    answer = client.post("/sign-in", data={"email": "chen@park.example", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/park/particulars").status_code == 200


def test_a_forgotten_password_of_an_administrator_is_set_from_the_shell(app, client, session):
    run(app, "create", "QX", "清溪示例园区")
    for password in (PASSWORD, "another fine phrase"):
        run(app, "admin", "QX", "chen@park.example", "陈园", "--password", password)
    assert len(session.scalars(select(Member)).all()) == 1
    answer = client.post("/sign-in", data={"email": "chen@park.example", "password": "another fine phrase"})
    assert answer.status_code == 302


def test_what_cannot_be_is_refused_by_name_with_status_2(app, world):
    run(app, "create", "QX", "清溪示例园区")
    tenant = world.member(world.enterprise(world.park()))
    for words, reason in (
        (("create", "QX", "又一个"), "ParkCodeTaken"),
        (("create", "Q-X", "又一个"), "CODE has up to 12"),
        (("create", "Q2", "又一个", "--zone", "Mars/Base"), "NoSuchZone"),
        (("create", "Q2", "领奖.商城"), "NameHoldsAddress"),
        (("admin", "QX", "a@b.example", "领奖.商城", "--password", PASSWORD), "NameHoldsAddress"),
        (("admin", "NO", "a@b.example", "x", "--password", PASSWORD), "there is no park 'NO'"),
        (("admin", "QX", "a@b.example", "x", "--password", "short"), "PasswordTooShort"),
        (("admin", "QX", tenant.email, "x", "--password", PASSWORD), "EmailTaken"),
    ):
        refused = run(app, *words)
        assert refused.exit_code == 2, refused.output
        assert reason in refused.output
