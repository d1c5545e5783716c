"""The forms of the front desk. `version` tells a stale page."""

from datetime import datetime
from zoneinfo import ZoneInfo

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from booking.blueprints.kit.converters import parse_end, parse_instant, whole
from booking.blueprints.kit.forms.edit_form import EditForm
from booking.blueprints.kit.forms.fields import WallField
from booking.blueprints.kit.forms.press import REASON, ActForm
from booking.blueprints.kit.forms.reservation import DayForm, StoreForm
from booking.language import lazy_gettext as _
from booking.usage.models import Stay

WORDS = StringField(
    _("说一句"),
    [Optional(), Length(max=500, message=_("这句话最多 500 个字。"))],
    description=_("会写在信里和页面上。"),
)


class ProposeForm(DayForm, ActForm):
    """Another time or space, instead of a yes or a no."""

    space = SelectField(_("空间"), coerce=whole)
    words = WORDS


class ProposeStoreForm(StoreForm, ActForm):
    """Another store, or other days."""

    space = SelectField(_("空间"), coerce=whole)
    words = WORDS


MINUTES = ["%Y-%m-%dT%H:%M"]
WHEN = InputRequired(_("请填写日期和时间。"))


class CorrectionForm(EditForm):
    """When somebody really came and left, on the park's clock, and why the record is changed."""

    started_at = WallField(_("实际到达时间"), [WHEN], format=MINUTES)
    ended_at = WallField(_("实际离开时间"), [WHEN], format=MINUTES)
    reason = StringField(_("更正原因"), [InputRequired(_("请写明更正的原因。")), REASON])

    def instants(self, stay: Stay, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Give what was typed as instants; only after it was found valid, and the stay to be as it was shown.

        A field that was left alone keeps the seconds that it does not show.
        """
        came, left = self.started_at.data, self.ended_at.data
        assert came is not None and left is not None  # noqa: S101, PT018 - both are required
        start = parse_instant(came, stay.started_at, zone)
        return start, parse_end(left, stay.ended_at, start, zone)
