"""The page of an enterprise's savings, and what became of each version of a baseline, in words.

Here is the blueprint, and whose savings a page may be about.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.filters import day
from booking.blueprints.kit.month_sheet import savings
from booking.blueprints.kit.session import me, my_enterprise_id, my_park
from booking.db import db
from booking.language import gettext
from booking.people.models import Enterprise, Role
from booking.savings.jumps import Jump
from booking.savings.models import Baseline, BaselineState
from booking.savings.preview import OwnChange, own_change_if_checked
from booking.savings.queries import jumps_waiting, said_by, versions_of
from booking.savings.report_data import EnterpriseSaving
from booking.savings.rules import HUNDREDTHS, SavingOfMonth, version_in_force
from booking.savings.savings_data import SavingsData, read_savings_data
from booking.savings.what_if import WhatIf, what_if
from booking.values import Month

blueprint = Blueprint("savings", __name__, url_prefix="/savings")


def enterprise_or_404(enterprise_id: int) -> Enterprise:
    """Find an enterprise whose savings the reader may see: their own, or for the park any of the park."""
    member = me()
    enterprise = db.session.get(Enterprise, enterprise_id)
    if enterprise is None or enterprise.park_id != member.park_id:
        abort(404)
    if member.role in TENANTS and enterprise.id != member.enterprise_id:
        abort(404)
    return enterprise


def may_write() -> bool:
    """Tell whether the reader sets baselines: who runs the enterprise, or the park's administrator."""
    return me().role in {Role.MANAGER, Role.ADMIN}


def home_url(enterprise: Enterprise, month: str | None = None) -> str:
    """Give the address of the enterprise's savings, as this reader reaches it."""
    if me().role in TENANTS:
        return url_for("savings.show", month=month)
    return url_for("savings.of_enterprise", enterprise_id=enterprise.id, month=month)


@dataclass(frozen=True, slots=True)
class Past:
    """A month of the run, its saving, and where it is shown."""

    month: Month
    saving: SavingOfMonth | None
    provisional: bool
    url: str
    current: bool


@blueprint.get("")
@allow(Role.MEMBER, Role.MANAGER)
def show() -> str:
    """Show what my enterprise saved."""
    return _page(enterprise_or_404(my_enterprise_id()))


@blueprint.get("/<int:enterprise_id>")
@allow(Role.ADMIN)
def of_enterprise(enterprise_id: int) -> str:
    """Show what an enterprise of my park saved."""
    return _page(enterprise_or_404(enterprise_id))


def _page(enterprise: Enterprise) -> str:
    session, zone, now = db.session(), my_park().zone, clock.now()
    versions = versions_of(session, enterprise.id)
    checked = [version for version in versions if version.checked_at]
    facts = {
        "enterprise": enterprise,
        "versions": standings(versions),
        "pending": pending_changes(versions),
        "effects": said_by(session, enterprise.id),
        "may_write": may_write(),
    }
    running = Month.of(now, zone)
    first = min((Month.containing(version.valid_from, zone) for version in checked), default=running)
    if first > running or not checked:
        return render_template("savings/empty.html", **facts)
    asked = _asked(zone_of=running, first=first)
    months = run_of_months(asked or running, first, running)
    data = read_savings_data(
        session, my_park(), (months[0], months[-1]), enterprise_id=enterprise.id, now=now
    )
    month = asked or newest_known(data, enterprise, months)
    entry = saving_in(data, enterprise, month)
    return render_template(
        "savings/show.html",
        month=month,
        entry=entry,
        previous_url=home_url(enterprise, month=str(month.previous)) if month > first else "",
        next_url=home_url(enterprise, month=str(month.next)) if month < running else "",
        **_shown(entry),
        what=_what_if(entry),
        here=home_url(enterprise),
        **_run(data, enterprise, months, month),
        **facts,
    )


def _asked(zone_of: Month, first: Month) -> Month | None:
    """Read the month that is asked for; one that nobody could have saved in is not found."""
    text = request.args.get("month")
    if not text:
        return None
    try:
        month = Month.parse(text, zone_of.zone)
    except ValueError:
        abort(404)
    if not first <= month <= zone_of:
        abort(404)
    return month


MONTHS = 12


def run_of_months(last: Month, first: Month, running: Month) -> list[Month]:
    """Give twelve months up to `running`, or to `last` where that lies further back; none before `first`."""
    months = [running]
    while len(months) < MONTHS and months[0] > first:
        months.insert(0, months[0].previous)
    if last < months[0]:
        return run_of_months(last, first, last)
    return months


