"""Pages of opening rules, and a rule in plain words with an example."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.audit.models import AuditEntry
from booking.blueprints.inventory.areas import blueprint
from booking.blueprints.inventory.forms import DaysForm, HoursForm
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.filters import duration
from booking.blueprints.kit.forms.edit_form import EditedRecord, space_or_404
from booking.blueprints.kit.forms.validators import form_page
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside
from booking.db import Base, db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.parks.models import Park
from booking.people.models import Role
from booking.spaces.inventory import drop_rule, set_kind_rule, set_space_rule
from booking.spaces.inventory_queries import spaces_with_own_rules, written_kinds
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rules_for
from booking.spaces.rules import DAY_MINUTES, Opening
from booking.values import Refusal
from booking.values.writing import minute_clock


@blueprint.get("/rules")
@allow(Role.ADMIN)
def rules() -> ResponseReturnValue:
    """Show the rule of each kind in words, and which spaces differ."""
    session, park_id = db.session(), my_park().id
    holding, written = rules_for(session, park_id, since=None), written_kinds(session, park_id)
    kinds = [(kind, rule_lines(holding.kind(kind), kind), kind in written) for kind in Kind]
    own = [
        (space, rule_lines(holding.of(space.id, space.kind), space.kind))
        for space in spaces_with_own_rules(session, park_id)
    ]
    return render_template("inventory/rules.html", kinds=kinds, own=own)


def _form(kind: Kind, space_id: int | None) -> HoursForm | DaysForm:
    """Make the form of the rule that holds for a kind, or for a space."""

    def shown() -> dict[str, Any]:
        held = _held(kind, space_id)
        days = {"maximum_days": held.maximum_minutes // DAY_MINUTES} if kind is Kind.STORAGE else {}
        return {"obj": held, **days}

    locks: tuple[type[Base], int] = (Space, space_id) if space_id else (Park, my_park().id)
    about = {"kind": kind.value, "space_id": space_id}
    thing = EditedRecord(
        "opening_rule", None, (locks,), concerns=lambda entry: about.items() <= _facts(entry).items()
    )
    return DaysForm.of(thing, shown) if kind is Kind.STORAGE else HoursForm.of(thing, shown)


def _facts(entry: AuditEntry) -> dict[str, Any]:
    return entry.after or entry.before or {}


def _held(kind: Kind, space_id: int | None) -> Opening:
    known = rules_for(db.session(), my_park().id, since=None)
    return known.kind(kind) if space_id is None else known.of(space_id, kind)


def _kind_or_404(name: str) -> Kind:
    if name not in list(Kind):
        abort(404)
    return Kind(name)


@blueprint.route("/rules/<name>", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("开放规则"), HoursForm, DaysForm)
def kind_rule(name: str) -> ResponseReturnValue:
    """Change the rule of a kind."""
    kind = _kind_or_404(name)
    held = rules_for(db.session(), my_park().id, since=None).kind(kind)
    form = _form(kind, None)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                form.check(session)
                set_kind_rule(session, my_park().id, kind, form.opening(held), by=actor(), now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("%(kind)s的开放规则已保存。", kind=kind_name(kind)), "success")
            return redirect(url_for(".rules"))
    written = kind in written_kinds(db.session(), my_park().id)
    return form_page(
        "inventory/rule.html", form, kind=kind, space=None, lines=rule_lines(held, kind), written=written
    )


@blueprint.post("/rules/<name>/drop")
@allow(Role.ADMIN)
def drop_kind_rule(name: str) -> ResponseReturnValue:
    """Let the park's hours hold for a kind again."""
    kind = _kind_or_404(name)
    with transaction() as session:
        drop_rule(session, my_park().id, kind, None, by=actor(), now=clock.now())
    flash(gettext("%(kind)s恢复按园区的开放时间。", kind=kind_name(kind)), "success")
    return redirect(url_for(".rules"))


