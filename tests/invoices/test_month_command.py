"""`flask month`: closing from the shell, also by two shells at once."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import select

from booking.audit.models import AuditEntry
from booking.invoices.models import Invoice
from booking.mail.models import Letter
from booking.reservations.models import FAR_FUTURE
from booking.spaces.models import Kind
from booking.usage.models import Ending, Stay
from booking.values import Money
from tests.harness.app import open_session
from tests.harness.months import CLOSING_DAY, DISK_FULL, Press, at, line, looking, question, use_ports
from tests.harness.run import HANGS, ROOT
from tests.harness.schema import environment
from tests.harness.world import World


@pytest.fixture
def shell(app, standing_clock):
    standing_clock.set(CLOSING_DAY)
    use_ports(app, printer=Press())

    def call(*words):
        result = app.test_cli_runner().invoke(args=["month", *words])
        return result.exit_code, result.output

    return call


def test_a_month_is_closed_once_and_a_second_run_says_so(app, shell, room, tenant, session):
    line(session, room, tenant, 12880)
    assert shell("close", "2026-10") == (0, "2026-10: 1 invoices made now, 1 in all, 128.80 yuan\nfinished\n")
    assert shell("close", "2026-10") == (0, "2026-10: 0 invoices made now, 1 in all, 128.80 yuan\nfinished\n")


def test_a_failure_is_named_with_exit_status_1_and_a_second_run_mends_it(app, shell, room, tenant, session):
    line(session, room, tenant, 12880)
    use_ports(app, printer=Press(DISK_FULL))
    status, said = shell("close", "2026-10")
    assert status == 1
    assert "云杉智能科技有限公司" in said
    assert "No space left on device" in said
    use_ports(app, printer=Press())
    assert shell("close", "2026-10")[0] == 0


def test_what_cannot_be_closed_is_refused_with_exit_status_2(shell, standing_clock, room, tenant, session):
    line(session, room, tenant, 12880)
    standing_clock.set(at("2026-11-03", "09:00"))
    status, said = shell("close", "2026-10")
    assert (status, "2026-11-05" in said) == (2, True)
    assert shell("close", "2026-11")[0] == 2
    assert shell("close", "2026-13")[0] == 2
    assert shell("close", "2026-10", "--park", "NO")[0] == 2


def test_closing_early_from_the_shell_keeps_the_reason(app, shell, standing_clock, room, tenant, session):
    line(session, room, tenant, 12880)
    standing_clock.set(at("2026-11-03", "09:00"))
    assert shell("close", "2026-10", "--early", "租户都已确认")[0] == 0
    with looking(app) as reading:
        entry = reading.scalars(select(AuditEntry).where(AuditEntry.action == "month.closed")).one()
    assert (entry.reason, entry.actor_name) == ("租户都已确认", "flask month close")


def test_with_two_parks_the_shell_asks_which(shell, world, park, room, tenant, session):
    world.park(code="B")
    line(session, room, tenant, 12880)
    assert shell("close", "2026-10")[0] == 2
    assert shell("close", "2026-10", "--park", "QPW")[0] == 0


def test_the_preview_names_all_that_is_out_of_the_ordinary(shell, world, park, room, tenant, session):
    member = world.member(tenant)
    line(session, room, tenant, 12880)
    question(session, line(session, room, tenant, 8000), member)
    unit = world.space(world.area(park), Kind.STORAGE)
    world.tariff(park, Kind.STORAGE, basis="day", rate=Money.yuan(8), bands=[])
    facts = {"park_id": park.id, "enterprise_id": tenant.id, "member_id": member.id}
    session.add_all([
        Stay(
            **facts, space_id=unit.id, space_kind=Kind.STORAGE,
            started_at=at("2026-10-28", "15:00"), held_until=FAR_FUTURE,
        ),
        Stay(
            **facts, space_id=room.id, space_kind=room.kind, needs_review=True, ending=Ending.FORGOTTEN,
            started_at=at("2026-10-20", "15:00"), ended_at=at("2026-10-20", "17:00"),
            held_until=at("2026-10-20", "17:00"),
        ),
        Stay(
            **facts, space_id=room.id, space_kind=room.kind,
            started_at=at("2026-10-31", "23:00"), held_until=at("2026-11-01", "02:00"),
        ),
    ])  # fmt: skip
    session.commit()
    status, said = shell("preview", "2026-10")
    assert status == 0
    assert said.splitlines() == [
        "云杉智能科技有限公司\t2 lines\t160.80\t1 disputed, 1 forgotten check-outs, 1 still in use",
        "2026-10: 1 invoices, 160.80 yuan; closable from 2026-11-05",
    ]
    # The preview changes nothing, and the close bills what it showed.
    assert "1 in all, 160.80 yuan" in shell("close", "2026-10")[1]


def test_two_shells_that_close_at_once_make_each_invoice_once(on_both_engines, app_on, now):
    app = app_on(on_both_engines)
    with open_session(app) as session:
        world = World(session, now)
        park = world.park(code="QPW")
        room = world.space(world.area(park))
        for _ in range(6):
            line(session, room, world.enterprise(park), 4000, day=at("2026-01-12").date())
    words = [sys.executable, "-m", "flask", "--app", "wsgi", "month", "close", "2026-01"]
    shells = [
        subprocess.Popen(words, cwd=ROOT, env=environment(on_both_engines), stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [shell.wait(timeout=HANGS) for shell in shells] == [0, 0]
    with looking(app) as reading:
        invoices = reading.scalars(select(Invoice).order_by(Invoice.serial)).all()
        letters = reading.scalars(select(Letter)).all()
    assert [invoice.serial for invoice in invoices] == [1, 2, 3, 4, 5, 6]
    assert len({invoice.enterprise_id for invoice in invoices}) == 6
    assert len(letters) == 6