def newest_known(data: SavingsData, enterprise: Enterprise, months: list[Month]) -> Month:
    """Choose the newest month whose figures are final, else the running one."""
    final = (month for month in reversed(months) if month.key in data.closed)
    return next((month for month in final if saving_in(data, enterprise, month)), months[-1])


def saving_in(data: SavingsData, enterprise: Enterprise, month: Month) -> EnterpriseSaving | None:
    """Give the month, or None where the enterprise was no tenant or had no baseline."""
    there = any(one.id == enterprise.id for one in data.present(month))
    return data.saving_of(enterprise, month) if there else None


def _shown(entry: EnterpriseSaving | None) -> dict[str, object]:
    if entry is None:
        return {"saving": None}
    return {
        "saving": entry.saving,
        "drawing": savings.before_now(entry.saving),
        "picture_text": savings.before_now_label(entry.saving),
        "steps": savings.saving_steps(entry),
        "tags": savings.all_tags(),
    }


@dataclass(frozen=True, slots=True)
class Slider:
    """A slider in whole m²: how far it goes, where it stands, and what that would have been."""

    most: int
    step: int
    chosen: int
    reckoned: WhatIf


USUALLY_MORE = 20  # m²
STEP = 5


def _what_if(entry: EnterpriseSaving | None) -> Slider | None:
    """Reckon what is asked for, or a usual step; nothing where no office is kept."""
    if entry is None or entry.baseline.own_area < HUNDREDTHS:
        return None
    most = entry.baseline.own_area // HUNDREDTHS
    asked = request.args.get("more", default=USUALLY_MORE, type=int)
    chosen = max(0, min(asked, most))
    reckoned = what_if(entry.baseline.terms, entry.days, entry.spend.total, chosen * HUNDREDTHS)
    return Slider(most, STEP if most % STEP == 0 else 1, chosen, reckoned)


def _run(data: SavingsData, enterprise: Enterprise, months: list[Month], shown: Month) -> dict[str, object]:
    entries = [(month, saving_in(data, enterprise, month)) for month in months]
    drawn = [(month, entry.saving if entry else None) for month, entry in entries]
    pasts = [
        Past(
            month=month,
            saving=entry.saving if entry else None,
            provisional=month.key not in data.closed,
            url=home_url(enterprise, month=str(month)),
            current=month == shown,
        )
        for month, entry in reversed(entries)
    ]
    return {
        "pasts": pasts,
        "run": savings.twelve_months(drawn, [month for month in months if month.key not in data.closed]),
        "run_label": savings.twelve_months_label(drawn),
    }


@dataclass(frozen=True, slots=True)
class VersionStanding:
    """Where a version stands: a word with its tone, and who decided when."""

    version: Baseline
    label: str
    tone: str
    note: str


def standings(versions: Sequence[Baseline]) -> list[VersionStanding]:
    """Say of each version where it stands."""
    return [VersionStanding(one, *_mark(one, versions), _note(one)) for one in versions]


def _mark(one: Baseline, versions: Sequence[Baseline]) -> tuple[str, str]:
    running = Month.of(clock.now(), my_park().zone)
    if one.state is BaselineState.PENDING:
        return gettext("待核"), "warning"
    if one.state is not BaselineState.CHECKED:
        return gettext("已退回"), "danger"
    if version_in_force(versions, running) is one:
        return gettext("在用"), "accent"
    first = Month.containing(one.valid_from, running.zone)
    if version_in_force(versions, first) is not one:
        return gettext("已被替换"), ""
    return (gettext("未开始"), "") if first > running else (gettext("以前"), "")


def _note(one: Baseline) -> str:
    """Say who decided, and with which reason; what the demo or an import wrote has nobody."""
    if one.decided_at is None:
        return gettext("%(day)s 申报", day=day(one.created_at))
    facts = {"day": day(one.decided_at), "who": one.decided_by.name if one.decided_by else ""}
    if one.state is BaselineState.SENT_BACK:
        return gettext("%(day)s %(who)s 退回：%(reason)s", reason=one.reason, **facts)
    return gettext("%(day)s %(who)s 核对", **facts).strip()


def pending_changes(versions: Sequence[Baseline]) -> list[tuple[Baseline, OwnChange, Sequence[Jump]]]:
    """Give what waits to be checked, each with what it would change for the enterprise, and what jumps."""
    session, park, now = db.session(), my_park(), clock.now()
    jumps = jumps_waiting(session, [one for one in versions if one.decided_at is None], park.zone)
    return [
        (one, own_change_if_checked(session, park, one, now=now), jumps[one.id])
        for one in versions
        if one.state is BaselineState.PENDING
    ]
