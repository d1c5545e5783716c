"""The forms of the park's own things; field names are the columns they fill."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, IntegerField, RadioField, StringField, TelField, TimeField
from wtforms.validators import InputRequired, Optional

from booking.blueprints.kit.forms.edit_form import EditForm
from booking.blueprints.kit.forms.fields import DayField, options
from booking.blueprints.kit.forms.validators import an_email, at_most, between, must, tidy, tidy_email
from booking.language import lazy_gettext as _


class ParkForm(EditForm):
    """A park's particulars."""

    name = StringField(_("园区名称"), [must(), at_most(80)], [tidy])
    name_en = StringField(_("英文名称"), [Optional(), at_most(80)], [tidy])
    zone_name = StringField(_("时区"), [must(), at_most(40)], [tidy])
    opens = TimeField(_("开放"), [InputRequired(_("请填写时间，例如 08:00。"))])
    closes = TimeField(_("关闭"), [InputRequired(_("请填写时间，例如 08:00。"))])
    open_on_rest_days = BooleanField(_("休息日也开放"))
    grace_minutes = IntegerField(_("保留时间"), [InputRequired(_("请填写整数。")), between(0, 240)])
    early_minutes = IntegerField(_("可提前签到"), [InputRequired(_("请填写整数。")), between(0, 240)])
    hold_minutes = IntegerField(_("候补保留时间"), [InputRequired(_("请填写整数。")), between(1, 480)])
    answer_hours = IntegerField(_("答复申请"), [InputRequired(_("请填写整数。")), between(1, 90)])
    review_days = IntegerField(_("对账期"), [InputRequired(_("请填写整数。")), between(0, 30)])
    payment_days = IntegerField(_("付款期"), [InputRequired(_("请填写整数。")), between(0, 180)])
    seller_name = StringField(_("销售方名称"), [Optional(), at_most(120)], [tidy])
    seller_uscc = StringField(_("统一社会信用代码"), [Optional(), at_most(30)], [tidy])
    seller_address = StringField(_("地址"), [Optional(), at_most(200)], [tidy])
    seller_phone = TelField(_("电话"), [Optional(), at_most(40)], [tidy])
    bank_name = StringField(_("开户行"), [Optional(), at_most(120)], [tidy])
    bank_account = StringField(_("银行账号"), [Optional(), at_most(40)], [tidy])
    mail_from = EmailField(_("发件邮箱"), [Optional(), an_email(), at_most(254)], [tidy_email])
    branch_email = EmailField(_("党支部邮箱"), [Optional(), an_email(), at_most(254)], [tidy_email])


class CalendarDayForm(EditForm):
    """What one day is."""

    day = DayField(_("日期"), [InputRequired(_("请选择日期。"))])
    working = RadioField(
        _("这一天"),
        choices=options([("work", _("上班")), ("rest", _("休息")), ("week", _("按星期几"))]),
        default="rest",
        validators=[InputRequired(_("请选择一项。"))],
    )
    label = StringField(
        _("说明"), [Optional(), at_most(60)], [tidy], description=_("例如：国庆节、调休上班。")
    )


class YearForm(EditForm):
    """Whether a year's calendar is published, and where it comes from."""

    published = BooleanField(_("国务院办公厅已发布，这里已核对"))
    source = StringField(_("来源"), [Optional(), at_most(200)], [tidy])


class SendAgainForm(FlaskForm):
    """Where a letter goes this time."""

    to = EmailField(_("收件邮箱"), [must(), an_email(), at_most(254)], [tidy_email])
