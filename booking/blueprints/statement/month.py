"""The page of a month."""

from flask import Blueprint, render_template, url_for

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.filters import duration, money
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.session import me, month_of_request, my_enterprise_id, my_park
from booking.blueprints.statement.lines import running, shown_entry
from booking.charges.statement import Statement, statement
from booking.db import db
from booking.invoices.queries import invoice_of_month
from booking.language import gettext
from booking.people.models import Enterprise, Role
from booking.values.money import Money
from booking.values.month import Month

blueprint = Blueprint("statement", __name__, url_prefix="/statement")


def whose() -> int | None:
    """Tell whose lines the reader sees: a manager the enterprise's, a member their own."""
    return None if me().role is Role.MANAGER else me().id


@blueprint.get("")
@allow(Role.MEMBER, Role.MANAGER)
def show() -> str:
    """Show a month, the running one unless `month=2026-10` says otherwise."""
    park, now = my_park(), clock.now()
    this, month = Month.of(now, park.zone), month_of_request()
    enterprise = db.session.get_one(Enterprise, my_enterprise_id())
    found = statement(db.session(), park, enterprise, month, now=now, member_id=whose())
    manages = whose() is None
    entries = [shown_entry(one, park.zone, closed=found.closed, with_names=manages) for one in found.entries]
    return render_template(
        "statement/show.html",
        found=found,
        invoice=invoice_of_month(db.session(), enterprise.id, month),
        entries=entries,
        running=[running(stay, quote, with_names=manages) for stay, quote in found.running],
        figures=_figures(found),
        budget=_budget(found, enterprise.monthly_budget) if manages else None,
        free=[_free_text(one.minutes, one.left, kind_name(one.kind)) for one in found.free]
        if manages
        else [],
        manages=manages,
        is_running=month == this,
        before=url_for("statement.show", month=str(month.previous)),
        after=url_for("statement.show", month=str(month.next)) if month < this else "",
    )


def _figures(found: Statement) -> list[tuple[str, str, str, str]]:
    """Give the key figures: what counts so far, what is running, how often."""
    figures = [(gettext("已计费"), money(found.total), gettext("含税"), "accent")]
    if found.in_question:
        figures.append((gettext("异议中"), money(found.in_question), gettext("未计入，答复后再计"), ""))
    if found.running:
        note = gettext("%(count)s 项还在使用", count=len(found.running))
        figures.append((gettext("进行中"), money(found.running_total), note, ""))
    used = sum(1 for entry in found.entries if entry.stay and entry.lines)
    figures.append((gettext("使用次数"), gettext("%(count)s 次", count=used), "", ""))
    return figures


def _budget(found: Statement, budget: Money | None) -> dict[str, object] | None:
    """Set the month against the budget, running stays included."""
    if not budget:
        return None
    spent = found.total + found.running_total
    return {
        "text": gettext("%(spent)s / %(budget)s", spent=money(spent), budget=money(budget)),
        "value": min(spent.fen, budget.fen),
        "most": budget.fen,
        "tone": "warning" if spent > budget else "",
        "over": money(spent - budget) if spent > budget else "",
    }


def _free_text(minutes: int, left: int, kind: str) -> dict[str, object]:
    return {
        "kind": kind,
        "text": gettext("还剩 %(left)s，共 %(all)s", left=duration(left), all=duration(minutes)),
        "value": minutes - left,
        "most": minutes,
    }
