"""The form of an activity; field names are those of the columns."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from booking.activities.models import Activity, ActivityKind, ActivityState, Audience
from booking.activities.plan_activity import ActivityPlan
from booking.activities.rules import MOST_PLACES, PUBLISH_MINUTE
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.edit_form import EditForm
from booking.blueprints.kit.forms.fields import CheckboxesField, ClockField, DayField, options
from booking.blueprints.kit.forms.validators import (
    NeededAtTimes,
    at_most,
    between,
    must,
    tidy_line,
    tidy_text,
)
from booking.blueprints.kit.labels.activities import AUDIENCES, KINDS
from booking.blueprints.kit.labels.people import size_name
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.people.models import Size
from booking.reservations.rules import local_instant
from booking.spaces.models import Space
from booking.values.span import Span

LONGEST_TEXT = 2000
RELEASES = (("draft", _("先存草稿")), ("now", _("马上公布")), ("day", _("到那天早上 8 点公布")))


class ActivityForm(EditForm):
    """What is said about an activity, and when it is published."""

    kind = RadioField(_("类别"), [must()], choices=options(KINDS.items()), default=ActivityKind.SALON)
    title = StringField(_("主题"), [must(), at_most(60)], [tidy_line])
    words = TextAreaField(
        _("介绍"),
        [Optional(), at_most(LONGEST_TEXT)],
        [tidy_text],
        description=_("讲什么、谁来讲、要带什么；海报上也有。"),
    )
    audience = RadioField(_("请谁来"), [must()], choices=options(AUDIENCES.items()), default=Audience.ALL)
    sizes = CheckboxesField(_("规模"))
    guest_ids = CheckboxesField(_("企业"), coerce=whole)
    space_id = SelectField(_("会客厅"), coerce=whole)
    day = DayField(_("日期"), [must()])
    starts = ClockField(_("开始"), [must()], default=14 * 60)
    ends = ClockField(_("结束"), [must()], default=16 * 60)
    places = IntegerField(_("名额"), [must(), between(1, MOST_PLACES)], default=20)
    release = RadioField(_("公布"), [must()], choices=options(RELEASES), default="draft")
    publish_on = DayField(_("公布日"), [NeededAtTimes()])
    urgent_reason = StringField(_("紧急原因"), [NeededAtTimes(), at_most(200)], [tidy_line])

    def offer(self, halls: list[Space], enterprises: list[tuple[int, str]]) -> None:
        """Fill in what can be chosen."""
        self.sizes.choices = options((size.value, size_name(size)) for size in Size)
        self.guest_ids.choices = options(enterprises)
        self.space_id.choices = options(
            (
                hall.id,
                gettext("%(name)s（%(seats)s 座）", name=f"{hall.code} {hall.name}", seats=hall.capacity),
            )
            for hall in halls
        )

    def keep_what_was_told(self) -> None:
        """Leave what may still change of a published activity."""
        for name in ("kind", "audience", "sizes", "guest_ids", "space_id", "day", "starts", "ends"):
            delattr(self, name)
        for name in ("release", "publish_on", "urgent_reason"):
            delattr(self, name)

    def validate_ends(self, field: Field) -> None:
        """Refuse an end that is not after its start."""
        if not field.errors and self.starts.data is not None and field.data <= self.starts.data:
            raise ValidationError(gettext("结束须晚于开始。"))

    def validate_publish_on(self, field: Field) -> None:
        """Ask for the day where it is to be published on one."""
        if self.release.data == "day" and not field.data:
            raise ValidationError(gettext("请填写公布的日期。"))

    def span(self, zone: ZoneInfo) -> Span:
        """Give when it is; only of a form that was checked."""
        return activity_span(self.day.data, self.starts.data, self.ends.data, zone)

    def plan(self, hall: Space, zone: ZoneInfo) -> ActivityPlan:
        """Give what was filled in."""
        return ActivityPlan(
            kind=ActivityKind(self.kind.data),
            title=self.title.data or "",
            words=(self.words.data or "").strip(),
            audience=Audience(self.audience.data),
            places=self.places.data or 1,
            space=hall,
            span=self.span(zone),
            sizes=[Size(size) for size in self.sizes.data or ()],
            enterprise_ids=list(self.guest_ids.data or ()),
        )

    def publish_at(self, zone: ZoneInfo) -> datetime:
        """Give the instant of the day it is to be published on."""
        day = self.publish_on.data
        if day is None:
            raise TypeError("a checked form has a day to be published on")
        return local_instant(day, PUBLISH_MINUTE, zone)


def activity_span(day: date | None, starts: int | None, ends: int | None, zone: ZoneInfo) -> Span:
    """Give the span of a day and two minutes of it."""
    if day is None or starts is None or ends is None:
        raise TypeError("a checked form has a day and its times")
    return Span(local_instant(day, starts, zone), local_instant(day, ends, zone))


def replanned(activity: Activity, form: ActivityForm) -> ActivityPlan:
    """Give the plan of a published activity with what may change of it."""
    return ActivityPlan(
        kind=activity.kind,
        title=form.title.data or "",
        words=(form.words.data or "").strip(),
        audience=activity.audience,
        places=form.places.data or 1,
        space=activity.space,
        span=activity.span,
        sizes=activity.sizes,
        enterprise_ids=[one.id for one in activity.guests],
    )


def said_of(activity: Activity, zone: ZoneInfo) -> dict[str, object]:
    """Give what the form of an activity shows."""
    start, end = activity.starts_at.astimezone(zone), activity.ends_at.astimezone(zone)
    return {
        "kind": activity.kind.value,
        "title": activity.title,
        "words": activity.words,
        "audience": activity.audience.value,
        "sizes": [size.value for size in activity.sizes],
        "guest_ids": [one.id for one in activity.guests],
        "space_id": activity.space_id,
        "day": start.date(),
        "starts": start.hour * 60 + start.minute,
        "ends": end.hour * 60 + end.minute or 24 * 60,
        "places": activity.places,
        "release": "day" if activity.state is ActivityState.SCHEDULED else "draft",
        "publish_on": activity.publish_at.astimezone(zone).date() if activity.publish_at else None,
        "urgent_reason": activity.urgent_reason,
    }


class CallOffForm(FlaskForm):
    """Why an activity is called off; it stands in everybody's letter."""

    reason = StringField(
        _("原因"), [must(), at_most(200)], [tidy_line], description=_("写在给每个人的信里。")
    )
