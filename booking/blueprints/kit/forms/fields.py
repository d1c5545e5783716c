"""Form fields that are read into amounts, areas, days and times, and say what they cannot read."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from flask_wtf.i18n import translations
from markupsafe import Markup
from wtforms import DateField, DateTimeLocalField, Field, Form, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.fields.core import Flags
from wtforms.form import BaseForm
from wtforms.widgets import CheckboxInput, Input, ListWidget, TextInput, TimeInput

from booking.blueprints.kit.converters import day_or_none, local_time_or_none
from booking.language import gettext, gettext as _
from booking.spaces import cells
from booking.spaces.rules import DAY_MINUTES, LARGEST_AREA
from booking.values import Money
from booking.values.reading import Misread, Trouble, read_metres, read_yuan
from booking.values.writing import area_text, metres_figure, minute_clock, money_text


class PartForm(Form):
    """A form within another, which says what its fields cannot read as the whole one does."""

    class Meta:
        """As of `FlaskForm`, but for what belongs to the whole form."""

        def get_translations(self, _form: BaseForm) -> Any:  # noqa: ANN401 - Flask-WTF publishes no types
            """Give the sentences of the language spoken now."""
            return translations


class BoundOnce:
    """The `Meta` of forms that are made with nearly every press: a field is bound once, and then copied.

    What WTForms makes of its label, validators and flags is the same each time, and takes longer than to
    read what was sent. What a form may set on its fields is each form's own.
    """

    def bind_field(self, form: BaseForm, unbound_field: Any, options: dict[str, Any]) -> Field:  # noqa: ANN401 - its own type, or a stand-in
        """Give a field of the form, before anything was read into it."""
        key = (type(form), options["name"], options["prefix"])
        bound = _BOUND.get(key)
        if bound is None or bound.of is not unbound_field:
            made: Field = unbound_field.bind(form=form, **options)
            if getattr(type(form), options["name"], None) is not unbound_field:  # made for this form alone
                return made
            facts = vars(made) | {"_form": None, "meta": None}
            own = tuple(name for name, value in facts.items() if isinstance(value, list | dict))
            bound = _BOUND[key] = _Bound(unbound_field, type(made), facts, own, dict(vars(made.flags)))
        field, flags = object.__new__(bound.kind), _SetFlags()
        vars(flags).update(bound.flags)
        facts = vars(field)
        facts.update(bound.facts, _form=form, meta=self, flags=flags)
        for name in bound.own:
            facts[name] = facts[name].copy()
        return field


class _SetFlags(Flags):
    """Flags that name what is set, and not what every object has: each widget looks at all of them."""

    def __dir__(self) -> Iterable[str]:
        return vars(self)


class _Bound(NamedTuple):
    """A field as it is bound: of what, and its facts, with those that a form may change within."""

    of: object
    kind: type[Field]
    facts: dict[str, Any]
    own: tuple[str, ...]
    flags: dict[str, Any]


_BOUND: dict[tuple[type[BaseForm], str, str], _Bound] = {}


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


class ClockInput(TimeInput):
    """The browser's own field for times, where it can show the value: neither 24:00 nor what is no time."""

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


class LocalTimeField(DateTimeLocalField):
    """A day and time on the park's clock that a person could mean."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Refuse what is no time, or lies in another century; what is empty is a matter of validators."""
        if not any(valuelist):
            self.data = None
            return
        if valuelist and valuelist[0] and local_time_or_none(valuelist[0]) is None:
            self.data = None
            raise ValueError(_("请填写日期和时间，例如 2026-11-03 09:30。"))
        super().process_formdata(valuelist)


class CheckboxesField(SelectMultipleField):
    """Any number of choices as boxes to tick; what is not among them is refused in our own words."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - what WTForms takes
        """Begin like any other field."""
        super().__init__(*args, **kwargs)
        self.invalid_choice_message = _not_offered


def _not_offered(_count: int) -> str:
    return str(gettext("请从列出的里面选。"))


def options(pairs: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    """Make what a field offers: of each pair the first is sent, the second is read."""
    return [SelectChoice(sent, read) for sent, read in pairs]
