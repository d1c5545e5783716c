"""Invoices made together are those that would be made one by one; whoever comes between undoes nothing."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event, select, update

from booking.audit.models import AuditEntry
from booking.charges.models import Charge, MonthClose
from booking.db import db, transaction
from booking.invoices.close_month import close_month
from booking.invoices.issue_batch import NotAsReadError, draft_batch, issue_batch, numbered_after
from booking.invoices.issue_invoice import issue_invoice
from booking.invoices.models import Invoice
from booking.jobs import invoices
from booking.letters.billing import invoice_letter
from booking.mail.models import Letter, LetterEnclosure
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.spaces.models import Space
from booking.values import Money
from tests.harness.app import open_session
from tests.harness.months import BY, CLOSING_DAY, OCTOBER, Press, close, line, looking, question, use_ports
from tests.harness.world import World


class Meddler(Press):
    """A printer during whose first sheet somebody else does something."""

    def __init__(self, act) -> None:
        super().__init__()
        self.act = act

    def invoice(self, sheet) -> bytes:
        act, self.act = self.act, None
        if act:
            act()
        return super().invoice(sheet)


class Month:
    """A park on one engine with enterprises whose October waits to be billed."""

    def __init__(self, app, count: int) -> None:
        self.app = app
        with open_session(app) as session:
            world = World(session, CLOSING_DAY)
            self.park = world.park(code="QPW")
            room = world.space(world.area(self.park))
            self.tenants = [world.enterprise(self.park, name=f"企业{number}") for number in range(count)]
            self.lines = [line(session, room, one, 4000 + number) for number, one in enumerate(self.tenants)]
            session.expunge_all()

    def invoices(self) -> list[Invoice]:
        with looking(self.app) as session:
            return list(session.scalars(select(Invoice).order_by(Invoice.serial)))


@pytest.fixture
def october(on_both_engines, app_on, standing_clock):
    return Month(app_on(on_both_engines), 5)


def leaves(app) -> list[tuple[object, ...]]:
    """Tell all that the close of the only park leaves behind, but for ids."""
    with looking(app) as session:
        made = session.scalars(select(Invoice).order_by(Invoice.serial)).all()
        said = {
            key: (to, subject, body, name)
            for key, to, subject, body, name in session.execute(
                select(Letter.key, Letter.to, Letter.subject, Letter.body, LetterEnclosure.name).join(
                    LetterEnclosure, LetterEnclosure.letter_id == Letter.id
                )
            )
        }
        trail = dict(
            session.execute(
                select(AuditEntry.subject_id, AuditEntry.after).where(AuditEntry.action == "invoice.issued")
            ).all()
        )
        billed = [
            sorted(
                session.scalars(select(Charge.amount).where(Charge.invoice_id == one.id)),
                key=lambda amount: amount.fen,
            )
            for one in made
        ]
    return [
        (
            one.number, one.total, one.tax, one.tax_lines, one.buyer["name"], one.seller, one.due_on,
            [item["text"] for item in one.left_out], said[f"invoice:{one.id}"], trail[one.id], lines,
        )
        for one, lines in zip(made, billed, strict=True)
    ]  # fmt: skip


def close_a_mixed_month(app, clock, at_once, monkeypatch):
    """Close a month with plain bills, one in dispute, one of nothing, one that follows from September."""
    monkeypatch.setattr(invoices, "AT_ONCE", at_once)
    use_ports(app, printer=Press())
    with open_session(app) as session:
        world = World(session, CLOSING_DAY)
        park = world.park(code="QPW")
        room = world.space(world.area(park))
        tenants = [world.enterprise(park, name=name) for name in "甲乙丙丁戊己庚"]
        for number, one in enumerate(tenants):
            line(session, room, one, 1234 * number)
            line(session, room, one, 4000, date(2026, 10, 20), vat_permille=90)
        asked = line(session, room, tenants[2], 7777)
        question(session, asked, world.member(tenants[2]))
        line(session, room, tenants[3], 300, date(2026, 9, 30))
        line(session, room, tenants[4], -9_999_999, note="更正")
        session.add(
            MonthClose(
                park_id=park.id,
                month_key=202609,
                closed_at=CLOSING_DAY,
                closed_by="管理员",
                finished_at=CLOSING_DAY,
            )
        )
        session.commit()
    close(app, clock, park)
    return leaves(app)


def test_together_is_the_same_as_one_by_one(
    sqlite_database, postgres_database, app_on, standing_clock, monkeypatch
):
    together = close_a_mixed_month(app_on(sqlite_database), standing_clock, 10, monkeypatch)
    apart = close_a_mixed_month(app_on(postgres_database), standing_clock, 1, monkeypatch)
    assert len(together) == 6
    assert together == apart


def test_who_makes_an_invoice_meanwhile_takes_its_number_and_nobody_is_billed_twice(october, standing_clock):
    last = october.tenants[-1].id

    def somebody_bills_the_last():
        with open_session(october.app) as session:
            issue_invoice(session, last, OCTOBER, Press(), invoice_letter, by=BY, now=CLOSING_DAY)
            session.commit()

    use_ports(october.app, printer=Meddler(somebody_bills_the_last))
    made = close(october.app, standing_clock, october.park)
    assert (len(made.numbers), made.failed, made.finished) == (4, {}, True)
    assert [one.number for one in october.invoices()] == [f"QPW-2026-{n:05d}" for n in range(1, 6)]
    assert october.invoices()[0].enterprise_id == last
    assert sorted(one.total.fen for one in october.invoices()) == [4000, 4001, 4002, 4003, 4004]


def test_a_line_that_changes_meanwhile_is_billed_as_it_is_then(october, standing_clock):
    first = october.lines[0]

    def somebody_takes_it_back():
        with open_session(october.app) as session:
            session.execute(update(Charge).where(Charge.id == first.id).values(superseded_at=CLOSING_DAY))
            tenant = session.get_one(Enterprise, first.enterprise_id)
            line(session, session.get_one(Space, first.space_id), tenant, 1700)

    use_ports(october.app, printer=Meddler(somebody_takes_it_back))
    close(october.app, standing_clock, october.park)
    assert {one.enterprise_id: one.total for one in october.invoices()}[first.enterprise_id] == Money(1700)
    assert len(october.invoices()) == 5


def test_a_line_that_comes_meanwhile_is_on_the_invoice(october, standing_clock):
    first = october.lines[0]

    def somebody_is_charged():
        with open_session(october.app) as session:
            tenant = session.get_one(Enterprise, first.enterprise_id)
            room = session.get_one(Space, first.space_id)
            line(session, room, tenant, 700, date(2026, 10, 31))

    use_ports(october.app, printer=Meddler(somebody_is_charged))
    close(october.app, standing_clock, october.park)
    assert {one.enterprise_id: one.total for one in october.invoices()}[first.enterprise_id] == Money(4700)


def test_a_question_asked_meanwhile_keeps_its_line_from_being_billed(october, standing_clock):
    first = october.lines[0]

    def somebody_asks():
        with open_session(october.app) as session:
            world = World(session, CLOSING_DAY)
            tenant = session.get_one(Enterprise, first.enterprise_id)
            question(session, session.get_one(Charge, first.id), world.member(tenant))

    use_ports(october.app, printer=Meddler(somebody_asks))
    close(october.app, standing_clock, october.park)
    assert first.enterprise_id not in {one.enterprise_id for one in october.invoices()}
    assert [one.number for one in october.invoices()] == [f"QPW-2026-{n:05d}" for n in range(1, 5)]


def test_nothing_is_kept_of_a_month_that_is_open(october, standing_clock):
    standing_clock.set(CLOSING_DAY)
    with october.app.app_context():
        session = db.session()
        park = session.get_one(Park, october.park.id)
        drafts = draft_batch(session, park, [one.id for one in october.tenants], OCTOBER, now=CLOSING_DAY)
        printed = [numbered_after(draft, last, Press()) for last, draft in enumerate(drafts)]
        with pytest.raises(NotAsReadError), transaction() as writing:
            issue_batch(writing, printed, invoice_letter, by=BY, now=CLOSING_DAY)
    assert not october.invoices()


def test_a_thousand_invoices_are_not_asked_for_one_by_one(app, world, session, standing_clock):
    few, many = (statements_of_a_close(app, world, session, count) for count in (10, 40))
    assert (many - few) / 30 <= 4


def statements_of_a_close(app, world, session, count: int) -> int:
    use_ports(app, printer=Press())
    park = world.park()
    room = world.space(world.area(park))
    ids = [line(session, room, world.enterprise(park), 4000).enterprise_id for _ in range(count)]
    seen: list[str] = []

    def note(*said: object) -> None:
        seen.append(str(said[2]))

    with app.app_context():
        with transaction() as closing:
            close_month(closing, closing.get_one(Park, park.id), OCTOBER, by=BY, now=CLOSING_DAY)
        event.listen(db.engine, "before_cursor_execute", note)
        made = invoices.issue_all(park.id, OCTOBER, ids, by=BY)
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(made.numbers) == count
    return len(seen)
