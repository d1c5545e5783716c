"""A charge line in words, from its own copy of the figures: what it is told by is what it was priced by."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from booking.blueprints.kit.filters import day, duration, money
from booking.blueprints.kit.labels.bands import band_name
from booking.blueprints.kit.labels.tariffs import factor_text, per, permille_text
from booking.charges.models import Charge, ChargeKind
from booking.charges.put_in_order import CORRECTED
from booking.language import gettext, local_name
from booking.tariffs.models import Basis
from booking.values.money import Money


def line_name(line: Charge) -> str:
    """Name what the line is for: a band, days of storage, a fee, or what was given back."""
    names = {
        ChargeKind.STORAGE: gettext("存放 %(count)s 天", count=line.days),
        ChargeKind.NO_SHOW: gettext("未到"),
        ChargeKind.LATE_CANCEL: gettext("迟取消"),
        ChargeKind.ADJUSTMENT: gettext("异议成立，退还"),
    }
    if line.kind is ChargeKind.USE:
        return f"{band_name(line.band)} {duration(line.minutes)}"
    return str(names[line.kind])


def line_reckoning(line: Charge) -> str:
    """Say how the amount comes about: × ¥80.00 每小时 × 0.6, free minutes, cap."""
    if line.kind is ChargeKind.ADJUSTMENT:
        return line.note
    if line.kind in (ChargeKind.NO_SHOW, ChargeKind.LATE_CANCEL):
        return _fee(line)
    rate = Money(line.terms["rate_fen"])
    parts = [f"{money(rate)} {per(Basis(line.terms['basis']))}"]
    if line.factor != Decimal(1):
        parts.append(factor_text(Fraction(line.factor)))
    if line.free_minutes:
        parts.append(gettext("免费 %(free)s", free=duration(line.free_minutes)))
    if line.amount != line.uncapped:
        parts.append(gettext("封顶前 %(money)s", money=money(line.uncapped)))
    return " · ".join(parts)


def moved(line: Charge, former: Charge | None) -> str:
    """Say why a line is not what it was, where another stay made it move, and from what to what."""
    cause: dict[str, Any] | None = line.terms.get("moved_by")
    if cause is None or former is None:
        return ""
    facts = {
        "space": local_name(cause["space"], cause["space_en"]),
        "day": day(date.fromisoformat(cause["day"])),
        "before": money(former.amount),
        "after": money(line.amount),
    }
    if cause["why"] == CORRECTED:
        begun = gettext("%(day)s“%(space)s”的使用更正了", **facts)
    else:
        begun = gettext("%(day)s“%(space)s”的使用后来才补记", **facts)
    if line.free_minutes != former.free_minutes:
        free = {"free": duration(former.free_minutes), "now": duration(line.free_minutes)}
        how = gettext("免费额度按结束先后重排：免费 %(free)s 变为 %(now)s，", **free)
    else:
        how = gettext("当天封顶按先后重算，")
    return f"{begun}{gettext('，')}{how}{gettext('%(before)s 变为 %(after)s。', **facts)}"


def rule(line: Charge) -> str:
    """Say the rule that the whole entry was priced by."""
    terms: dict[str, Any] = line.terms
    if line.kind is ChargeKind.STORAGE:
        return str(gettext("按用到的每一天计，含首尾两天；跨月的，各月计各月的天数。"))
    if line.kind is not ChargeKind.USE:
        return str(gettext("预订仍保留在记录里，费用按当时看到的报价计。"))
    said = gettext(
        "按实际使用计：末尾补足到 %(step)s的整数倍，最短 %(least)s。",
        step=duration(terms["increment_minutes"]),
        least=duration(terms["minimum_minutes"]),
    )
    cap = terms["daily_cap_fen"]
    if cap is None:
        return said
    return said + gettext("同一空间每天最多 %(cap)s。", cap=money(Money(cap)))


def _fee(line: Charge) -> str:
    share = line.terms.get("no_show_permille", line.terms.get("late_cancel_permille", 0))
    quote = money(Money(line.terms["quote_fen"]))
    return gettext("报价 %(quote)s 的 %(share)s", quote=quote, share=permille_text(share))
