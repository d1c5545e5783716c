"""What the month bills is what the rules say of the stays as they finally stand, whatever came first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from random import Random
from threading import Barrier

import pytest

from booking.charges.dispute import answer_dispute, dispute
from booking.charges.models import Charge, ChargeKind, Dispute, MonthClose, Outcome
from booking.charges.statement import statement
from booking.db import transaction
from booking.invoices.billable_lines import billable_lines
from booking.letters.billing import answer_letter
from booking.people.models import Role, Size
from booking.tariffs.rating import MeasuredStay, rate_all
from booking.tariffs.terms import Terms
from booking.usage.check_in import check_in
from booking.usage.check_out import end_forgotten
from booking.usage.correct_stay import correct_stay, state_true_end
from booking.usage.models import Stay
from booking.usage.rules import NothingToCorrect, OverlapsAnotherStay
from booking.values import Money, Month, WorkCalendar
from tests.harness.app import open_session
from tests.harness.stays import CHARGER, actor, at, reserved, used
from tests.harness.times import SHANGHAI, TUESDAY
from tests.harness.world import World
from tests.tariffs.oracle import price

DAY, LATER = "2026-11-03", "2026-11-20"
NOVEMBER = Month(2026, 11, SHANGHAI)


class Book:
    """An enterprise with free minutes and a daily cap, and the ways to change what it used."""

    def __init__(self, app, session, **facts) -> None:
        self.app, self.session, self.world = app, session, World(session, TUESDAY)
        self.park = self.world.park()
        self.world.rule(self.park, opens_minute=0, closes_minute=24 * 60)
        figures = {"bands": [], "allowances": {Size.SMALL: 60}} | facts
        self.world.tariff(self.park, **figures)
        self.area = self.world.area(self.park)
        self.room = self.world.space(self.area, name="兰亭", name_en="Orchid")
        self.enterprise = self.world.enterprise(self.park)
        self.member = self.world.member(self.enterprise, Role.MANAGER)
        self.by = actor(self.world.member(self.park))

    def use(self, start, end, space=None, day=DAY):
        return used(self.session, space or self.room, self.member, at(day, start), at(day, end))

    def correct(self, stay, start, end, day=DAY):
        facts = {"charger": CHARGER, "by": self.by, "now": at(LATER)}
        correct_stay(self.session, stay.id, at(day, start), at(day, end), "门禁记录", **facts)
        self.session.commit()

    def live(self):
        found = self.session.query(Charge).filter_by(superseded_at=None, kind=ChargeKind.USE)
        return found.order_by(Charge.stay_id, Charge.day, Charge.id).populate_existing().all()

    def free_and_fen(self):
        return [(line.free_minutes, line.amount.fen) for line in self.live()]

    def ask(self, line, words="当日空调故障"):
        question = dispute(self.session, line.id, words, by=actor(self.member), now=at(LATER))
        self.session.commit()
        return question

    def grant(self, question, amount=None):
        with self.app.test_request_context():
            answer_dispute(
                self.session, question.id, Outcome.GRANTED, "同意", answer_letter,
                by=self.by, now=at(LATER), amount=amount,
            )  # fmt: skip
        self.session.commit()

    def statement(self):
        return statement(self.session, self.park, self.enterprise, NOVEMBER, now=at(LATER))


@pytest.fixture
def open_book(on_both_engines, app_on, standing_clock):
    app = app_on(on_both_engines)
    with open_session(app) as session:
        yield lambda **facts: Book(app, session, **facts)


def test_the_worked_example(open_book):
    """60 free minutes, 80.00 an hour, an hour and an hour and half an hour, then three corrections."""
    book = open_book()
    first, second, third = book.use("09:00", "10:00"), book.use("10:00", "11:00"), book.use("11:00", "11:30")
    assert book.free_and_fen() == [(60, 0), (0, 8000), (0, 4000)]
    book.correct(first, "09:00", "09:30")
    assert book.free_and_fen() == [(30, 0), (30, 4000), (0, 4000)]
    book.correct(third, "11:00", "12:30")
    assert book.free_and_fen() == [(30, 0), (30, 4000), (0, 12000)]
    book.correct(first, "13:00", "14:00")
    assert book.free_and_fen() == [(0, 8000), (60, 0), (0, 12000)], "now the second ends first"
    assert book.statement().total == Money.yuan(200)
    assert [free.left for free in book.statement().free] == [0]
    assert (
        sum(line.amount.fen for line in billable_lines(book.session, book.enterprise.id, NOVEMBER)) == 20000
    )
    assert second.version == 2, "the second stay itself was never touched"


def test_a_forgotten_stay_takes_the_free_minutes_of_its_end_not_of_its_discovery(open_book):
    book = open_book()
    row = reserved(book.session, book.room, book.member, at(DAY, "09:00"), at(DAY, "10:00"))
    facts = {"park": book.park, "charger": CHARGER, "by": actor(book.member), "now": at(DAY, "09:00")}
    forgotten = check_in(book.session, row.id, **facts)
    book.session.commit()
    elsewhere = book.world.space(book.area)
    book.use("09:30", "10:30", elsewhere)
    assert book.free_and_fen() == [(60, 0)]
    end_forgotten(book.session, forgotten.id, charger=CHARGER, now=at(DAY, "11:00"))
    book.session.commit()
    assert book.free_and_fen() == [(60, 0), (0, 8000)]
    state_true_end(
        book.session, forgotten.id, at(DAY, "09:30"), charger=CHARGER, by=book.by, now=at(DAY, "12:00")
    )
    book.session.commit()
    assert book.free_and_fen() == [(30, 0), (30, 4000)]


def test_the_daily_cap_follows_too(open_book):
    book = open_book(allowances={}, daily_cap=Money.yuan(200))
    first, _, _ = book.use("09:00", "11:00"), book.use("11:00", "12:00"), book.use("12:00", "13:00")
    assert book.free_and_fen() == [(0, 16000), (0, 4000), (0, 0)]
    book.correct(first, "09:00", "10:00")
    assert book.free_and_fen() == [(0, 8000), (0, 8000), (0, 4000)]
    book.correct(first, "08:00", "11:00")
    assert book.free_and_fen() == [(0, 20000), (0, 0), (0, 0)]


def test_a_closed_month_stays_as_it_is(open_book):
    book = open_book()
    night = used(book.session, book.room, book.member, at("2026-10-31", "22:00"), at("2026-10-31", "23:00"))
    over = reserved(
        book.session,
        book.world.space(book.area),
        book.member,
        at("2026-10-31", "21:00"),
        at("2026-10-31", "22:00"),
    )
    facts = {
        "park": book.park,
        "charger": CHARGER,
        "by": actor(book.member),
        "now": at("2026-10-31", "21:00"),
    }
    stay = check_in(book.session, over.id, **facts)
    book.session.add(
        MonthClose(park_id=book.park.id, month_key=202610, closed_at=at("2026-11-05"), closed_by="测试")
    )
    book.session.commit()
    end_forgotten(book.session, stay.id, charger=CHARGER, now=at("2026-11-06"))
    book.session.commit()
    found = {line.stay_id: (line.free_minutes, line.amount.fen) for line in book.live()}
    assert found == {night.id: (60, 0), stay.id: (0, 8000)}, (
        "it comes after what is closed, and is billed next"
    )


def test_what_is_asked_goes_with_its_line_and_is_left_out_of_the_invoice_still(open_book):
    book = open_book()
    first = book.use("09:00", "10:00")
    book.use("10:00", "11:00")
    question = book.ask(book.live()[1])
    book.correct(first, "09:00", "09:30")
    moved = book.live()[1]
    assert (moved.free_minutes, moved.amount) == (30, Money.yuan(40))
    book.session.refresh(question)
    assert question.charge_id == moved.id
    assert [line.in_dispute for line in billable_lines(book.session, book.enterprise.id, NOVEMBER)] == [
        False,
        True,
    ]
    book.grant(question)
    assert sum(line.amount.fen for line in billable_lines(book.session, book.enterprise.id, NOVEMBER)) == 0


@pytest.mark.parametrize(
    ("back", "before", "after"),
    [(None, 0, 0), (Money.yuan(10), 7000, 3000), (Money.yuan(60), 2000, 0)],
)
def test_what_was_given_back_stays_given_back_up_to_the_line(open_book, back, before, after):
    """A line of 80.00 becomes one of 40.00: all stays all, ten stays ten, sixty is the forty there are."""
    book = open_book()
    first = book.use("09:00", "10:00")
    book.use("10:00", "11:00")
    book.grant(book.ask(book.live()[1]), back)
    assert book.statement().total == Money(before)
    book.correct(first, "09:00", "09:30")
    assert book.statement().total == Money(after)
    assert book.free_and_fen() == [(30, 0), (30, 4000)], "money is given back, time is not"
    book.correct(first, "12:00", "12:30")
    assert book.free_and_fen() == [(0, 4000), (60, 0)], (
        "now the other is free, and nothing to give back of it"
    )
    assert book.statement().total == Money.yuan(40)
    book.correct(first, "09:00", "10:00")
    assert book.free_and_fen() == [(60, 0), (0, 8000)]
    assert book.statement().total == Money(before), "as if the others had never been corrected"


def test_a_line_that_moved_says_why_and_its_former_figures_stay(open_book):
    book = open_book()
    first = book.use("09:00", "10:00")
    second = book.use("10:00", "11:00")
    book.correct(first, "09:00", "09:30")
    kept = book.session.query(Charge).filter_by(stay_id=second.id).order_by(Charge.id).all()
    assert [(line.amount, line.superseded_at is None) for line in kept] == [
        (Money.yuan(80), False),
        (Money.yuan(40), True),
    ]
    assert kept[1].stored_terms["moved_by"] == {
        "stay_id": first.id, "space": "兰亭", "space_en": "Orchid", "day": DAY, "why": "corrected",
    }  # fmt: skip
    assert "moved_by" not in kept[0].stored_terms


def test_what_did_not_move_is_not_written_again(open_book):
    book = open_book()
    book.use("09:00", "10:00")
    book.use("10:00", "11:00")
    last = book.use("11:00", "12:00")
    before = [line.id for line in book.live()]
    book.correct(last, "11:00", "11:30")
    assert [line.id for line in book.live()][:2] == before[:2]


def test_older_lines_that_do_not_keep_the_allowance_ask_their_tariff(open_book):
    book = open_book()
    first, second = book.use("09:00", "10:00"), book.use("10:00", "11:00")
    old = book.live()[1]
    copied = {name: getattr(old, name) for name in Charge.__mapper__.column_attrs.keys() if name != "id"}  # noqa: SIM118 - no dict
    old.superseded_at = at(DAY, "11:00")
    book.session.flush()
    later = {"version", "kind", "allowance_minutes"}
    copied["stored_terms"] = {key: value for key, value in old.stored_terms.items() if key not in later}
    book.session.add(Charge(**copied))
    book.session.commit()
    book.correct(first, "09:00", "09:30")
    assert book.free_and_fen() == [(30, 0), (30, 4000)]
    assert second.version == 2


BANDS = [("错时", "all", 18 * 60, 22 * 60, "0.6"), ("晨间", "working", 6 * 60, 8 * 60, "0.5")]


def clock(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


def expected(book, tariff):
    """Ask the minute-by-minute oracle what the stays as they stand now come to."""
    book.session.expire_all()
    stays = book.session.query(Stay).order_by(Stay.id).all()
    document = {
        "zone": "Asia/Shanghai",
        "tariff": tariff,
        "allowance_minutes": 150,
        "stays": [
            {
                "id": stay.id,
                "space": str(stay.space_id),
                "in": stay.started_at.isoformat(),
                "out": stay.ended_at.isoformat(),
            }
            for stay in stays
        ],
    }
    lines = price(document)["lines"]
    return sorted(
        (line["stay"], line["day"], line["band"], line["minutes"], line["free_minutes"], line["amount_fen"])
        for line in lines
    )


def charged(book):
    return sorted(
        (line.stay_id, line.day.isoformat(), line.band, line.minutes, line.free_minutes, line.amount.fen)
        for line in book.live()
    )


@pytest.mark.parametrize("seed", range(3))
def test_random_stays_and_random_corrections_come_to_a_fresh_rating(open_book, seed):
    """Stays in two rooms about midnight and the month's end, corrected in any order, against the oracle."""
    chance = Random(seed)
    book = open_book(bands=BANDS, allowances={Size.SMALL: 150}, daily_cap=Money.yuan(180))
    tariff = {
        "rate_fen_per_hour": 8000, "increment_minutes": 15, "minimum_minutes": 30, "daily_cap_fen": 18000,
        "bands": [
            {"name": name, "days": days, "from": clock(start), "to": clock(end), "factor": factor}
            for name, days, start, end, factor in BANDS
        ],
    }  # fmt: skip
    rooms = [book.room, book.world.space(book.area)]
    clocks = dict.fromkeys(range(2), at("2026-10-30", "16:00"))
    stays = []
    for _ in range(8):
        room = chance.randrange(2)
        start = clocks[room] + timedelta(minutes=chance.randrange(240))
        end = start + timedelta(minutes=chance.randrange(1, 200))
        clocks[room] = end
        if start.date() == end.date():
            stays.append(used(book.session, rooms[room], book.member, start, end))
    assert charged(book) == expected(book, tariff)
    for _ in range(12):
        stay = chance.choice(stays)
        start = stay.started_at + timedelta(minutes=chance.randrange(-90, 90))
        end = start + timedelta(minutes=chance.randrange(0, 240))
        with suppress(OverlapsAnotherStay, NothingToCorrect):
            facts = {"charger": CHARGER, "by": book.by, "now": at(LATER)}
            correct_stay(book.session, stay.id, start, end, "门禁记录", **facts)
        book.session.commit()
    assert charged(book) == expected(book, tariff)
    ids = [(line.stay_id, line.day, line.id) for line in book.live()]
    assert ids == sorted(ids)


