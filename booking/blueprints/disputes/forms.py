"""The park's answer to a question."""

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from booking.blueprints.kit.forms.fields import YuanField, options
from booking.charges.models import Outcome
from booking.language import lazy_gettext as _
from booking.values.money import Money


class AnswerForm(FlaskForm):
    """Granted or declined, what is given back, and why."""

    outcome = RadioField(
        _("答复结果"),
        [InputRequired(_("请选择一项。"))],
        choices=options(
            [
                (Outcome.GRANTED.value, _("成立，退还下面的金额")),
                (Outcome.DECLINED.value, _("不成立，照原样计费")),
            ]
        ),
    )
    amount = YuanField(_("退还金额"), [Optional()], lowest=Money(1))
    words = TextAreaField(
        _("理由"),
        [InputRequired(_("请写明理由。")), Length(max=500, message=_("最多 500 个字。"))],
    )
