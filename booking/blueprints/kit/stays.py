"""A stay, as its tenant and the front desk see it: what it costs, and a check-out that can be taken back.

Its price shows what was reserved, used and billed on one axis, the lines, and the rule in words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from flask import flash, get_flashed_messages

from booking import clock
from booking.blueprints.kit.charts import UsePicture, use_bars
from booking.blueprints.kit.filters import (
    clock as clock_text,
    clock_span,
    day,
    duration,
    money,
    month_text,
    span_text,
    zone,
)
from booking.blueprints.kit.labels.prices import band_name
from booking.blueprints.kit.labels.reservations import planned_text
from booking.blueprints.kit.session import actor, me, my_park
from booking.blueprints.messages import wording
from booking.charges.charge_fee import no_show_fee
from booking.charges.charge_stay import TariffCharger, live_lines
from booking.charges.explain import (
    DailyRule,
    PriceExplained,
    Rule,
    StorageExplained,
    UseExplained,
    explain,
    explain_price,
    explain_rule,
)
from booking.charges.models import Charge, ChargeKind
from booking.charges.pricing import Quote, running_costs
from booking.db import db, transaction
from booking.language import gettext
from booking.people.models import Role
from booking.reservations.models import Reservation
from booking.reservations.move_or_cancel import lapsed_at
from booking.reservations.queries import is_free
from booking.spaces.models import Kind, Space
from booking.usage.models import Ending, Stay
from booking.usage.rules import FreedTimeGone, may_be_undone_until
from booking.usage.stay_longer import undo_check_out
from booking.values import FAR_FUTURE, Money, Month, Refusal, Span


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line: which day (of a lease, which month), at what price, how much of it, what it comes to."""

    when: str
    band: str
    quantity: str
    amount: Money


@dataclass(frozen=True, slots=True)
class StayPrice:
    """A stay's price, finished for a page."""

    total: Money
    lines: tuple[PriceLine, ...]
    picture: UsePicture
    rule: str


def charged(stay: Stay, charges: Sequence[Charge], now: datetime) -> StayPrice:
    """Show what was charged: the lines as they were kept."""
    own = [line for line in charges if line.kind is not ChargeKind.ADJUSTMENT]
    billed = _billed([(line.billed_starts_at, line.billed_ends_at) for line in own])
    lines = [one for one in map(explain, own) if isinstance(one, UseExplained | StorageExplained)]
    rule = lines[0].rule if lines else None
    return _show(stay, lines, rule, billed, Money.total(line.amount for line in charges), now)


def running_price(stay: Stay, quote: Quote, now: datetime) -> StayPrice:
    """Show what it would be if it ended now."""
    billed = _billed([(line.billed_from, line.billed_to) for line in quote.lines])
    lines = [explain_price(line) for line in quote.lines]
    return _show(stay, lines, explain_rule(quote.snapshot), billed, quote.total, now)


def _show(
    stay: Stay,
    lines: Sequence[PriceExplained],
    rule: Rule | None,
    billed: Span | None,
    total: Money,
    now: datetime,
) -> StayPrice:
    return StayPrice(
        total=total,
        lines=tuple(_line(line) for line in lines),
        picture=_picture(stay, billed, now),
        rule=rule_label(rule, lines) if rule else "",
    )


def _picture(stay: Stay, billed: Span | None, now: datetime) -> UsePicture:
    picture = use_bars(_rows(stay, billed, now), zone())
    # A lease is counted in days: hours under its bars would say nothing.
    return replace(picture, ticks=()) if stay.space_kind is Kind.STORAGE else picture


def _billed(ends: Sequence[tuple[datetime | None, datetime | None]]) -> Span | None:
    starts = [start for start, _ in ends if start]
    stops = [end for _, end in ends if end]
    return Span(min(starts), max(stops)) if starts and stops and min(starts) < max(stops) else None


def _rows(stay: Stay, billed: Span | None, now: datetime) -> list[tuple[str, str, Span | None]]:
    reserved, used = _reserved(stay), _used(stay, now)
    if stay.reservation is None:
        plan = gettext("没有预订，直接使用")
    else:
        plan = planned_text(stay.reservation) if stay.reservation.open_ended else _when(reserved, stay)
    return [
        (gettext("预订时间"), plan, reserved),
        (gettext("实际使用"), _when(used, stay), used),
        (gettext("计费时间"), _when(billed, stay), billed),
    ]


def _reserved(stay: Stay) -> Span | None:
    """Give what was reserved; what has no end yet has no bar, which would be full on every day."""
    if stay.reservation is None:
        return None
    start, end = stay.reservation.starts_at, stay.reservation.ends_at
    if end >= FAR_FUTURE:
        end = stay.ended_at or start
    return Span(start, end) if end > start else None


def _used(stay: Stay, now: datetime) -> Span | None:
    end = stay.ended_at or now
    return Span(stay.started_at, end) if end > stay.started_at else None


INSTANT = timedelta(microseconds=1)


def _when(span: Span | None, stay: Stay) -> str:
    if span is None:
        return gettext("不到一分钟")
    if stay.space_kind is Kind.STORAGE:
        first, last = day(span.start), day(span.end - INSTANT)
        return first if first == last else gettext("%(first)s 至 %(last)s", first=first, last=last)
    return span_text(span) if span.length.days else clock_span(span)


