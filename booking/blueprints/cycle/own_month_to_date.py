"""The month so far of an enterprise: use and cost beside its budget and last month up to the same day."""

from collections.abc import Iterator

from flask import render_template

from booking import clock
from booking.blueprints.cycle.timeline import blueprint
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.filters import day, duration, money
from booking.blueprints.kit.labels.cycle import free_row
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.session import my_enterprise, my_park
from booking.db import db
from booking.language import gettext
from booking.people.models import Role
from booking.rhythm.own_month_to_date import KindToDate, OwnMonthToDate, own_month_to_date, same_day
from booking.spaces.models import Kind
from booking.values.money import Money
from booking.values.month import Month

NONE_YET = KindToDate()


@blueprint.get("/so-far")
@allow(Role.MANAGER)
def month_to_date() -> str:
    """Show the running month up to now."""
    park, now = my_park(), clock.now()
    found = own_month_to_date(db.session(), park, my_enterprise(), Month.of(now, park.zone), now=now)
    return render_template(
        "cycle/month_to_date.html",
        found=found,
        before_until=same_day(found.until, found.month.previous),
        figures=list(_figures(found)),
        budget=_budget(found, found.budget) if found.budget else None,
        kinds=[_kind(kind, found) for kind in Kind if kind in {*found.kinds, *found.kinds_before}],
        free=[free_row(one) for one in found.free],
    )


def _figures(found: OwnMonthToDate) -> Iterator[tuple[str, str, str, str]]:
    note = gettext("到 %(day)s，含还在使用的", day=day(found.until))
    yield gettext("到目前的费用"), money(found.cost), note, "accent"
    more = found.cost - found.before
    if more > Money.zero():
        change = gettext("比上个月同期多 %(money)s", money=money(more))
    elif more < Money.zero():
        change = gettext("比上个月同期少 %(money)s", money=money(-more))
    else:
        change = gettext("与上个月同期一样")
    yield gettext("上个月同期"), money(found.before), change, ""


def _budget(found: OwnMonthToDate, budget: Money) -> dict[str, object]:
    over = found.cost - budget
    return {
        "text": gettext("%(spent)s / %(budget)s", spent=money(found.cost), budget=money(budget)),
        "value": min(found.cost.fen, budget.fen),
        "most": budget.fen,
        "tone": "warning" if over > Money.zero() else "",
        "over": money(over) if over > Money.zero() else "",
    }


def _kind(kind: Kind, found: OwnMonthToDate) -> dict[str, str]:
    now, before = found.kinds.get(kind, NONE_YET), found.kinds_before.get(kind, NONE_YET)
    return {
        "kind": kind_name(kind),
        "used": _used(kind, now),
        "used_before": _used(kind, before),
        "cost": money(now.cost),
        "cost_before": money(before.cost),
    }


def _used(kind: Kind, one: KindToDate) -> str:
    if kind is Kind.STORAGE:
        return gettext("%(count)s 天", count=one.days)
    return duration(one.minutes)
