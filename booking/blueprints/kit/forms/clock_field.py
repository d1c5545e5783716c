"""A form field for a time of the day."""

from typing import Any

from markupsafe import Markup
from wtforms import Field
from wtforms.widgets import TextInput, TimeInput

from booking.blueprints.kit.forms.read_field import ReadField
from booking.blueprints.kit.labels.spaces import minute_clock
from booking.language import gettext
from booking.spaces import cells
from booking.spaces.rules import DAY_MINUTES


class ClockInput(TimeInput):
    """The browser's own field for times, where it can show the value: it cannot show 24:00, nor nonsense."""

    def __call__(self, field: Field, **attributes: Any) -> Markup:  # noqa: ANN401 - as WTForms types it
        """Draw it."""
        text = field.text if isinstance(field, ClockField) else ""
        minute = cells.minute(text)
        shown = not text or (minute is not None and minute < DAY_MINUTES)
        return super().__call__(field, **attributes) if shown else TextInput()(field, **attributes)


class ClockField(ReadField):
    """A time of the day; `data` is minutes after midnight, and 24:00 is the day's end.

    Where 24:00 is usual, give it `widget=TextInput()`: no browser's own field lets one choose that.
    """

    widget = ClockInput()
    data: int | None

    def read(self, text: str) -> int:
        """Read 9:30, 09：30 or 24:00; raises ValueError with what is wrong."""
        minute = cells.minute(text)
        if minute is None:
            raise ValueError(gettext("请填写时间，例如 09:30，一天的结束写 24:00。"))
        return minute

    def written(self, value: int) -> str:
        """Write 09:30."""
        return minute_clock(value)