def _line(line: PriceExplained) -> PriceLine:
    if isinstance(line, StorageExplained):
        month = month_text(Month.containing(line.first_day, zone()))
        return PriceLine(month, "", duration(line.days * 24 * 60), line.amount)
    quantity = duration(line.minutes)
    if line.free_minutes:
        free = duration(line.free_minutes)
        quantity = gettext("%(minutes)s，其中免费 %(free)s", minutes=quantity, free=free)
    return PriceLine(day(line.day), band_label(line.band, line.factor), quantity, line.amount)


def band_label(band: str, factor: Decimal) -> str:
    """Name a band with its factor: 标准, 错时 × 0.6."""
    name = band_name(band)
    return name if factor == 1 else f"{name} × {factor.normalize():f}"


def rule_label(rule: Rule, lines: Sequence[PriceExplained]) -> str:
    """Say how the amount comes about."""
    return gettext("；").join(_clauses(rule, lines)) + gettext("。")


def _clauses(rule: Rule, lines: Sequence[PriceExplained]) -> Iterator[str]:
    rate = money(rule.rate)
    if isinstance(rule, DailyRule):
        yield gettext("每天 %(rate)s，按自然日计", rate=rate)
        return
    yield gettext(
        "每小时 %(rate)s，按 %(step)s进位，最少计 %(least)s",
        rate=rate,
        step=duration(rule.step_minutes),
        least=duration(rule.least_minutes),
    )
    uses = [line for line in lines if isinstance(line, UseExplained)]
    yield from dict.fromkeys(band_label(use.band, use.factor) for use in uses if use.factor != 1)
    if free := sum(use.free_minutes for use in uses):
        yield gettext("本月免费额度抵扣 %(free)s", free=duration(free))
    if rule.daily_cap is not None and any(use.capped for use in uses):
        yield gettext("每天封顶 %(cap)s", cap=money(rule.daily_cap))


class FreshCheckOut(NamedTuple):
    """A check-out that its reader may still take back, and for how long; a little later none is left."""

    stay_id: int
    space: Space
    seconds: int  # 0: it is over
    left: str  # 1:40
    gone: str = ""  # why it is over before: the time is somebody else's


SAID_TO_BE_OVER = timedelta(minutes=10)


def fresh_check_out(stay: Stay, now: datetime) -> FreshCheckOut | None:
    """Give what is left of the two minutes, to who checked out and to the front desk; else None.

    Whoever comes back too late reads for a while that it is over, instead of looking for a button.
    """
    if stay.ended_at is None or stay.ending is not Ending.CHECKED_OUT:
        return None
    left = may_be_undone_until(stay.ended_at) - now
    whose = me().role is Role.ADMIN or me().id == stay.ended_by_id
    if left < -SAID_TO_BE_OVER or not whose or any(one.new_ended_at for one in stay.corrections):
        return None
    seconds = max(0, int(left.total_seconds()))
    if seconds and _is_given_away(stay, stay.ended_at, now):
        gone = FreedTimeGone(stay.space.name, stay.space.name_en)
        said = wording(gone)
        told = said in get_flashed_messages()  # and is not said again below
        return None if told else FreshCheckOut(stay.id, stay.space, 0, "", said)
    return FreshCheckOut(stay.id, stay.space, seconds, "{}:{:02}".format(*divmod(seconds, 60)))


def _is_given_away(stay: Stay, ended_at: datetime, now: datetime) -> bool:
    """Tell whether somebody has, or is held, what was freed; after the planned end nothing was."""
    if now >= stay.planned_end:
        return False
    freed = Span(ended_at, stay.planned_end)
    return not is_free(db.session(), stay.space, freed, but=stay.reservation_id)


def undone(stay_id: int) -> bool:
    """Take a check-out back, and say so, or why not."""
    try:
        with transaction() as session:
            undo_check_out(session, stay_id, charger=TariffCharger(), by=actor(), now=clock.now())
    except Refusal as refusal:
        flash(wording(refusal), "warning")
        return False
    flash(gettext("签退已撤销，接着用；这次签退没有收费。"), "success")
    return True


def price_of_stay(stay: Stay) -> StayPrice | None:
    """Give what a stay was charged, or what it would cost if it ended now; None without a tariff."""
    session, now = db.session(), clock.now()
    if stay.ended_at is not None:
        return charged(stay, live_lines(session, stay), now)
    found = running_costs(session, my_park(), stay.enterprise, [stay], now).get(stay.id)
    return running_price(stay, found, now) if found else None


def lapsed_label(reservation: Reservation, now: datetime) -> str:
    """Say that nobody came while it was kept, and what that costs, before a job has released it; else ""."""
    if (until := lapsed_at(reservation, now)) is None:
        return ""
    if fee := no_show_fee(db.session(), reservation):
        return gettext(
            "预订保留到 %(time)s，没有人签到：按未到处理，收取未到费用 %(fee)s；不能再取消、改期或改时长。",
            time=clock_text(until),
            fee=money(fee),
        )
    return gettext(
        "预订保留到 %(time)s，没有人签到：按未到处理，不收费用；不能再取消、改期或改时长。",
        time=clock_text(until),
    )
