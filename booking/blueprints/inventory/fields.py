"""Fields that read what the inventory's forms ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import Field, StringField
from wtforms.widgets import TextInput

from booking.blueprints.space_words import minute_clock
from booking.language import gettext
from booking.spaces import cells

if TYPE_CHECKING:
    from collections.abc import Sequence


class ReadField(StringField):
    """A text that is read into something else; the text stays as it was typed where it cannot be."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **options)
        self.typed: str | None = None

    def read(self, text: str) -> object:
        """Read the text; None is what cannot be read."""
        raise NotImplementedError

    def written(self, value: Any) -> str:  # noqa: ANN401 - of each field's own type
        """Write the value as people type it."""
        raise NotImplementedError

    def wrong(self) -> str:
        """Say what is asked for."""
        raise NotImplementedError

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was sent."""
        if not valuelist:
            return
        self.typed = valuelist[0]
        self.data: Any = self.read(self.typed) if self.typed.strip() else None
        if self.typed.strip() and self.data is None:
            raise ValueError(self.wrong())

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else self.written(self.data)


class MinuteField(ReadField):
    """A time of day as minutes after midnight, up to 24:00, which a time input cannot show."""

    def read(self, text: str) -> int | None:
        """Read 8:30."""
        return cells.minute(text)

    def written(self, value: int) -> str:
        """Write 08:30."""
        return minute_clock(value)

    def wrong(self) -> str:
        """Say what is asked for."""
        return str(gettext("请按 08:30 的样子填写时间，最晚 24:00。"))


class MetresField(ReadField):
    """Square metres with at most two decimals, as hundredths."""

    def read(self, text: str) -> int | None:
        """Read 35.5."""
        return cells.hundredths(text)

    def written(self, value: int) -> str:
        """Write 35.5."""
        return cells.metres_text(value)

    def wrong(self) -> str:
        """Say what is asked for."""
        return str(gettext("请填写平方米数，最多两位小数，例如 35.5。"))


class NamesField(Field):
    """A list of names separated by 、 as a tuple."""

    widget = TextInput()

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was sent."""
        if valuelist:
            self.data: tuple[str, ...] = cells.names(valuelist[0])

    def _value(self) -> str:
        return "、".join(self.data or ())
