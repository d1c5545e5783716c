"""What happens in the demo at a month's end: questions, closing, payments, credit notes, letters."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.audit.actions import Actor
from booking.charges.dispute import answer_dispute, dispute
from booking.charges.models import Charge, ChargeKind, Outcome
from booking.demo.diary import Diary
from booking.demo.savings_and_cycle import report_month, settle_quarters
from booking.demo.tenants import Household
from booking.invoices.billable_lines import enterprises_to_invoice, lines_of_invoice
from booking.invoices.close_month import close_month, finish_month, review_ends
from booking.invoices.issue_credit_note import CreditNotePorts, issue_credit_note
from booking.invoices.issue_invoice import issue_invoice
from booking.invoices.models import Invoice
from booking.jobs.letters import TOKEN_BYTES, envelope
from booking.letters.billing import answer_letter, credit_letter, invoice_letter
from booking.mail.models import Letter
from booking.mail.outbox import lock_letter, settle_letter
from booking.mail.queries import due_letters
from booking.mail.transport import Transport
from booking.parks.queries import park_calendar
from booking.payments.balance import balance_of, settle
from booking.payments.transfers import record_payment, reverse_payment
from booking.people.models import Member
from booking.ports import Ports
from booking.spaces.models import Kind
from booking.values import Money, Month, local_day


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """A month with how many months ago it was, and whether its report is signed once it is closed."""

    month: Month
    age: int
    is_signed: bool


def month_plans(diary: Diary, months: Iterable[tuple[Month, int]], now: datetime) -> list[MonthPlan]:
    """Say of each month what becomes of it by now: the last one closed is left to be signed."""
    pairs = list(months)
    last = max((month for month, _age in pairs if closes_at(diary, month) < now), default=None)
    return [MonthPlan(month, age, last is not None and month < last) for month, age in pairs]


def closes_at(diary: Diary, month: Month) -> datetime:
    """Tell when the administrator closes a month: once its review is over, on a working day."""
    ends = review_ends(diary.session, diary.park, month)
    calendar = park_calendar(diary.session, diary.park.id)
    while not calendar.is_working_day(ends):
        ends += timedelta(days=1)
    return datetime.combine(ends, time(10), tzinfo=month.zone)


LATE_PAYER, CREDITED, DOUBTFUL, OPEN_QUESTION = "桐隐", "霁蓝", "鹿鸣坞", "苔原"
QUESTIONS = (
    # months before the running one, day, who asks, what, answered how (None: not yet), with which words
    (5, 18, DOUBTFUL, "当天提前离开并签退，为何计到整点？", Outcome.DECLINED, "按 15 分钟计费单位向上取整，与签退记录一致。"),
    (3, 21, "栎芽", "设备故障，实际未能使用，请核减。", Outcome.GRANTED, "经核实投影故障，予以退回。"),
    (1, 24, OPEN_QUESTION, "这次是园区活动占用，不应由我司承担。", None, ""),
    (0, 9, "栎芽", "当天改到隔壁会议室，请核对这一笔。", None, ""),
)  # fmt: skip


def plan_month(diary: Diary, plan: MonthPlan, households: Sequence[Household], ports: Ports) -> None:
    """Plan a month's questions and, once its review is over, its close."""
    month, age = plan.month, plan.age
    for number, (months, day, word, words, outcome, answer) in enumerate(QUESTIONS):
        if months == age:
            asker = next(one for one in households if one.tenant.word == word)
            when = datetime.combine(
                month.first_day.replace(day=day), time(15, 10 + number), tzinfo=month.zone
            )
            act = partial(_ask, diary, asker, month, words, outcome, answer)
            diary.at(when, act)
    begins = datetime.combine(month.first_day, time(0, 10), tzinfo=month.zone)
    diary.at(begins, lambda now: settle_quarters(diary, now))
    diary.at(closes_at(diary, month), lambda now: _close(diary, plan, households, ports, now))


def _ask(
    diary: Diary,
    asker: Household,
    month: Month,
    words: str,
    outcome: Outcome | None,
    answer: str,
    now: datetime,
) -> None:
    line = diary.session.scalar(
        select(Charge.id)
        .where(Charge.enterprise_id == asker.enterprise.id, Charge.month_key == month.key)
        .where(Charge.kind == ChargeKind.USE, Charge.superseded_at.is_(None), Charge.invoice_id.is_(None))
        .where(Charge.amount > Money.zero(), Charge.amount < Money.yuan(90))
        .order_by(Charge.amount.desc(), Charge.id.desc())
        .limit(1)
    )
    if line is None:
        return
    asked = dispute(diary.session, line, words, by=diary.manager(asker), now=now)
    diary.done["questioned"] += 1
    if outcome is not None:
        diary.at(
            now + timedelta(hours=19),
            lambda now: _answer(diary, asked.id, outcome, answer, now),
        )


def _answer(diary: Diary, dispute_id: int, outcome: Outcome, words: str, now: datetime) -> None:
    answer_dispute(diary.session, dispute_id, outcome, words, answer_letter, by=diary.admin, now=now)


