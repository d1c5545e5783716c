"""A form field for an amount of money, typed in yuan."""

from __future__ import annotations

import re

from wtforms import Field
from wtforms.widgets import TextInput

from booking.language import gettext
from booking.values.money import FEN_PER_YUAN, Money

TYPED = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")


class YuanField(Field):
    """Reads `1,234.5` as ¥1,234.50; `data` is Money, or None where nothing is typed."""

    widget = TextInput()
    data: Money | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; never through binary floating point."""
        text = (valuelist[0] if valuelist else "").strip().replace(",", "").replace("，", "").lstrip("¥￥")
        self.data = None
        if not text:
            return
        match = TYPED.fullmatch(text)
        if match is None:
            raise ValueError(gettext("请填写金额，最多两位小数，例如 1500 或 1500.50。"))
        yuan, fen = match.groups()
        self.data = Money(int(yuan) * FEN_PER_YUAN + int((fen or "").ljust(2, "0")))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return str(self.data) if self.data is not None else ""
