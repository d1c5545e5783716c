"""Screen, mail and paper tell the same facts of one line, because all of them ask the line."""

import io
import re

import pytest
from pypdf import PdfReader

from booking.charges.charge_fee import charge_fee
from booking.charges.explain import FeeExplained, UseExplained, explain
from booking.charges.models import ChargeKind
from booking.gateways.typst.printer import TypstPrinter
from booking.invoices.issue_credit_note import CreditNotePorts, issue_credit_note
from booking.invoices.models import Invoice
from booking.letters.billing import credit_letter
from booking.mail.models import Letter
from booking.payments.balance import settle
from booking.people.models import Role, Size
from booking.tariffs.in_force import tariff_in_force
from booking.values import Money
from booking.values.writing import money_text
from tests.harness.months import BY, NEXT_CLOSING_DAY, NOVEMBER, Press, close, use_ports
from tests.harness.stays import at, lines_of, reserved, used
from tests.harness.times import SHANGHAI

DAY = "2026-11-02"


def plain(text: str) -> str:
    """Leave out tags and blanks, which each outlet sets as it likes."""
    return re.sub(r"<[^>]*>|\s", "", text)


@pytest.fixture
def told(app, world, session, sign_in, standing_clock):
    """Use a room in two bands, with free minutes and up to the cap, and do not turn up once."""
    park = world.park()
    tariff = {"allowances": {Size.SMALL: 24}, "daily_cap": Money.yuan(100), "no_show_permille": 500}
    world.tariff(park, **tariff)
    manager = world.member(world.enterprise(park), Role.MANAGER)
    room = world.space(world.area(park))
    used(session, room, manager, at(DAY, "16:36"), at(DAY, "18:17"))
    used(session, room, manager, at(DAY, "20:00"), at(DAY, "20:05"))
    missed = reserved(session, room, manager, at("2026-11-03", "14:00"), at("2026-11-03", "15:00"), 8000)
    snapshot = tariff_in_force(session, room, at("2026-11-03", "14:00").date())
    charge_fee(session, missed, ChargeKind.NO_SHOW, 500, snapshot, now=at("2026-11-03", "14:15"))
    session.commit()
    lines = [explain(line) for line in lines_of(session)]
    screen = sign_in(manager).get("/statement?month=2026-11").text
    press = Press()
    use_ports(app, printer=press)
    close(app, standing_clock, park, NOVEMBER, NEXT_CLOSING_DAY)
    session.expire_all()
    invoice = session.query(Invoice).one()
    ports = CreditNotePorts(press, credit_letter, settle)
    now = {"by": BY, "now": NEXT_CLOSING_DAY}
    with app.test_request_context():
        issue_credit_note(session, invoice.id, None, "测试", ports, idempotency_key=None, **now)
    mail = session.query(Letter).filter(Letter.key.startswith("credit-note")).one()
    papers = TypstPrinter().invoice(press.sheets[0]), TypstPrinter().credit_note(press.sheets[1])
    texts = ["".join(page.extract_text() for page in PdfReader(io.BytesIO(one)).pages) for one in papers]
    screens = {"screen": screen, "mail": mail.body, "invoice": texts[0], "credit note": texts[1]}
    return lines, {name: plain(text) for name, text in screens.items()}


def clock(instant):
    return f"{instant.astimezone(SHANGHAI):%H:%M}"


def length(minutes):
    hours, rest = divmod(minutes, 60)
    return (f"{hours}小时" if hours else "") + (f"{rest}分" if rest else "")


def test_the_lines_are_what_this_is_about(told):
    lines, _ = told
    uses = [one for one in lines if isinstance(one, UseExplained)]
    assert [(one.minutes, one.free_minutes, one.amount, one.capped) for one in uses] == [
        (84, 24, Money.yuan(80), False),
        (21, 0, Money(1680), False),
        (30, 0, Money(320), True),
    ]
    assert [one.raised_to_minimum for one in uses] == [False, False, True]
    assert [(one.quote, one.permille) for one in lines if isinstance(one, FeeExplained)] == [
        (Money(8000), 500)
    ]


def test_every_outlet_tells_amounts_times_and_bands(told):
    lines, outlets = told
    for one in lines:
        for name, text in outlets.items():
            assert money_text(one.amount) in text, (name, one)
            if isinstance(one, UseExplained):
                assert f"{clock(one.used.start)}–{clock(one.used.end)}" in text, (name, one)
                assert ("错时" if one.factor != 1 else "标准") in text, (name, one)
            else:
                assert f"报价{money_text(one.quote)}的{one.permille // 10}%" in text, (name, one)


def test_screen_and_invoice_tell_minutes_price_factor_free_minutes_and_cap(told):
    lines, outlets = told
    for one in (one for one in lines if isinstance(one, UseExplained)):
        for name in ("screen", "invoice"):
            text = outlets[name]
            assert length(one.minutes) in text, (name, one)
            assert money_text(one.rule.rate) in text, (name, one)
            assert money_text(one.rule.daily_cap) in text, (name, one)
            assert f"{clock(one.billed.start)}–{clock(one.billed.end)}" in text, (name, one)
            if one.factor != 1:
                assert f"×{one.factor.normalize():f}" in text, (name, one)
            if one.free_minutes:
                assert re.search(f"免费(额度)?{length(one.free_minutes)}", text), (name, one)
            if one.raised_to_minimum:
                assert re.search(f"(最短|最少计){one.rule.minimum_minutes}分", text), (name, one)
