"""The form of a plan: its size, what is drawn, and four numbers a space."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from wtforms import Field, FieldList, Form, FormField, SelectField, StringField
from wtforms.validators import Optional

from booking.blueprints.kit.forms.edit_form import EditForm
from booking.blueprints.kit.forms.fields import WholeField, options
from booking.blueprints.kit.forms.validators import at_most, number_between, required, tidy_line
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.spaces.models import Space
from booking.spaces.plans.rules import (
    LABEL_LENGTH,
    LEAST_SIDE,
    MOST_SHAPES,
    MOST_SIDE,
    Box,
    Layout,
    PlacedSpace,
    Shape,
    ShapeKind,
)

SIDES = len(Box._fields)
NOTHING = ("",) * SIDES


class BoxField(Field):
    """A rectangle: its four numbers are four inputs of one name; all of them empty is none."""

    data: Box | None

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
            self.data = Box(*(_small(one) for one in numbers))
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


class ShapeForm(Form):
    """One rectangle of the drawing; without numbers it is none."""

    kind = SelectField(
        _("画的是"),
        choices=options(
            [
                (ShapeKind.ROOM.value, _("房间")),
                (ShapeKind.PASSAGE.value, _("通道")),
                (ShapeKind.FACILITY.value, _("设施")),
                (ShapeKind.GREEN.value, _("绿植")),
            ]
        ),
    )
    label = StringField(_("文字"), [Optional(), at_most(LABEL_LENGTH)], [tidy_line])
    label_en = StringField(_("英文"), [Optional(), at_most(LABEL_LENGTH)], [tidy_line])
    box = BoxField(_("位置"))


def _side(label: Any) -> WholeField:  # noqa: ANN401 - as WTForms types it
    return WholeField(label, [required(), number_between(LEAST_SIDE, MOST_SIDE)])


class PlanForm(EditForm):
    """An area's plan; `plan_form` adds a field for each of its spaces."""

    columns = _side(_("图宽（格）"))
    rows = _side(_("图高（格）"))
    shapes = FieldList(FormField(ShapeForm), _("底图"), max_entries=MOST_SHAPES + 1)

    def layout(self) -> Layout:
        """Read the whole plan."""
        return Layout(
            self.columns.data or 0, self.rows.data or 0, tuple(self._drawn()), tuple(self._placed())
        )

    def _drawn(self) -> Iterable[Shape]:
        for row in self.shapes:
            one = row.form
            if one.box.data is not None:
                kind = ShapeKind(one.kind.data)
                yield Shape(kind, one.box.data, one.label.data or "", one.label_en.data or "")

    def _placed(self) -> Iterable[PlacedSpace]:
        for name, one in self._fields.items():
            if name.startswith(PLACE) and one.data is not None:
                yield PlacedSpace(int(name.removeprefix(PLACE)), one.data)


PLACE = "place_"


def plan_form(spaces: Sequence[Space]) -> type[PlanForm]:
    """Make the form of a plan that these spaces may lie on."""
    fields = {f"{PLACE}{space.id}": BoxField(f"{space.code} {space.name}") for space in spaces}
    return cast("type[PlanForm]", type("PlanForm", (PlanForm,), fields))


def form_data(layout: Layout) -> dict[str, Any]:
    """Give what the form of a plan shows: what there is, and an empty row for another rectangle."""
    empty = {"kind": ShapeKind.ROOM.value}
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
