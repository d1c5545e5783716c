"""A charge line in the reader's words; what it says of itself, `charges/explain.py` tells."""

from fractions import Fraction

from booking.blueprints.kit.filters import day, duration, money
from booking.blueprints.kit.labels.prices import band_name, factor_text, per, permille_text
from booking.charges.explain import FeeExplained, RefundExplained, StorageExplained, UseExplained, explain
from booking.charges.models import Charge, ChargeKind
from booking.charges.terms import MoveReason
from booking.language import gettext, local_name
from booking.tariffs.models import Basis
from booking.values.money import Money


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
