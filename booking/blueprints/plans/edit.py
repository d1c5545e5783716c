"""Where an administrator draws an area's plan and lays its spaces on it, undoes, and fills in the rest.

The form has the plan's size, what is drawn, and four numbers a space.
"""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, cast

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from PIL import Image
from sqlalchemy.orm import Session
from wtforms import Field, FieldList, FormField, IntegerField, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.edit_form import EditedRecord, EditForm, area_or_404
from booking.blueprints.kit.forms.fields import PartForm, options
from booking.blueprints.kit.forms.validators import (
    at_most,
    form_page,
    number_between,
    pressed,
    required,
    tidy_line,
)
from booking.blueprints.kit.labels.spaces import photo_of, space_label
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor
from booking.blueprints.messages import put_beside
from booking.blueprints.plans.drawing import CELL
from booking.blueprints.plans.show import blueprint
from booking.db import db, transaction
from booking.documents.models import Document
from booking.language import ENGLISH, gettext, language_tag, lazy_gettext as _, local_name
from booking.people.models import Role
from booking.spaces import floor_plan
from booking.spaces.areas import arrange, can_undo, latest_plan, spaces_to_place, undo_arranging
from booking.spaces.models import Area, FloorPlan, Kind, Space
from booking.values import Refusal

SIDES = len(floor_plan.Box._fields)
NOTHING = ("",) * SIDES


class BoxField(Field):
    """A rectangle: its four numbers are four inputs of one name; all of them empty is none."""

    data: floor_plan.Box | None

    @property
    def numbers(self) -> Sequence[str]:
        """What the inputs show: as typed, else the rectangle there is."""
        typed = tuple(str(one) for one in self.raw_data or ())
        if len(typed) == 1:  # as one text, in which a form compares and takes over values
            typed = tuple(typed[0].split(","))
        if len(typed) == SIDES:
            return typed
        return NOTHING if self.data is None else tuple(map(str, self.data))

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was sent; raises ValueError where it is no whole number, or one is missing."""
        if not valuelist:
            return
        self.data, numbers = None, [one.strip() for one in self.numbers]
        if not any(numbers):
            return
        try:
            self.data = floor_plan.Box(*(_small(one) for one in numbers))
        except ValueError as error:
            raise ValueError(gettext("距左、距上、宽、高都要填整数；不放在图上就四个都空着。")) from error

    def _value(self) -> str:
        return ",".join(self.numbers) if any(self.numbers) else ""


LARGEST = 9999


def _small(text: str) -> int:
    number = int(text)
    if abs(number) > LARGEST:
        raise ValueError(text)
    return number


def box_label(text: str) -> str:
    """Say where something lies, of what a field sends; "" is off the plan."""
    numbers = text.split(",")
    if len(numbers) != SIDES:
        return str(gettext("不在图上"))
    x, y, width, height = numbers
    return str(
        gettext("距左 %(x)s，距上 %(y)s，%(width)s × %(height)s 格", x=x, y=y, width=width, height=height)
    )


class ShapeForm(PartForm):
    """One rectangle of the drawing; without numbers it is none."""

    kind = SelectField(
        _("画的是"),
        choices=options(
            [
                (floor_plan.ShapeKind.ROOM.value, _("房间")),
                (floor_plan.ShapeKind.PASSAGE.value, _("通道")),
                (floor_plan.ShapeKind.FACILITY.value, _("设施")),
                (floor_plan.ShapeKind.GREEN.value, _("绿植")),
            ]
        ),
    )
    label = StringField(_("文字"), [Optional(), at_most(floor_plan.LABEL_LENGTH)], [tidy_line])
    label_en = StringField(_("英文"), [Optional(), at_most(floor_plan.LABEL_LENGTH)], [tidy_line])
    box = BoxField(_("位置"))

    def validate_box(self, field: BoxField) -> None:
        """Refuse words that stand nowhere: they would be lost."""
        if field.data is None and not field.process_errors and (self.label.data or self.label_en.data):
            raise ValidationError(gettext("填了文字，还要填它在哪里、多大；不要它就把文字也清空。"))


def _side(label: Any) -> IntegerField:  # noqa: ANN401 - as WTForms types it
    return IntegerField(label, [required(), number_between(floor_plan.LEAST_SIDE, floor_plan.MOST_SIDE)])


class PlanForm(EditForm):
    """An area's plan; `plan_form` adds a field for each of its spaces."""

    columns = _side(_("图宽（格）"))
    rows = _side(_("图高（格）"))
    shapes = FieldList(FormField(ShapeForm), _("矩形"), max_entries=floor_plan.MOST_SHAPES + 1)

    def layout(self) -> floor_plan.Layout:
        """Read the whole plan."""
        return floor_plan.Layout(
            self.columns.data or 0, self.rows.data or 0, tuple(self._drawn()), tuple(self._placed())
        )

    def _drawn(self) -> Iterable[floor_plan.Shape]:
        for row in self.shapes:
            one = row.form
            if one.box.data is not None:
                kind = floor_plan.ShapeKind(one.kind.data)
                yield floor_plan.Shape(kind, one.box.data, one.label.data or "", one.label_en.data or "")

    def _placed(self) -> Iterable[floor_plan.PlacedSpace]:
        for name, one in self._fields.items():
            if name.startswith(PLACE) and one.data is not None:
                yield floor_plan.PlacedSpace(int(name.removeprefix(PLACE)), one.data)