def _close(
    diary: Diary, plan: MonthPlan, households: Sequence[Household], ports: Ports, now: datetime
) -> None:
    """Close the month, make every invoice, announce the report's draft; then the transfers come in."""
    session, park, month, age = diary.session, diary.park, plan.month, plan.age
    system = Actor.system("close months", park.id)
    close_month(session, park, month, by=diary.admin, now=now)
    for number, enterprise_id in enumerate(enterprises_to_invoice(session, park.id, month)):
        when = now + timedelta(seconds=2 * number)
        invoice = issue_invoice(
            session, enterprise_id, month, ports.printer, invoice_letter, by=system, now=when
        )
        if invoice is not None:
            diary.done["invoiced"] += 1
            _plan_payment(diary, ports, invoice, _word(households, enterprise_id), age, now)
    finish_month(session, park, month, by=system, now=now + timedelta(minutes=2))
    diary.at(
        now + timedelta(minutes=6),
        lambda now: report_month(diary, month, ports, is_signed=plan.is_signed, now=now),
    )


def _word(households: Sequence[Household], enterprise_id: int) -> str:
    return next(one.tenant.word for one in households if one.enterprise.id == enterprise_id)


def _plan_payment(diary: Diary, ports: Ports, invoice: Invoice, word: str, age: int, now: datetime) -> None:
    """Most transfer within two weeks; one is late with the month before last."""
    if word == CREDITED and age == 2:
        diary.at(now + timedelta(days=2, hours=4), partial(_credit, diary, ports, invoice.id))
    if word == LATE_PAYER and age <= 2:
        return
    days = diary.random.choice((3, 5, 6, 7, 9, 11, 13, 14))
    when = now + timedelta(days=days, minutes=diary.random.randrange(360))
    diary.at(when, partial(_pay, diary, invoice.id))
    if word == CREDITED and age == 2:
        diary.at(now + timedelta(days=1), partial(_book_wrongly, diary, invoice.id))


def _pay(diary: Diary, invoice_id: int, now: datetime) -> None:
    invoice = diary.session.get_one(Invoice, invoice_id)
    owed = balance_of(diary.session, invoice).owed
    if not owed:
        return
    day = local_day(now, diary.park.zone)
    reference = f"转账 {day:%m%d}{invoice.serial:04d}"
    record_payment(
        diary.session, invoice_id, owed, day, reference, idempotency_key=None, by=diary.admin, now=now
    )
    diary.done["paid"] += 1


WRONG_PAYMENT_REASON = "这笔转账是另一家企业的，登记错了账单"


def _book_wrongly(diary: Diary, invoice_id: int, now: datetime) -> None:
    """Book another enterprise's transfer on this invoice, and see it an hour later."""
    day = local_day(now, diary.park.zone)
    payment = record_payment(
        diary.session, invoice_id, Money.yuan(20), day, f"转账 {day:%m%d}9001",
        idempotency_key=None, by=diary.admin, now=now,
    )  # fmt: skip

    def mend(now: datetime) -> None:
        reverse_payment(diary.session, payment.id, WRONG_PAYMENT_REASON, by=diary.admin, now=now)
        diary.done["reversed"] += 1

    diary.at(now + timedelta(hours=1), mend)


def _a_day_in_a_meeting_room(diary: Diary, invoice_id: int) -> dict[int, Money]:
    """Pick the lines of the dearest day in a meeting room, or elsewhere if there is none, up to 80 yuan."""
    lines = lines_of_invoice(diary.session, invoice_id)
    dearest = max(
        lines,
        key=lambda line: (line.amount > Money.zero(), line.space_kind is Kind.MEETING_ROOM, line.amount),
    )
    left, picks = Money.yuan(80), {}
    for line in lines:
        same_day = (line.space_id, line.day) == (dearest.space_id, dearest.day)
        if same_day and (amount := min(line.amount, left)) > Money.zero():
            picks[line.id], left = amount, left - amount
    return picks


CREDIT_REASON = "会议室投影故障，按约定减免当日费用"


def _credit(diary: Diary, ports: Ports, invoice_id: int, now: datetime) -> None:
    issue_credit_note(
        diary.session,
        invoice_id,
        _a_day_in_a_meeting_room(diary, invoice_id),
        CREDIT_REASON,
        CreditNotePorts(ports.printer, credit_letter, settle),
        idempotency_key=None,
        by=diary.admin,
        now=now,
    )
    diary.done["credited"] += 1


MANY = 10_000  # a minute
ON_THE_WAY = timedelta(seconds=15)
KEPT = timedelta(days=45)
READ_WITHIN = timedelta(days=7)


def carry_letters(session: Session, transport: Transport, until: datetime, now: datetime) -> None:
    """Deliver what was due by then, each a few seconds after it was; everybody reads what is a week old.

    What was sent long before `now` is in the post book alone: nobody looks for its file.
    """
    read = update(Member).values(inbox_read_at=until - READ_WITHIN)
    session.execute(read.execution_options(synchronize_session=False))
    ids = due_letters(session, until, MANY)
    letters = session.scalars(select(Letter).where(Letter.id.in_(ids)).order_by(Letter.due_at, Letter.id))
    for letter in letters.all():
        when = letter.due_at + ON_THE_WAY
        if when < now - KEPT:
            settle_letter(session, letter.id, None, now=when)
        elif lock_letter(session, letter.id, per_minute=MANY, now=when) is not None:
            transport.deliver(envelope(session, letter, secrets.token_urlsafe(TOKEN_BYTES), now=when))
            settle_letter(session, letter.id, None, now=when)
