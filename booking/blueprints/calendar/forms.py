"""What a search asks for."""

from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField
from wtforms.validators import Optional

from booking.blueprints.kit.forms.fields import CheckboxesField, ClockField, DayField
from booking.blueprints.kit.forms.validators import InRange
from booking.blueprints.reservations.forms import MOST_PEOPLE
from booking.language import lazy_gettext as _


class SearchForm(FlaskForm):
    """When, how many, and with what; stores are asked for by the day."""

    class Meta:
        csrf = False  # a search changes nothing, and its address is to be kept and sent on

    day = DayField(_("日期"), [Optional()])
    until = DayField(_("到哪天为止"), [Optional()], description=_("不填就是一直用到退租。"))
    starts = ClockField(_("开始"))
    ends = ClockField(_("结束"))
    people = IntegerField(_("人数"), [Optional(), InRange(1, MOST_PEOPLE, _("人数至少为 1。"))], default=1)
    area = SelectField(_("区域"), coerce=int)
    equipment = CheckboxesField(_("需要的设备"))
