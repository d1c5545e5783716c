"""The facts of a change in words: their values, by the name they are kept under."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from booking.blueprints.kit.filters import area, duration, full_day, moment, money
from booking.blueprints.kit.labels.bands import band_name
from booking.blueprints.kit.labels.invoices import invoice_state_name
from booking.blueprints.kit.labels.people import role_name, size_name
from booking.blueprints.kit.labels.reservations import ending_name, state_name
from booking.blueprints.kit.labels.spaces import kind_name, minute_clock
from booking.blueprints.kit.labels.tariffs import days_name, factor_text, per
from booking.charges.models import Outcome
from booking.invoices.models import InvoiceState
from booking.language import gettext
from booking.people.models import Role, Size, TicketKind
from booking.reservations.models import FAR_FUTURE, ReservationState
from booking.savings.models import Evidence
from booking.spaces.models import Kind
from booking.tariffs.models import Basis
from booking.tariffs.terms import Band
from booking.usage.models import Ending
from booking.values.money import Money
from booking.values.stored import read_stored

Codes = Mapping[int, str]  # what stands on a space's door, by its id


def fact_value(subject: str, name: str, value: Any, codes: Codes) -> str:  # noqa: ANN401 - whatever JSON holds
    """Write a value as people read it; one that does not fit its name is shown as it is kept."""
    if value is None or value == "":
        return ""
    try:
        return str(_worded(subject, name, value, codes))
    except (ValueError, TypeError, KeyError, AttributeError):
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


OF_SPACES = {"space_id", "part_ids"}


def _worded(subject: str, name: str, value: Any, codes: Codes) -> str:  # noqa: ANN401
    if isinstance(value, bool):
        return str(gettext("是") if value else gettext("否"))
    if isinstance(value, list):
        return gettext("、").join(_item(name, item, codes) for item in value)
    if name in OF_SPACES:
        return codes.get(value, f"#{value}")
    if name == "state" and subject in {"invoice", "payment", "credit_note"}:
        return invoice_state_name(InvoiceState(value))
    known = WORDED.get(name) or next((say for ending, say in BY_ENDING.items() if name.endswith(ending)), str)
    return known(value)


def _item(name: str, item: Any, codes: Codes) -> str:  # noqa: ANN401
    if name == "part_ids":
        return codes.get(item, f"#{item}")
    return _band(item) if name == "bands" else str(item)


def _band(kept: dict[str, Any]) -> str:
    band: Band = read_stored(kept, Band, of="a band in the trail")
    return gettext(
        "%(name)s：%(days)s %(start)s–%(end)s %(factor)s",
        name=band_name(band.name),
        days=days_name(band.days),
        start=minute_clock(band.from_minute),
        end=minute_clock(band.to_minute),
        factor=factor_text(band.factor),
    )


def _fen(value: int) -> str:
    return money(Money(value))


def _instant(value: str) -> str:
    read = datetime.fromisoformat(value)
    return str(gettext("未约定结束")) if read >= FAR_FUTURE else moment(read)


def _outcome(outcome: str) -> str:
    granted = Outcome(outcome) is Outcome.GRANTED
    return str(gettext("异议成立") if granted else gettext("异议未成立"))


def _link(kind: TicketKind) -> str:
    reset = kind is TicketKind.RESET
    return str(gettext("重设密码的邮件链接") if reset else gettext("邀请邮件里的链接"))


def _evidence(evidence: str) -> str:
    documented = Evidence(evidence) is Evidence.DOCUMENTED
    return str(gettext("有据") if documented else gettext("自报"))


IDS = {"area_id", "charge_id", "document_id", "enterprise_id"}
AREAS = {"area", "area_before", "area_hundredths", "area_cm2", "area_now", "own_area"}
DAYS = {"day", "joined_on", "left_on", "valid_from"}


WORDED: dict[str, Callable[[Any], str]] = {
    "basis": lambda value: per(Basis(value)),
    "closes": lambda value: str(value)[:5],
    "closes_minute": minute_clock,
    "ending": lambda value: ending_name(Ending(value)),
    "evidence": _evidence,
    "kind": lambda value: kind_name(Kind(value)),
    "monthly_budget": _fen,
    "opens": lambda value: str(value)[:5],
    "opens_minute": minute_clock,
    "outcome": _outcome,
    "planned_end": _instant,
    "role": lambda value: role_name(Role(value)),
    "size": lambda value: size_name(Size(value)),
    "state": lambda value: state_name(ReservationState(value)),
    "through": lambda value: _link(TicketKind(value)),
    **dict.fromkeys(AREAS, area),
    **dict.fromkeys(DAYS, lambda value: full_day(date.fromisoformat(value))),
    **dict.fromkeys(IDS, lambda value: f"#{value}"),
}
BY_ENDING: dict[str, Callable[[Any], str]] = {"_fen": _fen, "_minutes": duration, "_at": _instant}
