"""A text field that is read into something else; what was typed stays as it was typed."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field
from wtforms.widgets import Input, TextInput


class ReadField(Field):
    """Reads what was typed into `data`, None where nothing was; a sentence refuses what it cannot read."""

    widget: Input = TextInput()
    data: Any

    def read(self, text: str) -> object:
        """Read the text; raises ValueError with what to say to the reader."""
        raise NotImplementedError

    def written(self, value: Any) -> str:  # noqa: ANN401 - of each field's own type
        """Write the value as people type it."""
        raise NotImplementedError

    @property
    def text(self) -> str:
        """What the field shows: as it was typed, else the value it began with."""
        return self._value()

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was sent; blanks are nothing, also for who asks whether something was."""
        if not valuelist:
            return
        self.data = None
        if not valuelist[0].strip():
            self.raw_data = []
            return
        self.data = self.read(valuelist[0])

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.written(self.data)