PLACE = "place_"


def plan_form(spaces: Sequence[Space]) -> type[PlanForm]:
    """Make the form of a plan that these spaces may lie on."""
    fields = {f"{PLACE}{space.id}": BoxField(space_label(space)) for space in spaces}
    return cast("type[PlanForm]", type("PlanForm", (PlanForm,), fields))


def form_data(layout: floor_plan.Layout) -> dict[str, Any]:
    """Give what the form of a plan shows: what there is, and an empty row for another rectangle."""
    empty = {"kind": floor_plan.ShapeKind.ROOM.value}
    rows = [
        {"kind": one.kind.value, "label": one.label, "label_en": one.label_en, "box": one.box}
        for one in layout.shapes
    ]
    return {
        "columns": layout.columns,
        "rows": layout.rows,
        "shapes": [*rows, empty],
        **{f"{PLACE}{space_id}": box for space_id, box in layout.boxes().items()},
    }


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
                    layout = floor_plan.filled(layout, _missing(layout, spaces))
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


def _layout(area: Area, plan: FloorPlan | None) -> floor_plan.Layout:
    """Give the plan that holds; else a floor of one room, or a sheet shaped like the picture there."""
    if plan is not None:
        return floor_plan.Layout.read(plan.layout, of=f"floor_plan {plan.id}")
    picture = db.session.get(Document, area.plan_id) if area.plan_id else None
    if picture is None:
        return FIRST
    with Image.open(BytesIO(picture.content)) as opened:
        rows = round(FIRST.columns * opened.height / opened.width)
    return floor_plan.Layout(FIRST.columns, min(max(rows, LEAST_ROWS), floor_plan.MOST_SIDE))


FIRST = floor_plan.Layout(
    24, 14, (floor_plan.Shape(floor_plan.ShapeKind.ROOM, floor_plan.Box(1, 1, 22, 12)),)
)
LEAST_ROWS = 6
SIZES: Mapping[Kind, tuple[int, int]] = {
    Kind.WORKSTATION: (2, 2),
    Kind.MEETING_ROOM: (5, 4),
    Kind.STORAGE: (2, 2),
    Kind.HALL: (8, 6),
}
"""How large a space is laid at first, in cells."""


def _missing(layout: floor_plan.Layout, spaces: Sequence[Space]) -> dict[int, tuple[int, int]]:
    there = layout.boxes()
    return {space.id: SIZES[space.kind] for space in spaces if space.id not in there}


def _shown(area: Area, spaces: Sequence[Space], plan: FloorPlan | None) -> dict[str, object]:
    return {
        "area": area,
        "area_name": local_name(area.name, area.name_en),
        "spaces": spaces,
        "names": {space.id: local_name(space.name, space.name_en) for space in spaces},
        "english": language_tag() == ENGLISH,
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
