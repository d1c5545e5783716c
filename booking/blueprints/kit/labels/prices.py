"""Prices in words: what tariffs are per, bands, quotes, and what a reservation costs or has cost."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple, Protocol

from flask import url_for

from booking.blueprints.kit.filters import duration, money, sentences, zone
from booking.blueprints.kit.session import me, my_park
from booking.charges.explain import FreeReason, NothingToPay, UseExplained, explain_price
from booking.charges.pricing import Quote
from booking.charges.queries import BilledReservation
from booking.charges.quote_each import Key, dearest_each, least_charged, turn_matters
from booking.db import db
from booking.language import gettext, lazy_gettext
from booking.parks.models import Park
from booking.parks.queries import provisional_years
from booking.people.models import Enterprise, Role
from booking.reservations.models import ReservationState
from booking.spaces.models import AnySpace
from booking.tariffs.models import Basis
from booking.tariffs.rules import NoTariff
from booking.tariffs.terms import BUSY, EXTENDED, OFF_PEAK, PEAK, REST_DAY, Days
from booking.values import FAR_FUTURE, Money, Month, Span, local_day


def per(basis: Basis) -> str:
    """Say what a rate is per."""
    names = {
        Basis.HOUR: gettext("每小时"),
        Basis.DAY: gettext("每间每天"),
        Basis.SQUARE_METRE_DAY: gettext("每平方米每天"),
    }
    return str(names[basis])


def days_name(days: Days) -> str:
    """Name the days a band is for."""
    names = {
        Days.ALL: gettext("每日"),
        Days.WORKING: gettext("工作日"),
        Days.REST: gettext("休息日"),
    }
    return str(names[days])


def factor_text(factor: Fraction) -> str:
    """Write × 0.6."""
    return f"× {float(factor):g}"


def permille_text(permille: int) -> str:
    """Write 6% and 6.5%."""
    return f"{permille / 10:g}%"


BANDS = {
    PEAK: lazy_gettext("标准"),
    "": lazy_gettext("标准"),
    OFF_PEAK: lazy_gettext("错时"),
    EXTENDED: lazy_gettext("延时"),
    BUSY: lazy_gettext("高峰"),
    REST_DAY: lazy_gettext("休息日"),
}


def band_name(name: str) -> str:
    """Name a band: those every park knows in the reader's language, its own as the park wrote them.

    Minutes in no band are the standard ones.
    """
    return str(BANDS.get(name, name))


def price_text(quote: Quote, full: Money | None = None) -> str:
    """Write ¥128.80; of a lease without an end, what a day costs.

    With the most it may come to where others take its free minutes first (`fulls_of`), ¥0.00–¥80.00.
    """
    if quote.open_ended and quote.per_day is not None:
        return str(gettext("%(price)s／天", price=money(quote.per_day)))
    return price_range(quote.total, full)


def price_range(least: Money, most: Money | None) -> str:
    """Write ¥0.00–¥80.00, or the one there is."""
    return money(least) if most is None or most == least else f"{money(least)}–{money(most)}"


def provisional_in(spans: Iterable[Span]) -> Sequence[int]:
    """Give the years in which these begin whose working days are not published yet, in order."""
    days = {local_day(one.start, my_park().zone) for one in spans}
    return sorted({year for on in days for year in provisional_years(db.session(), my_park().id, on, on)})


def provisional_label(spans: Iterable[Span]) -> str:
    """Say that prices of these years may still change; "" where the years are published."""
    said = gettext("%(year)s年的工作日历尚未公布，价格和休息日为暂定。")
    return sentences(said % {"year": year} for year in provisional_in(spans))


def fulls_of(
    asked: Mapping[Key, tuple[AnySpace, Span]],
    quotes: Mapping[Key, Quote],
    *,
    but: Container[int] = (),
    of: Enterprise | None = None,
) -> dict[Key, Money]:
    """Tell what each costs the reader's enterprise, or `of` another, where what is booked comes first.

    Wherever something is offered to be booked it is told beside the quote (`price_text`, `price_detail`).
    """
    enterprise = of or me().enterprise
    return dearest_each(db.session(), my_park(), enterprise, asked, quotes, but=but) if enterprise else {}


def price_detail(quote: Quote, full: Money | None = None) -> str:
    """Tell the minutes of each band, what is free and whether the cap took something off.

    And that the free minutes may be others', where it would then come to more.
    """
    if quote.per_day is not None:
        return _by_day(quote, quote.per_day)
    uses = [one for line in quote.lines if isinstance(one := explain_price(line), UseExplained)]
    minutes: dict[str, int] = {}
    for use in uses:
        minutes[use.band] = minutes.get(use.band, 0) + use.minutes
    words = [" + ".join(f"{band_name(band)} {duration(count)}" for band, count in minutes.items())]
    if free := sum(use.free_minutes for use in uses):
        words.append(gettext("其中免费 %(length)s", length=duration(free)))
    if any(use.capped for use in uses):
        words.append(gettext("已到每日封顶"))
    said = gettext("，").join(words)
    return said if full is None else said + shared_in_full(full)


def range_detail(least: Money, most: Money | None) -> str:
    """Write a range and what it rests on, or the one price there is: on a booking's page, in letters."""
    if most is None:
        return money(least)
    both, full = price_range(least, most), money(most)
    return gettext("%(range)s，免费额度可能轮不到，那时是 %(full)s", range=both, full=full)


