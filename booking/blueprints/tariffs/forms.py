"""The form of a tariff version."""

from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DecimalField, FieldList, Form, FormField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError
from wtforms.widgets import TextInput

from booking.blueprints.kit.forms.edit_form import EditForm
from booking.blueprints.kit.forms.fields import ClockField, DayField, WholeField, YuanField
from booking.blueprints.kit.forms.validators import number_between, required, tidy_line
from booking.language import lazy_gettext as _
from booking.values.money import Money


class AtMostPlaces:
    """Refuse more decimals than can be kept."""

    def __init__(self, places: int) -> None:
        self.places = places

    def __call__(self, _form: Form, field: DecimalField) -> None:
        """Look at what was typed."""
        value: Decimal | None = field.data
        if value is not None and (not value.is_finite() or value != round(value, self.places)):
            raise ValidationError(_("最多 %(places)s 位小数。", places=self.places))


MOST_DIGITS = 12  # before the point; decimals do not reckon with thousands of them


class FigureField(DecimalField):
    """A number with decimals, refused in our own words and written back as typed."""

    def __init__(self, label: Any, validators: Any, **options: Any) -> None:  # noqa: ANN401 - as WTForms types it
        super().__init__(label, validators, places=None, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("请填写数字。")) from error
        if self.data is not None and self.data.is_finite() and self.data.adjusted() > MOST_DIGITS:
            self.data = None
            raise ValueError(_("请填写数字。"))


class BandForm(Form):
    """One band: part of the day with its own factor."""

    name = StringField(_("名称"), [required(), Length(max=40, message=_("最多 40 个字。"))])
    days = SelectField(_("哪些日子"))
    starts = ClockField(_("从"), [required()], widget=TextInput())
    ends = ClockField(_("到"), [required()], widget=TextInput())
    factor = FigureField(_("系数"), [required(), number_between(0, 100), AtMostPlaces(4)])


class WithdrawalForm(FlaskForm):
    """Why a version that was published never holds."""

    reason = StringField(
        _("原因"),
        [DataRequired(_("请写明原因。")), Length(max=500, message=_("最多 500 个字。"))],
        [tidy_line],
    )


MOST_BANDS = 24
HIGHEST_PRICE = Money.yuan(1_000_000)
MOST_MINUTES = 60 * 24 * 31


class TariffForm(EditForm):
    """A version's figures, as an administrator types them: yuan, per cent, minutes."""

    name = StringField(_("价目名称"), [required(), Length(max=80, message=_("最多 80 个字。"))])
    valid_from = DayField(_("生效日"), [required()])
    basis = SelectField(_("计价方式"))
    rate = YuanField(_("单价（含税）"), [required()], highest=HIGHEST_PRICE)
    increment_minutes = WholeField(_("计费步长"), [required(), number_between(1, 24 * 60)])
    minimum_minutes = WholeField(_("最短计费"), [required(), number_between(0, 24 * 60)])
    daily_cap = YuanField(_("每日封顶"), [Optional()], highest=HIGHEST_PRICE)
    bands = FieldList(FormField(BandForm), max_entries=MOST_BANDS)
    free_micro = WholeField(_("微型企业"), [Optional(), number_between(0, MOST_MINUTES)])
    free_small = WholeField(_("小型企业"), [Optional(), number_between(0, MOST_MINUTES)])
    free_medium = WholeField(_("中型企业"), [Optional(), number_between(0, MOST_MINUTES)])
    free_large = WholeField(_("大型企业"), [Optional(), number_between(0, MOST_MINUTES)])
    no_show = FigureField(_("未到收取报价的"), [required(), number_between(0, 100), AtMostPlaces(1)])
    late_cancel = FigureField(_("迟取消收取报价的"), [required(), number_between(0, 100), AtMostPlaces(1)])
    late_cancel_minutes = WholeField(_("开始前多久内取消算迟"), [required(), number_between(0, 60 * 24 * 30)])
    vat = FigureField(_("增值税税率"), [required(), number_between(0, 100), AtMostPlaces(1)])
    vat_source = StringField(_("税率依据"), [required(), Length(max=200, message=_("最多 200 个字。"))])
