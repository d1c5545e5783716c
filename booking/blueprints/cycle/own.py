"""What an enterprise reads of its own month: 本月清单, the list of a month, and the running month so far.

The month so far stands beside the budget and last month up to the same day.
"""

from collections.abc import Iterator, Sequence

from flask import current_app, render_template, url_for

from booking import clock
from booking.blueprints.cycle.timeline import blueprint
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.filters import comma_list, day, duration, full_day, money, month_text
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.labels.utilisation import free_row
from booking.blueprints.kit.session import (
    me,
    month_or_404,
    my_enterprise,
    my_park,
    this_month as running_month,
)
from booking.db import db, transaction
from booking.language import gettext
from booking.letters.branch import saves_label
from booking.needs.models import Need
from booking.people.models import Role
from booking.rhythm.cycle_letters import has_list, is_opened, open_list
from booking.rhythm.own_month import OwnList, own_list
from booking.rhythm.own_month_to_date import KindToDate, OwnMonthToDate, own_month_to_date, same_day
from booking.spaces.models import Kind
from booking.values import Money, Month


@blueprint.get("/list")
@allow(*TENANTS)
def this_month() -> str:
    """Show the list of the running month."""
    return _page(running_month())


@blueprint.get("/list/<month>")
@allow(*TENANTS)
def of_month(month: str) -> str:
    """Show the list of a month, up to the running one; the letter leads here."""
    return _page(month_or_404(month))


def _page(month: Month) -> str:
    enterprise, now = my_enterprise(), clock.now()
    if not has_list(enterprise, month):
        first = Month.containing(enterprise.joined_on, my_park().zone).next
        return render_template("cycle/no_list.html", month=month, first=first)
    _note_opening(month)
    found = own_list(db.session(), my_park(), my_enterprise(), month, now=now)
    with_money = me().role is Role.MANAGER
    saves = saves_label(found, with_money=with_money)
    needs = [one for one in found.needs if with_money or one.member_id == me().id]
    return render_template(
        "cycle/list.html",
        found=found,
        holds=comma_list(_holds(found, saves, needs, with_money=with_money)),
        figures=_figures(found, with_money=with_money),
        saves=saves,
        saves_for_all=saves_label(found, with_money=False),
        needs=needs,
        unused=[free_row(one) for one in found.unused],
        list_url=current_app.config["BASE_URL"] + url_for("cycle.of_month", month=str(month)),
        with_money=with_money,
    )


def _holds(found: OwnList, saves: str, needs: Sequence[Need], *, with_money: bool) -> Iterator[str]:
    """Name what stands on the page, and nothing else."""
    if with_money:
        month = month_text(found.about)
        is_closed = found.owed.invoice is not None
        yield (
            gettext("%(month)s账单", month=month) if is_closed else gettext("%(month)s对账单", month=month)
        )
    if saves:
        yield gettext("最省的一件事")
    if found.unused:
        yield gettext("没用完的免费额度")
    if found.activities:
        yield gettext("近期活动")
    if needs:
        yield gettext("还在办理的诉求")


def _note_opening(month: Month) -> None:
    """Keep that the enterprise opened its list; a page that was opened before writes nothing."""
    if not is_opened(db.session(), my_enterprise().id, month):
        with transaction() as session:
            open_list(session, my_enterprise().id, month, now=clock.now())


def _figures(found: OwnList, *, with_money: bool) -> list[tuple[str, str, str, str]]:
    if not with_money:
        return []
    owed = found.owed
    if owed.invoice is not None and owed.due_on is not None:
        note = gettext(
            "账单 %(number)s，%(day)s前付清", number=owed.invoice.number, day=full_day(owed.due_on)
        )
        label = gettext("%(month)s账单", month=month_text(found.about))
    else:
        note = gettext("还没有结账，仍可以核对、提问")
        label = gettext("%(month)s对账单", month=month_text(found.about))
    return [(label, money(owed.total), note, "accent")]


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
        figures=list(_costs(found)),
        budget=_budget(found, found.budget) if found.budget else None,
        kinds=[_kind(kind, found) for kind in Kind if kind in {*found.kinds, *found.kinds_before}],
        free=[free_row(one) for one in found.free],
    )


def _costs(found: OwnMonthToDate) -> Iterator[tuple[str, str, str, str]]:
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


NONE_YET = KindToDate()


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