def shared_label(full: Money) -> str:
    """Say in a few words that what else is booked may take the free minutes first."""
    return gettext("免费额度可能轮不到，那时是 %(full)s", full=money(full))


def shared_in_full(full: Money) -> str:
    """Say it in a sentence, after what the price is made of."""
    return gettext(
        "。免费额度每月只抵一次，谁先用完谁抵扣；当月另有预订，轮不到时是 %(full)s。", full=money(full)
    )


def _by_day(quote: Quote, per_day: Money) -> str:
    if quote.open_ended:
        return str(gettext("按天计费，用到哪天算到哪天"))
    days = sum(line.days for line in quote.lines)
    return str(gettext("%(days)s 天 × %(price)s", days=days, price=money(per_day)))


def settled_label(quote: Quote) -> str:
    """Say by what a booking is billed; who leaves early pays less only of what is more than the least."""
    if not quote.snapshot.metered:
        return gettext("按天结算，提前退租，付到退租那天。")
    if not quote.lines:
        return gettext("实际按使用时间结算，提前签退少付。")
    terms = quote.snapshot.terms
    least = max(terms.minimum_minutes, terms.increment_minutes)
    if quote.minutes <= least:
        return gettext("实际按使用时间结算，最少计 %(least)s，提前签退也一样。", least=duration(least))
    return gettext("实际按使用时间结算，提前签退少付，最少计 %(least)s。", least=duration(least))


def leave_early_label(park: Park, space: AnySpace, now: datetime) -> str:
    """Say what who leaves early pays: what was used, and at least so much."""
    try:
        least = least_charged(db.session(), park, space, now)
    except NoTariff:
        return gettext("提前走只收实际使用的费用。")
    return gettext("提前走只收实际使用的，最少计 %(least)s。", least=duration(least))


class Cost(NamedTuple):
    """A sum and what it is, of a quote perhaps up to how much; `url` leads to the line that explains it."""

    label: str
    amount: Money | None
    url: str = ""
    note: str = ""
    most: Money | None = None

    @property
    def text(self) -> str:
        """Write the sum, or from what to what it is; "" where there is none."""
        return "" if self.amount is None else price_range(self.amount, self.most)


class Booked(Protocol):
    """A reservation, or a row of a list that tells as much."""

    @property
    def id(self) -> int: ...  # noqa: D102
    @property
    def state(self) -> ReservationState: ...  # noqa: D102
    @property
    def ends_at(self) -> datetime: ...  # noqa: D102
    @property
    def quote(self) -> Money: ...  # noqa: D102


UNUSED = (ReservationState.NO_SHOW, ReservationState.CANCELLED, ReservationState.DECLINED)


