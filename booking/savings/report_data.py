"""A report as the figures that are frozen, and back: what is kept is enough to draw and to prove it."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from booking.savings.entries import Bill, Credit, Effect, Entry, Ground, Spend
from booking.savings.models import Evidence
from booking.savings.report import Report
from booking.savings.rules import Lease, SavingOfMonth
from booking.values.money import Money
from booking.values.month import Month

VERSION = 1


def to_figures(report: Report) -> dict[str, Any]:
    """Write a report as JSON-able figures: money in fen, areas in hundredths of m², days as ISO text."""
    return {
        "version": VERSION,
        "month": str(report.month),
        "days": report.month.day_count,
        "entries": [_entry(entry) for entry in report.entries],
        "without_baseline": report.without_baseline,
        "total": _saving(report.total),
        "effects": [_effect(effect) for effect in report.effects],
    }


def _saving(saving: SavingOfMonth) -> dict[str, int]:
    return {
        "area_before": saving.area_before,
        "area_now": saving.area_now,
        "baseline_rent_fen": saving.baseline_rent.fen,
        "kept_rent_fen": saving.kept_rent.fen,
        "shared_spend_fen": saving.shared_spend.fen,
        "saving_fen": saving.saving.fen,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "enterprise_id": entry.enterprise_id,
        "name": entry.name,
        "named": entry.named,
        "baseline": _ground(entry.ground),
        "invoice": _bill(entry.spend.bill),
        "credit_notes": [_credit(credit) for credit in entry.spend.credits],
        "saving": _saving(entry.saving),
    }


def _ground(ground: Ground) -> dict[str, Any]:
    return {
        "id": ground.baseline_id,
        "valid_from": ground.valid_from.isoformat(),
        "area": ground.lease.area,
        "price_fen": ground.lease.price.fen,
        "own_area": ground.lease.own_area,
        "own_price_fen": ground.lease.own_price.fen,
        "evidence": ground.evidence.value,
        "document_id": ground.document_id,
        "note": ground.note,
    }


def _bill(bill: Bill | None) -> dict[str, Any] | None:
    if bill is None:
        return None
    return {
        "id": bill.invoice_id,
        "number": bill.number,
        "issued_on": bill.issued_on.isoformat(),
        "total_fen": bill.total.fen,
    }


def _credit(credit: Credit) -> dict[str, Any]:
    return {
        "number": credit.number,
        "issued_on": credit.issued_on.isoformat(),
        "amount_fen": credit.amount.fen,
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "enterprise_id": effect.enterprise_id,
        "name": effect.name,
        "title": effect.title,
        "figure": effect.figure,
        "declared_on": effect.declared_on.isoformat(),
    }


def from_figures(figures: dict[str, Any], zone: ZoneInfo) -> Report:
    """Read a report that `to_figures` wrote."""
    month = Month.parse(figures["month"], zone)
    return Report(
        month=month,
        entries=tuple(_entry_back(entry, figures["days"]) for entry in figures["entries"]),
        without_baseline=figures["without_baseline"],
        effects=tuple(_effect_back(effect) for effect in figures["effects"]),
    )


def _entry_back(kept: dict[str, Any], days: int) -> Entry:
    return Entry(
        enterprise_id=kept["enterprise_id"],
        name=kept["name"],
        named=kept["named"],
        days=days,
        ground=_ground_back(kept["baseline"]),
        spend=_spend_back(kept["invoice"], kept["credit_notes"]),
    )


def _ground_back(kept: dict[str, Any]) -> Ground:
    return Ground(
        baseline_id=kept["id"],
        valid_from=date.fromisoformat(kept["valid_from"]),
        lease=Lease(kept["area"], Money(kept["price_fen"]), kept["own_area"], Money(kept["own_price_fen"])),
        evidence=Evidence(kept["evidence"]),
        document_id=kept["document_id"],
        note=kept["note"],
    )


def _spend_back(bill: dict[str, Any] | None, credits_: list[dict[str, Any]]) -> Spend:
    if bill is None:
        return Spend()
    issued_on = date.fromisoformat(bill["issued_on"])
    return Spend(
        bill=Bill(bill["id"], bill["number"], issued_on, Money(bill["total_fen"])),
        credits=tuple(
            Credit(one["number"], date.fromisoformat(one["issued_on"]), Money(one["amount_fen"]))
            for one in credits_
        ),
    )


def _effect_back(kept: dict[str, Any]) -> Effect:
    declared_on = date.fromisoformat(kept["declared_on"])
    return Effect(kept["enterprise_id"], kept["name"], kept["title"], kept["figure"], declared_on)
