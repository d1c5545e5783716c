"""The forms of needs; field names are the columns they fill."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from booking.blueprints.inventory.forms import LongerDayForm
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.edit_form import EditForm
from booking.blueprints.kit.forms.fields import DayField, options
from booking.blueprints.kit.forms.validators import at_most, between, must, tidy_line, tidy_text
from booking.language import lazy_gettext as _
from booking.needs.models import WORDS
from booking.needs.rules import NeedKind

GUESS = "guess"
KINDS = (
    (GUESS, _("由文字判断")),
    (NeedKind.WISH.value, _("想要")),
    (NeedKind.FAULT.value, _("报修")),
    (NeedKind.COMPLAINT.value, _("投诉")),
)


class AskForm(FlaskForm):
    """A need; the three lines of somebody without an account are taken away for members."""

    words = TextAreaField(
        _("你需要什么"), [must(), at_most(WORDS)], [tidy_text], description=_("一句话就够：哪里、什么事。")
    )
    kind = RadioField(_("类型"), default=GUESS, choices=options(KINDS))
    picture = FileField(_("照片"), [Optional()], description=_("可以现拍。位置等拍摄信息会去掉。"))
    name = StringField(_("姓名"), [must(), at_most(60)], [tidy_line])
    company = StringField(_("企业名称"), [must(), at_most(120)], [tidy_line])
    phone = StringField(
        _("手机"), [must(), at_most(40)], [tidy_line], description=_("联络员会打这个电话核实。")
    )


class NeedAnswerForm(FlaskForm):
    """The answer to a need."""

    answer = TextAreaField(
        _("答复"), [must(), at_most(WORDS)], [tidy_text], description=_("提出的人会收到这段话。")
    )


class GrantForm(LongerDayForm):
    """Longer hours for a need, and its answer; the need itself is the reason.

    `open_anyhow` says that the day is open for as long by itself, "" where it is not.
    """

    open_anyhow = ""

    reply = TextAreaField(
        _("答复"),
        [Optional(), at_most(WORDS)],
        [tidy_text],
        description=_("不填就写清哪一天、哪里、开到几点。"),
    )


class RemarkForm(FlaskForm):
    """What who asked says of the answer."""

    remark = TextAreaField(_("还差什么"), [Optional(), at_most(WORDS)], [tidy_text])


class HandForm(FlaskForm):
    """To whom a need is handed."""

    owner = SelectField(_("转给"), coerce=whole)


class FirmForm(FlaskForm):
    """Of which enterprise somebody is who asked without an account."""

    enterprise = SelectField(_("哪家企业"), coerce=whole)


class KindForm(FlaskForm):
    """The right kind of a need."""

    kind = SelectField(_("类型"), choices=options(KINDS[1:]))


class JoinForm(FlaskForm):
    """Needs that become a matter, or go into one."""

    title = StringField(_("议题"), [must(), at_most(80)], [tidy_line])
    needs = SelectMultipleField(_("诉求"), coerce=whole, validate_choice=False)


class MatterForm(EditForm):
    """How a matter is worded."""

    title = StringField(_("议题"), [must(), at_most(80)], [tidy_line])
    proposal = StringField(
        _("建议"),
        [Optional(), at_most(300)],
        [tidy_line],
        description=_("开会时和议题一起念的建议，可以空着。"),
    )


class MeetingForm(FlaskForm):
    """What the meeting decides; the refusal says what is missing."""

    what = StringField(_("做什么"), [at_most(300)], [tidy_line])
    who = StringField(_("谁负责"), [at_most(60)], [tidy_line], description=_("物业、企业或园区的人都可以。"))
    by_when = DayField(_("什么时候前完成"), description=_("先填了十个工作日以后，可以改。"))
    month = SelectField(_("哪个月的例会"), [must()], choices=(), validate_choice=False)


class SettleForm(FlaskForm):
    """What became of what was decided."""

    note = StringField(_("说明"), [Optional(), at_most(300)], [tidy_line])


class LiaisonForm(FlaskForm):
    """How a liaison is reached, as the contact card shows it."""

    phone = StringField(_("电话"), [must(), at_most(40)], [tidy_line])
    picture = FileField(_("照片"), [Optional()], description=_("正面照，会裁成圆形。不选就保留现在的。"))


class EarlierForm(FlaskForm):
    """A figure of before, with its source."""

    kind = SelectField(_("类型"), choices=options(KINDS[1:]), default=NeedKind.COMPLAINT.value)
    month = StringField(
        _("哪一年或哪个月"), [must()], [tidy_line], description=_("整年写 2025，某个月写 2025-10。")
    )
    number = IntegerField(_("件数"), [InputRequired(_("请填写件数。")), between(0, 100_000)])
    source = StringField(
        _("来源"), [at_most(120)], [tidy_line], description=_("例如“物业投诉登记簿，2025 年”。")
    )
    document = FileField(
        _("来源的扫描件"), [Optional()], description=_("PDF 或图片，最多 10 MB；从每月数字的来历可以打开。")
    )