def cost_of(row: Booked, billed: BilledReservation | None, now: datetime, full: Money | None = None) -> Cost:
    """Say what was billed once something was; before that, what was quoted, by that name, and at most."""
    if billed is not None:
        note = gettext("另有异议中的未计入") if billed.in_question else ""
        return Cost(_billed_label(row.state), billed.amount, _where(row.id, billed), note)
    if row.state in UNUSED:
        why = url_for("reservations.show", reservation_id=row.id, _anchor="cost")
        return Cost(gettext("没有费用"), None, why, gettext("看原因"))
    if row.state is ReservationState.DONE:
        return Cost(gettext("未产生费用"), None)
    if row.state is ReservationState.IN_USE or row.ends_at <= now:
        running = row.state is ReservationState.IN_USE and row.ends_at > now
        return Cost(gettext("用完后结算") if running else gettext("尚未计费"), None)
    if row.ends_at >= FAR_FUTURE:
        return Cost(gettext("按天计费"), None)
    return Cost(gettext("报价"), row.quote, most=full)


def no_fee_text(why: NothingToPay | None) -> str:
    """Say why what was not used costs nothing, by the tariff of its day."""
    if why is None:
        return ""
    words = {
        FreeReason.NOT_ACCEPTED: gettext("申请没有通过，没有占用空间，不收费。"),
        FreeReason.NOTHING_QUOTED: gettext("预订时的报价就没有费用，所以也不收费。"),
        FreeReason.NO_TARIFF: gettext("那一天没有价目规定要收费。"),
        FreeReason.NO_FEE_FOR_NOT_COMING: gettext("价目“%(name)s”规定：订了没有来，不收费。"),
        FreeReason.NO_FEE_FOR_CANCELLING: gettext("价目“%(name)s”规定：取消预订不收费。"),
        FreeReason.CANCELLED_IN_TIME: gettext("价目“%(name)s”规定：开始前 %(limit)s以前取消，不收费。"),
        FreeReason.WAIVED: gettext("园区没有收取：由园区取消，或还只是申请。"),
    }[why.reason]
    if why.snapshot is None:
        return words
    return words % {"name": why.snapshot.name, "limit": duration(why.snapshot.late_cancel_minutes)}


def _billed_label(state: ReservationState) -> str:
    names = {
        ReservationState.NO_SHOW: gettext("未到费用"),
        ReservationState.CANCELLED: gettext("迟取消费用"),
        ReservationState.IN_USE: gettext("已计费"),
    }
    return str(names.get(state, gettext("实际计费")))


def _where(reservation_id: int, billed: BilledReservation) -> str:
    """Lead to the entry on the reader's statement, else to the stay; "" where neither is theirs to see."""
    role = me().role
    if role is Role.MANAGER or (role is Role.MEMBER and billed.member_id == me().id):
        month = str(Month.from_key(billed.month_key, zone()))
        return url_for("statement.show", month=month, _anchor=anchor_of(billed.stay_id, reservation_id))
    if billed.stay_id is None:
        return ""
    page = "front_desk.stay" if role is Role.ADMIN else "today.stay"
    return url_for(page, stay_id=billed.stay_id)


def anchor_of(stay_id: int | None, reservation_id: int | None) -> str:
    """Name an entry's place on the page: a stay's, or that of what was reserved and not used."""
    return f"stay-{stay_id}" if stay_id else f"booking-{reservation_id}"


def estimate_label(turns: Mapping[str, Quote], alone: Mapping[str, Quote]) -> str:
    """Say what the sum of several rests on, where each alone is quoted otherwise or partly free; else ""."""
    return in_turn_label() if turn_matters(turns, alone) else ""


def in_turn_label() -> str:
    """Say what a sum rests on that is counted one after the other; the letters on a series say the same."""
    return gettext(
        "按先后算，当月已订的也算在内：每月的免费额度只扣一次，封顶也只算一次。"
        "预订单上写的是它单独一次的报价；别的使用也会用掉免费额度。"
    )
