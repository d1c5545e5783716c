"""What a tenant may write on the statement."""

from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from booking.blueprints.kit.forms.validators import tidy_text
from booking.language import lazy_gettext as _


class QuestionForm(FlaskForm):
    """A question about a line."""

    words = TextAreaField(
        _("哪里不对"),
        [DataRequired(_("请写明理由。")), Length(max=500, message=_("最多 500 个字。"))],
        [tidy_text],
    )