def test_corrections_at_one_moment_come_to_a_fresh_rating(open_book):
    book = open_book()
    rooms = [book.world.space(book.area) for _ in range(4)]
    stays = [book.use("09:00", f"10:{number}0", room) for number, room in enumerate(rooms)]
    ready = Barrier(len(stays))

    def correct(number, stay_id):
        with book.app.app_context():
            ready.wait(10)
            with transaction() as session:
                facts = {"charger": CHARGER, "by": book.by, "now": at(LATER)}
                start, end = at(DAY, "09:00"), at(DAY, f"09:{50 - 10 * number}")
                correct_stay(session, stay_id, start, end, "门禁记录", **facts)

    with ThreadPoolExecutor(len(stays)) as pool:
        for done in [pool.submit(correct, *pair) for pair in enumerate([stay.id for stay in stays])]:
            done.result(30)
    book.session.expire_all()
    final = [
        MeasuredStay(stay.id, stay.space_id, stay.started_at, stay.ended_at)
        for stay in book.session.query(Stay).order_by(Stay.id)
    ]
    fresh = rate_all(final, Terms(8000, 15, 30), WorkCalendar(), SHANGHAI, allowance_minutes=60)
    assert book.free_and_fen() == [(line.free_minutes, line.amount.fen) for line in sorted(fresh)]
    assert book.session.query(Dispute).count() == 0
    assert date(2026, 11, 3) in {line.day for line in book.live()}
