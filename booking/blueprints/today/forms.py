"""The forms of "my day"."""

from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from booking.blueprints.kit.forms.fields import WallField
from booking.language import lazy_gettext as _

MINUTES = "%Y-%m-%dT%H:%M"


class LeftForm(FlaskForm):
    """When somebody whose check-out was forgotten really left, on the park's clock."""

    ended_at = WallField(_("实际离开时间"), [InputRequired(_("请填写离开的日期和时间。"))], format=[MINUTES])
