"""Days and instants as form fields that say what is wrong in the reader's language."""

from collections.abc import Iterable

from wtforms import DateField, DateTimeLocalField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.widgets import CheckboxInput, ListWidget

from booking.blueprints.kit.local_time import day_or_none, wall_or_none
from booking.language import gettext as _


class DayField(DateField):
    """A day that a person could mean."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Refuse what is no day, or lies in another century."""
        if not valuelist:
            return
        text = valuelist[0]
        self.data = day_or_none(text)
        if text and self.data is None:
            raise ValueError(_("请填写日期，例如 2026-11-03。"))


class WallField(DateTimeLocalField):
    """A day and time on the park's clock that a person could mean."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Refuse what is no time, or lies in another century; what is empty is a matter of validators."""
        if not any(valuelist):
            self.data = None
            return
        if valuelist and valuelist[0] and wall_or_none(valuelist[0]) is None:
            self.data = None
            raise ValueError(_("请填写日期和时间，例如 2026-11-03 09:30。"))
        super().process_formdata(valuelist)


class CheckboxesField(SelectMultipleField):
    """Any number of choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def options(pairs: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    """Make what a field offers: of each pair the first is sent, the second is read."""
    return [SelectChoice(sent, read) for sent, read in pairs]
