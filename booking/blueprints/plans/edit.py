"""Where an administrator draws an area's plan and lays its spaces on it, undoes, and fills in the rest."""

from collections.abc import Mapping, Sequence
from io import BytesIO

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from PIL import Image
from sqlalchemy.orm import Session

from booking import clock
from booking.blueprints.inventory.loading import area_or_404
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.edit_form import EditedRecord
from booking.blueprints.kit.forms.press import pressed
from booking.blueprints.kit.forms.responses import form_page
from booking.blueprints.kit.labels.spaces import photo_of
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor
from booking.blueprints.messages import put_beside
from booking.blueprints.plans.drawing import CELL
from booking.blueprints.plans.forms import PLACE, PlanForm, box_label, form_data, plan_form
from booking.blueprints.plans.show import blueprint
from booking.db import db, transaction
from booking.documents.models import Document
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.people.models import Role
from booking.spaces.models import Area, Kind, Space
from booking.spaces.plans.arrange import arrange, can_undo, undo_arranging
from booking.spaces.plans.models import FloorPlan
from booking.spaces.plans.queries import latest_plan, spaces_to_place
from booking.spaces.plans.rules import MOST_SIDE, Box, Layout, Shape, ShapeKind, filled
from booking.values.refusal import Refusal


@blueprint.route("/<int:area_id>/edit", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("平面图"), PlanForm)
def edit(area_id: int) -> ResponseReturnValue:
    """Draw the plan and lay spaces on it; `fill` lays what is missing where it fits."""
    area = area_or_404(area_id)
    spaces = spaces_to_place(db.session(), area_id)
    form = _form(area, spaces)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                form.check(session)
                layout = form.layout()
                if "fill" in request.form:
                    layout = filled(layout, _missing(layout, spaces))
                arrange(session, area_or_404(area_id), layout, by=actor(), now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("平面图已保存。"), "success")
            return redirect(url_for(".edit", area_id=area_id))
    plan = latest_plan(db.session(), area_id)
    return form_page("plans/edit.html", form, **_shown(area, spaces, plan))


def _form(area: Area, spaces: Sequence[Space]) -> PlanForm:
    names = {f"{PLACE}{space.id}" for space in spaces}

    def fresh() -> dict[str, object]:
        there = form_data(_layout(area, latest_plan(db.session(), area.id)))
        return {name: value for name, value in there.items() if name in names or not name.startswith(PLACE)}

    thing = EditedRecord(
        "area",
        area.id,
        ((Area, area.id),),
        watches=lambda name: name in names or not name.startswith(PLACE),
        say=dict.fromkeys(names, box_label),
    )
    return plan_form(spaces).of(thing, fresh)


def _layout(area: Area, plan: FloorPlan | None) -> Layout:
    """Give the plan that holds; else a floor of one room, or a sheet shaped like the picture there."""
    if plan is not None:
        return Layout.read(plan.layout, of=f"floor_plan {plan.id}")
    picture = db.session.get(Document, area.plan_id) if area.plan_id else None
    if picture is None:
        return FIRST
    with Image.open(BytesIO(picture.content)) as opened:
        rows = round(FIRST.columns * opened.height / opened.width)
    return Layout(FIRST.columns, min(max(rows, LEAST_ROWS), MOST_SIDE))


FIRST = Layout(24, 14, (Shape(ShapeKind.ROOM, Box(1, 1, 22, 12)),))
LEAST_ROWS = 6
SIZES: Mapping[Kind, tuple[int, int]] = {
    Kind.WORKSTATION: (2, 2),
    Kind.MEETING_ROOM: (5, 4),
    Kind.STORAGE: (2, 2),
    Kind.HALL: (8, 6),
}
"""How large a space is laid at first, in cells."""


def _missing(layout: Layout, spaces: Sequence[Space]) -> dict[int, tuple[int, int]]:
    there = layout.boxes()
    return {space.id: SIZES[space.kind] for space in spaces if space.id not in there}


def _shown(area: Area, spaces: Sequence[Space], plan: FloorPlan | None) -> dict[str, object]:
    return {
        "area": area,
        "spaces": spaces,
        "cell": CELL,
        "sizes": SIZES,
        "picture_url": photo_of(area.plan_id),
        "version": plan.version if plan else 0,
        "can_undo": can_undo(plan),
    }


@blueprint.post("/<int:area_id>/undo")
@allow(Role.ADMIN)
def undo(area_id: int) -> ResponseReturnValue:
    """Go back to the version before; the page says which one holds as it was drawn."""

    def do(session: Session) -> None:
        version = request.form.get("version", 0, type=whole)
        undo_arranging(session, area_or_404(area_id), version, by=actor(), now=clock.now())

    return pressed(do, gettext("已撤销上一次保存。"), url_for(".edit", area_id=area_id))
