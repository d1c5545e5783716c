"""The editor of a new version; its example follows what is typed."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.blueprints.kit.access import allow, in_background
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.filters import full_day
from booking.blueprints.kit.forms.edit_form import Beside, EditedRecord
from booking.blueprints.kit.forms.validators import UNPROCESSABLE, problems
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park, park_today
from booking.blueprints.tariffs import drafting
from booking.blueprints.tariffs.drafting import MOST_BANDS, TariffForm
from booking.blueprints.tariffs.versions import blueprint, scope_name
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.parks.models import Park
from booking.people.models import Role
from booking.spaces.models import Kind, Space
from booking.spaces.queries import space_in_park
from booking.tariffs.in_force import TariffSnapshot, snapshot_of
from booking.tariffs.models import Tariff
from booking.tariffs.publish_tariff import correct_tariff, publish_tariff
from booking.tariffs.queries import latest_version, version_of_park
from booking.values import Month, Refusal


@dataclass(frozen=True, slots=True)
class Scope:
    """What the version is for: a kind, or one space of it."""

    kind: Kind
    space: Space | None
    corrects: TariffSnapshot | None = None  # the version that is withdrawn for this one

    @property
    def space_id(self) -> int | None:
        """The space's id, or None for the whole kind."""
        return self.space.id if self.space else None

    @property
    def title(self) -> str:
        """The space's name, or the kind's."""
        return scope_name(self.kind, self.space)

    @property
    def query(self) -> dict[str, object]:
        """What names the scope in an address."""
        if self.corrects:
            return {"corrects": self.corrects.tariff_id}
        return {"space": self.space.id} if self.space else {"kind": self.kind.value}


def _scope() -> Scope:
    """Read the scope from the address: `corrects=3`, `space=12` or `kind=hall`; else it is not found."""
    corrects = request.args.get("corrects", type=whole)
    if corrects:
        return _correction(corrects)
    space_id = request.args.get("space", type=whole)
    if space_id:
        space = space_in_park(db.session(), my_park().id, space_id) or abort(404)
        return Scope(space.kind, space)
    kind = request.args.get("kind", "")
    return Scope(Kind(kind), None) if kind in list(Kind) else abort(404)


def _correction(tariff_id: int) -> Scope:
    row = version_of_park(db.session(), my_park().id, tariff_id) or abort(404)
    space = db.session.get(Space, row.space_id) if row.space_id else None
    return Scope(row.kind, space, snapshot_of(row))


@blueprint.get("/new")
@allow(Role.ADMIN)
def new() -> str:
    """Show the form, filled with the figures of the last version, or of the one to be corrected."""
    scope = _scope()
    last, form = _last(scope), _form(scope)
    drafting.suit(form, scope.kind)
    return _page(scope, form, last, _first_example(scope, last))


def _first_example(scope: Scope, last: TariffSnapshot | None) -> drafting.Worked | None:
    if scope.corrects:
        return drafting.worked(scope.corrects)
    return drafting.worked(replace(last, valid_from=_first_day(last))) if last else None


def _form(scope: Scope) -> TariffForm:
    """Make the form of the next version, which begins with the figures of the latest."""

    def beside() -> dict[str, Beside]:
        last = _last(scope)
        since = last.valid_from.isoformat() if last else ""
        return {"version": Beside(gettext("最新价目"), since, f"{last.name} {since}" if last else "")}

    about = {"kind": scope.kind.value, "space_id": scope.space_id}
    thing = EditedRecord(
        "tariff",
        None,
        ((Park, my_park().id),),
        beside,
        fields=tuple(name for name in TariffForm.names() if name not in {"name", "valid_from"}),
        concerns=lambda entry: about.items() <= (entry.after or {}).items(),
    )
    return TariffForm.of(thing, lambda: {"data": _beginning(scope)})


def _beginning(scope: Scope) -> dict[str, object]:
    last = _last(scope)
    if scope.corrects:
        return drafting.form_data_of(scope.corrects, scope.corrects.valid_from)
    if last:
        return drafting.form_data_of(last, _first_day(last))
    return drafting.usual_version(scope.kind, gettext("%(scope)s价目", scope=scope.title), park_today())


def _first_day(last: TariffSnapshot) -> date:
    return max(_next_month(park_today()), last.valid_from + timedelta(days=1))


@blueprint.post("/new")
@allow(Role.ADMIN)
@takes(_("新价目"), TariffForm)
def publish() -> ResponseReturnValue:
    """Publish the version; or, by the other buttons, add or remove a band, or show the example."""
    scope = _scope()
    form = _form(scope)
    act, _, which = request.form.get("act", "publish").partition("-")
    if act == "add" and len(form.bands) < MOST_BANDS:
        form.bands.append_entry()
    elif act == "remove":
        form.bands.entries = [row for at, row in enumerate(form.bands) if str(at) != which]
    drafting.suit(form, scope.kind)
    if act in {"add", "remove"}:
        return _page(scope, form, _last(scope), None)
    snapshot = _checked(form, scope)
    if snapshot is None:
        return _page(scope, form, _last(scope), None), UNPROCESSABLE
    if act == "example":
        return _page(scope, form, _last(scope), drafting.worked(snapshot))
    try:
        with transaction() as session:
            form.check(session)
            tariff = _publish(session, scope, snapshot)
    except Refusal as refusal:
        drafting.place(form, refusal)
        drafting.suit(form, scope.kind)
        return _page(scope, form, _last(scope), drafting.worked(snapshot)), UNPROCESSABLE
    flash(gettext("新价目已发布，自 %(day)s 起生效。", day=full_day(snapshot.valid_from)), "success")
    return redirect(url_for("tariffs.show", tariff_id=tariff.id))


def _publish(session: Session, scope: Scope, snapshot: TariffSnapshot) -> Tariff:
    park, now = my_park(), clock.now()
    if scope.corrects and scope.corrects.tariff_id:
        return correct_tariff(session, park, scope.corrects.tariff_id, snapshot, by=actor(), now=now)
    return publish_tariff(session, park, snapshot, by=actor(), now=now)


@blueprint.post("/example")
@in_background
@allow(Role.ADMIN)
def example() -> ResponseReturnValue:
    """Give the worked example of what is typed, as a piece of the page; the script asks while one types."""
    scope, form = _scope(), TariffForm()
    drafting.suit(form, scope.kind)
    snapshot = _checked(form, scope)
    found = drafting.worked(snapshot) if snapshot else None
    return render_template("tariffs/example.html", example=found, problems=problems(form))


def _checked(form: TariffForm, scope: Scope) -> TariffSnapshot | None:
    """Read the figures; None where something is wrong, which then stands beside its field."""
    if not form.validate():
        return None
    try:
        return drafting.parse_figures(form, scope.kind, scope.space_id)
    except Refusal as refusal:
        drafting.place(form, refusal)
        return None


def _page(
    scope: Scope, form: TariffForm, last: TariffSnapshot | None, example: drafting.Worked | None
) -> str:
    return render_template(
        "tariffs/edit.html",
        scope=scope,
        form=form,
        last=last,
        example=example,
        problems=problems(form),
        storage=scope.kind is Kind.STORAGE,
    )


def _last(scope: Scope) -> TariffSnapshot | None:
    row = latest_version(db.session(), my_park().id, scope.kind, scope.space_id)
    return snapshot_of(row) if row else None


def _next_month(today: date) -> date:
    return Month.containing(today, my_park().zone).next.first_day
