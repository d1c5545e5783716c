"""The forms of a reservation. Times are the park's; rules and the database judge them, not the browser."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.edit_form import EditForm
from booking.blueprints.kit.forms.fields import CheckboxesField, ClockField, DayField
from booking.blueprints.kit.forms.validators import InRange
from booking.language import lazy_gettext as _


class DayForm(FlaskForm):
    """A day, from one time to another."""

    day = DayField(_("日期"), [InputRequired(_("请选择日期。"))])
    starts = ClockField(_("开始"), [InputRequired(_("请填写开始时间。"))])
    ends = ClockField(_("结束"), [InputRequired(_("请填写结束时间。"))])


class StoreForm(FlaskForm):
    """A store, by whole days; without a last day it is kept until it is given back."""

    day = DayField(_("从哪天起"), [InputRequired(_("请选择日期。"))])
    until = DayField(_("到哪天为止"), [Optional()], description=_("不填就是一直用到退租，按天计费。"))


MOST_PEOPLE = 10_000
LONGEST_PURPOSE = 120
LONGEST_KEY = 40


class _Wish(FlaskForm):
    people = IntegerField(
        _("人数"),
        [InputRequired(_("请填写人数。")), InRange(1, MOST_PEOPLE, _("人数至少为 1。"))],
        default=1,
    )
    purpose = StringField(
        _("用途"), [Length(max=LONGEST_PURPOSE, message=_("用途请不要超过 120 个字。")), Optional()]
    )
    idempotency_key = HiddenField(validators=[Length(max=LONGEST_KEY)])


class ReserveForm(DayForm, _Wish):
    """Reserve one space."""

    space = HiddenField()


class ReserveStoreForm(StoreForm, _Wish):
    """Reserve one store."""

    space = HiddenField()


class PoolForm(DayForm, _Wish):
    """Reserve any one of a kind, in an area or anywhere."""

    kind = SelectField(_("类型"))
    area = SelectField(_("区域"), coerce=whole)
    equipment = CheckboxesField(_("需要的设备"), validate_choice=False)


class MoveForm(DayForm, EditForm):
    """Move to another time or space of the kind."""

    space = SelectField(_("空间"), coerce=whole)


class MoveStoreForm(StoreForm, EditForm):
    """Move to another store or other days."""

    space = SelectField(_("空间"), coerce=whole)


class EndForm(EditForm):
    """Another end for the same day; whether it is free is the database's to say."""

    ends = SelectField(_("新的结束时间"), validate_choice=False)


class EndStoreForm(EditForm):
    """Another last day, or none."""

    until = DayField(_("到哪天为止"), [Optional()], description=_("不填就是一直用到退租，按天计费。"))