@blueprint.route("/spaces/<int:space_id>/rule", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("开放规则"), HoursForm, DaysForm)
def space_rule(space_id: int) -> ResponseReturnValue:
    """Give a space a rule of its own, which replaces its kind's whole."""
    space = space_or_404(space_id)
    kind, known = space.kind, rules_for(db.session(), space.park_id, since=None)
    held = known.of(space_id, kind)
    form = _form(kind, space_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                form.check(session)
                opening = form.opening(held)
                set_space_rule(session, space_or_404(space_id), opening, by=actor(), now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("单独的开放规则已保存。"), "success")
            return redirect(url_for(".space", space_id=space_id))
    return form_page(
        "inventory/rule.html",
        form,
        kind=kind,
        space=space_or_404(space_id),
        lines=rule_lines(known.kind(kind), kind),
        written=space_id in known.of_space,
    )


@blueprint.post("/spaces/<int:space_id>/rule/drop")
@allow(Role.ADMIN)
def drop_space_rule(space_id: int) -> ResponseReturnValue:
    """Let the rule of its kind hold for a space again."""
    with transaction() as session:
        space = space_or_404(space_id)
        drop_rule(session, space.park_id, space.kind, space_id, by=actor(), now=clock.now())
    flash(gettext("单独的规则已取消，改按同类空间的规则。"), "success")
    return redirect(url_for(".space", space_id=space_id))


def rule_lines(rule: Opening, kind: Kind) -> list[str]:
    """Say a rule in sentences, the last of them an example."""
    first = [_days(rule)] if kind is Kind.STORAGE else [_hours(rule), _length(rule)]
    last = [] if kind is Kind.STORAGE else [rule_example(rule)]
    return [*first, _ahead(rule), *_afterwards(rule), *last]


def _hours(rule: Opening) -> str:
    hours = {"opens": minute_clock(rule.opens_minute), "closes": minute_clock(rule.closes_minute)}
    if rule.open_on_rest_days:
        return str(gettext("每天 %(opens)s–%(closes)s 开放，休息日也开放。", **hours))
    return str(gettext("工作日 %(opens)s–%(closes)s 开放，休息日不开放。", **hours))


def _days(rule: Opening) -> str:
    days = rule.maximum_minutes // DAY_MINUTES
    return str(gettext("按天租用，全天可进出；一次最多 %(days)s 天，也可以不定期限。", days=days))


def _length(rule: Opening) -> str:
    return str(
        gettext(
            "开始和结束落在 %(step)s的刻度上，一次最短 %(shortest)s，最长 %(longest)s。",
            step=duration(rule.step_minutes),
            shortest=duration(rule.minimum_minutes),
            longest=duration(rule.maximum_minutes),
        )
    )


def _ahead(rule: Opening) -> str:
    if not rule.lead_minutes:
        return str(gettext("最多提前 %(days)s 天预订，空着就可以马上订。", days=rule.horizon_days))
    lead = duration(rule.lead_minutes)
    return str(gettext("最多提前 %(days)s 天、至少提前 %(lead)s预订。", days=rule.horizon_days, lead=lead))


def _afterwards(rule: Opening) -> list[str]:
    said = []
    if rule.buffer_minutes:
        said.append(gettext("每次用完后留空 %(buffer)s，不收费。", buffer=duration(rule.buffer_minutes)))
    if rule.needs_approval:
        said.append(gettext("预订须管理员批准后才生效。"))
    return said


def rule_example(rule: Opening) -> str:
    """Give the earliest and shortest use of a day that is allowed, and a start that is not."""
    start = -(-rule.opens_minute // rule.step_minutes) * rule.step_minutes
    end = start + rule.minimum_minutes
    if end > rule.closes_minute:
        return str(gettext("注意：按这条规则，一天里没有一段能订。"))
    times = {"start": minute_clock(start), "end": minute_clock(end), "off": minute_clock(start + 1)}
    if rule.step_minutes == 1:
        return str(gettext("例如：一天里最早、最短的一段是 %(start)s–%(end)s。", **times))
    return str(
        gettext(
            "例如：一天里最早、最短的一段是 %(start)s–%(end)s；%(off)s 不在刻度上，不能从那时开始。", **times
        )
    )
