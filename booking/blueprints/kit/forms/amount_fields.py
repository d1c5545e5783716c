"""Form fields for an amount of money in yuan and for an area in square metres."""

from typing import Any

from booking.blueprints.kit.forms.read_field import ReadField
from booking.language import gettext
from booking.spaces.rules import LARGEST_AREA
from booking.values.money import Money
from booking.values.reading import Misread, Trouble, read_metres, read_yuan
from booking.values.writing import area_text, metres_figure, money_text

USUAL_MOST = Money.yuan(100_000_000)


class YuanField(ReadField):
    """An amount typed in yuan; `data` is Money, between `lowest` and `highest`."""

    data: Money | None

    def __init__(
        self,
        label: Any = None,  # noqa: ANN401 - as WTForms types it
        validators: list[Any] | None = None,
        *,
        lowest: Money | None = None,
        highest: Money = USUAL_MOST,
        **options: Any,  # noqa: ANN401 - WTForms' own
    ) -> None:
        super().__init__(label, validators, **options)
        self.lowest, self.highest = lowest or Money.zero(), highest

    def read(self, text: str) -> Money:
        """Read ￥1,234.50; raises ValueError with what is wrong."""
        try:
            amount = read_yuan(text)
        except Misread as error:
            raise ValueError(self._wrong(error.trouble)) from error
        if amount > self.highest:
            raise ValueError(self._wrong(Trouble.TOO_LARGE))
        if amount < self.lowest:
            raise ValueError(self._too_small())
        return amount

    def written(self, value: Money) -> str:
        """Write 1234.50."""
        return str(value)

    def _wrong(self, trouble: Trouble) -> str:
        match trouble:
            case Trouble.TOO_FINE:
                return str(gettext("金额最多两位小数，精确到分，例如 1500.50。"))
            case Trouble.TOO_LARGE:
                return str(gettext("金额最多 %(most)s。", most=money_text(self.highest)))
        return str(gettext("请填写金额，例如 1500 或 1,500.50。"))

    def _too_small(self) -> str:
        if self.lowest == Money.zero():
            return str(gettext("金额不能是负数。"))
        if self.lowest == Money(1):
            return str(gettext("金额要大于 0。"))
        return str(gettext("金额至少 %(least)s。", least=money_text(self.lowest)))


class AreaField(ReadField):
    """Square metres with at most two decimals; `data` is hundredths."""

    data: int | None

    def read(self, text: str) -> int:
        """Read 35.5 ㎡; raises ValueError with what is wrong."""
        try:
            area = read_metres(text)
        except Misread as error:
            raise ValueError(self._wrong(error.trouble)) from error
        if area > LARGEST_AREA:
            raise ValueError(self._wrong(Trouble.TOO_LARGE))
        if area < 0:
            raise ValueError(gettext("面积不能是负数。"))
        return area

    def written(self, value: int) -> str:
        """Write 35.5."""
        return metres_figure(value)

    def _wrong(self, trouble: Trouble) -> str:
        match trouble:
            case Trouble.TOO_FINE:
                return str(gettext("面积最多两位小数，例如 35.5。"))
            case Trouble.TOO_LARGE:
                return str(gettext("面积最多 %(most)s。", most=area_text(LARGEST_AREA)))
        return str(gettext("请填写平方米数，例如 35.5。"))
