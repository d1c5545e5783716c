"""Fields that read what the inventory's forms ask for."""

from collections.abc import Sequence

from wtforms import Field
from wtforms.widgets import TextInput

from booking.spaces import cells


class NamesField(Field):
    """A list of names separated by 、 as a tuple."""

    widget = TextInput()

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was sent."""
        if valuelist:
            self.data: tuple[str, ...] = cells.names(valuelist[0])

    def _value(self) -> str:
        return "、".join(self.data or ())
