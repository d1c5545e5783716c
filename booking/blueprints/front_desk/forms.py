"""The forms of the front desk. `version` tells a stale page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, Optional

from booking.blueprints.kit.forms.day_fields import WallField
from booking.blueprints.kit.forms.edit_form import EditForm
from booking.language import lazy_gettext as _

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

MINUTES = ["%Y-%m-%dT%H:%M"]
REASON = Length(max=500, message=_("原因最多 500 个字。"))
WHEN = InputRequired(_("请填写日期和时间。"))


class ActForm(FlaskForm):
    """A press of one button on a reservation or a stay."""

    version = IntegerField(validators=[Optional()])


class ReasonForm(ActForm):
    """An act that says why."""

    reason = StringField(_("原因"), [InputRequired(_("请写明原因。")), REASON])


class CorrectionForm(EditForm):
    """When somebody really came and left, on the park's clock, and why the record is changed."""

    started_at = WallField(_("实际到达时间"), [WHEN], format=MINUTES)
    ended_at = WallField(_("实际离开时间"), [WHEN], format=MINUTES)
    reason = StringField(_("更正原因"), [InputRequired(_("请写明更正的原因。")), REASON])

    @staticmethod
    def instants(first: WallField, second: WallField, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Give what was typed into two fields as instants; only after it was found valid."""
        start, end = (at.replace(tzinfo=zone) for at in (first.data, second.data) if at is not None)
        return start, end
