"""The forms of needs; field names are the columns they fill."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.validators import at_most, must, tidy_line
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
        _("你需要什么"), [must(), at_most(WORDS)], description=_("一句话就够：哪里、什么事。")
    )
    kind = RadioField(_("类型"), default=GUESS, choices=options(KINDS))
    picture = FileField(_("照片"), [Optional()], description=_("可以现拍。位置等拍摄信息会去掉。"))
    name = StringField(_("姓名"), [must(), at_most(60)], [tidy_line])
    company = StringField(_("企业"), [must(), at_most(120)], [tidy_line])
    phone = StringField(
        _("手机"), [must(), at_most(40)], [tidy_line], description=_("联络员会打这个电话核实。")
    )


class NeedAnswerForm(FlaskForm):
    """The answer to a need."""

    answer = TextAreaField(_("答复"), [must(), at_most(WORDS)], description=_("提出的人会收到这段话。"))


class RemarkForm(FlaskForm):
    """What who asked says of the answer."""

    remark = TextAreaField(_("还差什么"), [Optional(), Length(max=WORDS, message=_("最多 %(max)d 个字。"))])


class HandForm(FlaskForm):
    """To whom a need is handed."""

    owner = SelectField(_("转给"), coerce=int)


class KindForm(FlaskForm):
    """The right kind of a need."""

    kind = SelectField(_("类型"), choices=options(KINDS[1:]))
