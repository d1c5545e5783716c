"""What a search asks for."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import TimeInput

from booking.language import lazy_gettext as _

MOST_PEOPLE = 10_000


class SearchForm(FlaskForm):
    """When, how many, and with what; stores are asked for by the day."""

    class Meta:
        csrf = False  # a search changes nothing, and its address is to be kept and sent on

    day = DateField(_("日期"), [Optional()])
    until = DateField(_("到哪天为止"), [Optional()], description=_("不填就是一直用到退租。"))
    starts = StringField(_("开始"), widget=TimeInput())
    ends = StringField(_("结束"), widget=TimeInput())
    people = IntegerField(
        _("人数"), [Optional(), NumberRange(1, MOST_PEOPLE, _("人数至少为 1。"))], default=1
    )
    area = SelectField(_("区域"), coerce=int)
    equipment = SelectMultipleField(_("需要的设备"))
