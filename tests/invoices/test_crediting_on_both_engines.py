"""The database itself refuses to take back more than was billed, whoever writes and however many at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from booking.charges.models import Charge
from booking.db import transaction
from booking.invoices.issue_credit_note import CreditNotePorts, issue_credit_note
from booking.invoices.models import CreditNote, CreditNoteLine, Invoice
from booking.invoices.rules import LineCreditedTooMuch, NothingLeftToCredit
from booking.letters.billing import credit_letter
from booking.payments.balance import settle
from booking.values import Money, Refusal
from tests.harness.app import open_session
from tests.harness.months import BY, CLOSING_DAY, Press, close, line, looking, use_ports
from tests.harness.world import World


@pytest.fixture
def billed(on_both_engines, app_on, standing_clock):
    """Make an app with an invoice of two lines, 128.80 and a discount of 8.80; gives it with its ids."""
    app = app_on(on_both_engines)
    use_ports(app, printer=Press())
    with open_session(app) as session:
        world = World(session, CLOSING_DAY)
        park = world.park(code="QPW")
        room, tenant = world.space(world.area(park)), world.enterprise(park)
        ids = [line(session, room, tenant, amount).id for amount in (12880, -880)]
        close(app, standing_clock, park)
        return app, session.scalars(select(Invoice.id)).one(), ids


def credit(app, invoice_id, picks):
    with app.app_context(), transaction() as session:
        return issue_credit_note(
            session, invoice_id, picks, "设备故障", CreditNotePorts(Press(), credit_letter, settle),
            idempotency_key=None, by=BY, now=CLOSING_DAY,
        ).id  # fmt: skip


def test_two_who_credit_a_line_at_once_take_back_no_more_than_was_billed(billed):
    app, invoice_id, (charge_id, _) = billed
    together = threading.Barrier(4)

    def run(_number):
        together.wait()
        try:
            return credit(app, invoice_id, {charge_id: Money(7000)})
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(run, range(4)))
    refusals = [one for one in answers if isinstance(one, Refusal)]
    assert refusals == [LineCreditedTooMuch(charge_id, Money(5880), Money(7000))] * 3
    with looking(app) as session:
        assert [one.amount for one in session.scalars(select(CreditNoteLine))] == [Money(7000)]
    credit(app, invoice_id, None)
    with pytest.raises(NothingLeftToCredit):
        credit(app, invoice_id, None)


@pytest.mark.parametrize(
    ("which", "amount"),
    [(0, 5881), (0, -1), (1, 1), (1, -881)],
    ids=["more than is left", "the wrong way", "a discount the wrong way", "more than the discount"],
)
def test_the_database_refuses_a_line_beyond_what_was_billed(billed, which, amount):
    app, invoice_id, ids = billed
    note = credit(app, invoice_id, {ids[0]: Money(7000)})
    with open_session(app) as session:
        more = another_note(session, note, Money(1))
        session.add(CreditNoteLine(credit_note_id=more.id, charge_id=ids[which], amount=Money(amount)))
        with pytest.raises(IntegrityError, match="credit_note_line_within_charge"):
            session.flush()


def another_note(session, note_id, amount):
    """Write a note beside another, past the verb."""
    kept = session.get_one(CreditNote, note_id)
    facts = {name: getattr(kept, name) for name in ("park_id", "invoice_id", "year", "issued_at", "tax")}
    facts |= {"serial": 9, "number": "X-9", "reason": "x", "document_id": kept.document_id}
    more = CreditNote(**facts, amount=amount)
    session.add(more)
    session.flush()
    return more


def test_the_database_refuses_a_line_of_another_invoice(billed):
    app, invoice_id, ids = billed
    note = credit(app, invoice_id, {ids[0]: Money(100)})
    with open_session(app) as session:
        charge = session.get_one(Charge, ids[0])
        names = [name for name in Charge.__table__.columns.keys() if name not in {"id", "invoice_id"}]  # noqa: SIM118
        stray = Charge(**{name: getattr(charge, name) for name in names})
        session.add(stray)
        session.flush()
        session.add(CreditNoteLine(credit_note_id=note, charge_id=stray.id, amount=Money(1)))
        with pytest.raises(IntegrityError, match="credit_note_line_within_charge"):
            session.flush()


def test_the_database_refuses_notes_beyond_their_invoice_and_changes_none(billed):
    app, invoice_id, ids = billed
    note = credit(app, invoice_id, {ids[0]: Money(7000)})
    with open_session(app) as session:
        with pytest.raises(IntegrityError, match="credit_note_within_invoice"):
            another_note(session, note, Money(5001))
        session.rollback()
        for statement in ("UPDATE credit_note SET tax_lines = '[]'", "DELETE FROM credit_note_line"):
            with pytest.raises(IntegrityError, match="never_"):
                session.execute(text(statement))
            session.rollback()
