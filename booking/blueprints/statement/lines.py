"""An entry of the statement, finished for the page: its bars, its lines in words, its history."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from booking.blueprints.kit.charts import UsePicture, use_bars
from booking.blueprints.kit.filters import clock_span, day, duration, moment, money
from booking.blueprints.kit.labels.prices import anchor_of, band_name, factor_text, per, permille_text
from booking.blueprints.kit.labels.spaces import parts_text
from booking.charges.explain import FeeExplained, RefundExplained, StorageExplained, UseExplained, explain
from booking.charges.models import Charge, ChargeKind, Dispute
from booking.charges.pricing import Quote
from booking.charges.statement import StatementEntry
from booking.charges.terms import MoveReason
from booking.language import gettext, local_name
from booking.tariffs.models import Basis
from booking.usage.models import Stay, StayCorrection
from booking.values import Money, Span


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One line in words; `may_ask` says that it can still be questioned."""

    id: int
    name: str
    reckoning: str
    amount: Money
    dispute: Dispute | None
    may_ask: bool
    moved: str  # why it is not what it was, where another use made it move


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry as the page shows it."""

    anchor: str
    title: str
    made_of: str  # the parts of a combined space, or ""
    glyph: str
    when: str
    who: str
    picture: UsePicture | None
    rule: str
    rows: list[StatementRow]
    total: Money
    in_question: Money  # not in the total
    running_sum: Money
    former: list[StatementRow]  # superseded lines
    former_picture: UsePicture | None
    corrections: list[StayCorrection]
    to_review: int | None  # the stay's id where its true end is still asked for


@dataclass(frozen=True, slots=True)
class Running:
    """A stay that goes on, with what it has cost until now."""

    title: str
    made_of: str
    glyph: str
    since: str
    who: str
    amount: Money | None
    detail: str


GLYPHS = {"workstation": "desk", "meeting_room": "room", "storage": "box", "hall": "hall"}


def shown_entry(entry: StatementEntry, zone: ZoneInfo, *, closed: bool, with_names: bool) -> ShownEntry:
    """Finish an entry; `closed` months take no questions."""
    line = entry.any_line
    stay, reviewing = entry.stay, entry.stay is not None and entry.stay.needs_review and not closed
    lines = [
        statement_row(one, entry.former(one), closed=closed) for one in (*entry.lines, *entry.adjustments)
    ]
    return ShownEntry(
        anchor=anchor_of(line.stay_id, line.reservation_id),
        title=local_name(line.space_name, line.space_name_en),
        made_of=parts_text(line.space_id),
        glyph=GLYPHS[line.space_kind.value],
        when=day(line.day),
        who=entry.member.name if with_names and entry.member else "",
        picture=_picture(line, zone) if entry.lines else None,
        rule=rule(line),
        rows=lines,
        total=entry.total,
        in_question=entry.in_question,
        running_sum=entry.running_sum,
        former=[statement_row(one, None, closed=True) for one in entry.superseded],
        former_picture=_picture(entry.superseded[-1], zone) if entry.superseded else None,
        corrections=stay.corrections if stay else [],
        to_review=stay.id if stay and reviewing else None,
    )


def statement_row(line: Charge, former: Charge | None, *, closed: bool) -> StatementRow:
    """Put one line into words; `former` is what it was before another use made it move."""
    settled = line.superseded_at is not None or line.invoice_id is not None or line.dispute is not None
    asks = not closed and not settled and bool(line.amount) and line.kind is not ChargeKind.ADJUSTMENT
    why = moved(line, former)
    return StatementRow(line.id, line_name(line), line_reckoning(line), line.amount, line.dispute, asks, why)


def running(stay: Stay, quote: Quote | None, *, with_names: bool) -> Running:
    """Finish a stay that goes on."""
    detail = ""
    if quote is not None:
        days = sum(line.days for line in quote.lines)
        detail = gettext("本月 %(count)s 天", count=days) if quote.per_day else duration(quote.minutes)
    return Running(
        title=local_name(stay.space.name, stay.space.name_en),
        made_of=parts_text(stay.space_id),
        glyph=GLYPHS[stay.space_kind.value],
        since=moment(stay.started_at),
        who=stay.member.name if with_names else "",
        amount=quote.total if quote else None,
        detail=detail,
    )


def _picture(line: Charge, zone: ZoneInfo) -> UsePicture:
    reserved = _span(line.reserved_starts_at, line.reserved_ends_at)
    used = _span(line.used_starts_at, line.used_ends_at)
    billed = _span(line.billed_starts_at, line.billed_ends_at)
    if line.kind is ChargeKind.STORAGE:
        # The bars are the month's part: a lease may go on for years.
        clip = billed
        reserved = reserved.clipped(clip) if reserved and clip else None
        used = used.clipped(clip) if used and clip else clip
    text = _days_text if line.kind is ChargeKind.STORAGE else clock_span
    unreserved = gettext("未约定结束") if _is_open(line) else gettext("无预订")
    return use_bars(
        [
            (gettext("预订时间"), text(reserved) if reserved else unreserved, reserved),
            (gettext("使用时间"), text(used) if used else _unused(line), used),
            (gettext("计费时间"), text(billed) if billed else gettext("按报价"), billed),
        ],
        zone,
    )


def _unused(line: Charge) -> str:
    fee = line.kind in (ChargeKind.NO_SHOW, ChargeKind.LATE_CANCEL)
    return str(gettext("没有使用") if fee else gettext("不到一分钟"))


def _days_text(span: Span) -> str:
    """Write 11月1日 – 11月14日, both days included."""
    return f"{day(span.start)} – {day(span.end - timedelta(microseconds=1))}"


def _is_open(line: Charge) -> bool:
    return line.reserved_starts_at is not None and line.reserved_ends_at is None


def _span(start: datetime | None, end: datetime | None) -> Span | None:
    return Span(start, end) if start and end and end > start else None


def line_name(line: Charge) -> str:
    """Name what the line is for: a band, days of storage, a fee, or what was given back."""
    match explain(line):
        case UseExplained(band=band, minutes=minutes):
            return f"{band_name(band)} {duration(minutes)}"
        case StorageExplained(days=days):
            return str(gettext("存放 %(count)s 天", count=days))
        case FeeExplained(kind=kind):
            return str(gettext("未到") if kind is ChargeKind.NO_SHOW else gettext("迟取消"))
        case RefundExplained():
            return str(gettext("异议成立，退还"))


def line_reckoning(line: Charge) -> str:
    """Say how the amount comes about: × ¥80.00 每小时 × 0.6, free minutes, cap."""
    match explain(line):
        case UseExplained() as use:
            return " · ".join([_rate(use.rule.rate, Basis.HOUR), *_parts(use)])
        case StorageExplained(rule=rule):
            return _rate(rule.rate, rule.basis)
        case FeeExplained(quote=quote, permille=permille):
            facts = {"quote": money(quote), "share": permille_text(permille)}
            return str(gettext("报价 %(quote)s 的 %(share)s", **facts))
        case RefundExplained(note=note):
            return note


def _rate(rate: Money, basis: Basis) -> str:
    return f"{money(rate)} {per(basis)}"


def _parts(use: UseExplained) -> list[str]:
    parts = []
    if use.factor != 1:
        parts.append(factor_text(Fraction(use.factor)))
    if use.free_minutes:
        parts.append(gettext("免费 %(free)s", free=duration(use.free_minutes)))
    if use.capped:
        parts.append(gettext("封顶前 %(money)s", money=money(use.uncapped)))
    return parts


def moved(line: Charge, former: Charge | None) -> str:
    """Say why a line is not what it was, where another stay made it move, and from what to what."""
    if former is None:
        return ""
    now, before = explain(line), explain(former)
    if not isinstance(now, UseExplained) or not isinstance(before, UseExplained) or now.moved_by is None:
        return ""
    cause = now.moved_by
    facts = {
        "space": local_name(cause.space, cause.space_en),
        "day": day(cause.day),
        "before": money(before.amount),
        "after": money(now.amount),
    }
    if cause.why is MoveReason.CORRECTED:
        begun = gettext("%(day)s“%(space)s”的使用更正了", **facts)
    else:
        begun = gettext("%(day)s“%(space)s”的使用后来才补记", **facts)
    if now.free_minutes != before.free_minutes:
        free = {"free": duration(before.free_minutes), "now": duration(now.free_minutes)}
        how = gettext("免费额度按结束先后重排：免费 %(free)s 变为 %(now)s，", **free)
    else:
        how = gettext("当天封顶按先后重算，")
    return f"{begun}{gettext('，')}{how}{gettext('%(before)s 变为 %(after)s。', **facts)}"


def rule(line: Charge) -> str:
    """Say the rule that the whole entry was priced by."""
    match explain(line):
        case UseExplained(rule=metered):
            said = gettext(
                "按实际使用计：末尾补足到 %(step)s的整数倍，最短 %(least)s。",
                step=duration(metered.step_minutes),
                least=duration(metered.minimum_minutes),
            )
            cap = metered.daily_cap
            return said if cap is None else said + gettext("同一空间每天最多 %(cap)s。", cap=money(cap))
        case StorageExplained():
            return str(gettext("按用到的每一天计，含首尾两天；跨月的，各月计各月的天数。"))
        case FeeExplained() | RefundExplained():
            return str(gettext("预订仍保留在记录里，费用按当时看到的报价计。"))
