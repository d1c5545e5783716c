"""The forms of savings; field names are the columns they fill."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, MonthField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from booking.blueprints.kit.forms.edit_form import EditForm
from booking.blueprints.kit.forms.fields import AreaField, DayField, YuanField, options
from booking.blueprints.kit.forms.validators import NeededAtTimes, tidy_line, tidy_text
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.savings.rules import BaselineDecision


class FirstDayField(MonthField):
    """A month, as its first day; says in our words what is asked for."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read 2026-10."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(gettext("请按 2026-10 的样子填写月份。")) from error


class BaselineForm(EditForm):
    """A version of the baseline."""

    valid_from = FirstDayField(
        _("从哪个月起"),
        [InputRequired(_("请按 2026-10 的样子填写月份。"))],
        description=_("从这个月 1 日起按这个版本计算，直到下一个版本。"),
    )
    area = AreaField(
        _("原来的面积"),
        [InputRequired(_("请填写原来的面积。"))],
        description=_("退租前租用，或不共享就要租用的办公面积。"),
    )
    price = YuanField(_("原来的单价"), [InputRequired(_("请填写原来的单价。"))])
    own_area = AreaField(
        _("现在保留的面积"),
        [InputRequired(_("请填写现在保留的面积，没有就填 0。"))],
        description=_("现在仍然自己租用的面积，全部退租填 0。"),
    )
    own_price = YuanField(_("现在的单价"), [InputRequired(_("请填写现在的单价，没有保留面积就填 0。"))])
    document = FileField(
        _("租赁凭证"),
        [Optional()],
        description=_("租赁合同或补充协议，PDF 或图片，最多 10 MB。园区核对后才标为“有据”。"),
    )
    same_paper = BooleanField(_("沿用上一版本的凭证"))
    note = StringField(
        _("说明"),
        [Optional(), Length(max=300, message=_("最多 %(max)d 个字。"))],
        [tidy_line],
        description=_("例如合同编号。"),
    )


class DecisionForm(FlaskForm):
    """What whoever checks a version says of it: each answer is a button of its own."""

    decision = RadioField(
        _("核对结果"),
        [InputRequired(_("请选择一种核对结果。"))],
        choices=options(
            [
                (BaselineDecision.DOCUMENTED.value, _("采信为有据")),
                (BaselineDecision.DECLARED.value, _("采信为自报")),
                (BaselineDecision.SENT_BACK.value, _("退回")),
            ]
        ),
    )
    reason = TextAreaField(
        _("退回的理由"),
        [NeededAtTimes(), Length(max=500, message=_("最多 %(max)d 个字。"))],
        [tidy_text],
        description=_("退回时必填，企业会看到。"),
    )
    why = TextAreaField(
        _("为什么确实是这样"),
        [NeededAtTimes(), Length(max=500, message=_("最多 %(max)d 个字。"))],
        [tidy_text],
        description=_("例如：搬进了更大的办公室。会和这次核对一起留存。"),
    )
    seen = HiddenField()  # the jumps that the reason is given for


class EffectForm(FlaskForm):
    """What an enterprise says of itself."""

    title = StringField(
        _("事项"),
        [DataRequired(_("请填写事项。")), Length(max=120, message=_("最多 %(max)d 个字。"))],
        [tidy_line],
        description=_("例如：研发投入、订单、新增岗位。"),
    )
    figure = StringField(
        _("内容"),
        [DataRequired(_("请填写内容。")), Length(max=60, message=_("最多 %(max)d 个字。"))],
        [tidy_line],
        description=_("例如：比去年同期增加约 30%。"),
    )
    declared_on = DayField(_("日期"), [InputRequired(_("请填写日期。"))])
