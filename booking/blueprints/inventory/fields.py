"""Fields that read what the inventory's forms ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import Field
from wtforms.widgets import TextInput

from booking.spaces import cells

if TYPE_CHECKING:
    from collections.abc import Sequence


class NamesField(Field):
    """A list of names separated by 、 as a tuple."""

    widget = TextInput()

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was sent."""
        if valuelist:
            self.data: tuple[str, ...] = cells.names(valuelist[0])

    def _value(self) -> str:
        return "、".join(self.data or ())
