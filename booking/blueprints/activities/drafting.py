"""What the writer of an activity fills in and sees beside it: the form, the 72 hours, the hall's week.

Field names of the form are those of the columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import render_template
from wtforms import Field, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from booking import clock
from booking.activities import rules
from booking.activities.invited import invited_sizes
from booking.activities.models import Activity, ActivityKind, Audience
from booking.activities.plan_activity import ActivityPlan
from booking.blueprints.activities.shown import activity_or_404, blueprint
from booking.blueprints.kit.access import STAFF, allow, in_background
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.filters import duration, moment
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
from booking.blueprints.kit.labels.needs import AUDIENCES, KINDS
from booking.blueprints.kit.labels.people import size_name
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.language import get_locale, gettext, lazy_gettext as _, local_name
from booking.parks.queries import park_calendar
from booking.people.models import Size
from booking.reservations.busy_times import busy_between
from booking.reservations.rules import local_instant
from booking.spaces.models import Space
from booking.spaces.queries import rule_for, space_in_park
from booking.usage.measuring.busy_hours import BusyHours, busy_hours
from booking.values import Span

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
    places = IntegerField(_("名额"), [must(), between(1, rules.MOST_PLACES)], default=20)
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
                gettext(
                    "%(name)s（%(seats)s 座）",
                    name=f"{hall.code} {local_name(hall.name, hall.name_en)}",
                    seats=hall.capacity,
                ),
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
        return local_instant(day, rules.PUBLISH_MINUTE, zone)


def activity_span(day: date | None, starts: int | None, ends: int | None, zone: ZoneInfo) -> Span:
    """Give the span of a day and two minutes of it."""
    if day is None or starts is None or ends is None:
        raise TypeError("a checked form has a day and its times")
    return Span(local_instant(day, starts, zone), local_instant(day, ends, zone))


def notice_label(starts_at: datetime, now: datetime) -> tuple[str, bool]:
    """Count the 72 hours in front of the writer; the second tells that they are not kept any more."""
    latest = rules.latest_publication(starts_at)
    ahead = duration(max(starts_at - now, timedelta(0)))
    if now <= latest:
        facts = {"ahead": ahead, "latest": moment(latest)}
        return gettext("现在公布提前 %(ahead)s，够 72 小时。最晚 %(latest)s公布。", **facts), False
    facts = {"ahead": ahead, "first": moment(now + rules.NOTICE)}
    return gettext(
        "离开始只有 %(ahead)s，不足 72 小时，公布时要写明紧急原因；或改到 %(first)s以后。", **facts
    ), True


@dataclass(frozen=True, slots=True)
class HallHour:
    """An hour in the hall: past, taken, mine (this activity) or free; and how busy those invited are."""

    day: date
    clock: str
    state: str
    busy: int
    label: str
    works: bool = True  # within working hours


@dataclass(frozen=True, slots=True)
class HallWeek:
    """The week of the hall: its days, and a row for each hour."""

    days: Sequence[str]
    rows: Sequence[tuple[str, Sequence[HallHour]]]
    tells_busy: bool
    is_taken: bool
    best: Sequence[tuple[str, date, str]] = ()  # in words, the day, the clock


DAYS = 7
ONE_DAY = timedelta(days=1)
ONE_HOUR = timedelta(hours=1)
MINUTES = 60


def hall_week(
    hall: Space, wanted: date, span: Span | None, busy: BusyHours | None, activity: Activity | None
) -> HallWeek:
    """Lay out the week of a day, from Monday on; what the activity itself holds is not in its way."""
    zone, now = my_park().zone, clock.now()
    days = [wanted - wanted.weekday() * ONE_DAY + number * ONE_DAY for number in range(DAYS)]
    opening = rule_for(db.session(), hall, since=days[0])
    week = Span(local_instant(days[0], 0, zone), local_instant(days[-1] + ONE_DAY, 0, zone))
    taken = [Span(*one) for one in busy_between(db.session(), hall, week)]
    if activity is not None:
        taken = [one for one in taken if one != activity.span]

    calendar = park_calendar(db.session(), my_park().id)
    hours: list[rules.HourOfHall] = []

    def hour_of(day: date, hour: int) -> HallHour:
        one = Span(local_instant(day, hour * MINUTES, zone), local_instant(day, (hour + 1) * MINUTES, zone))
        state = _state(one, taken, span, now)
        at, free = (day.weekday(), hour), _may_begin(one, state, now)
        level, times = (busy.level(*at), busy.times.get(at, 0)) if busy else (0, 0)
        hours.append(rules.HourOfHall(day, hour, free, times, calendar.is_working_day(day)))
        label = _label(one, state, busy.about(*at) if busy else None)
        return HallHour(day, f"{hour:02d}:00", state, level, label, hours[-1].in_working_hours)

    opened = opening.widest_on(days)
    clocks = range(opened.opens // MINUTES, -(-opened.closes // MINUTES))
    rows = [(f"{hour:02d}:00", [hour_of(day, hour) for day in days]) for hour in clocks]
    named = [format_date(day, "EEE d", locale=get_locale() or "zh") for day in days]
    length = -(-span.length // ONE_HOUR) if span else 1
    best = [_begins(day, hour, length, busy) for day, hour in rules.best_times(hours, length)] if busy else []
    is_taken = span is not None and any(span.overlaps(one) for one in taken)
    return HallWeek(named, rows, busy is not None, is_taken, best)


def _may_begin(hour: Span, state: str, now: datetime) -> bool:
    """Tell whether it can be there with three days' notice; where it stands now is no news."""
    return state in {"free", "mine"} and hour.start >= now + rules.NOTICE


def _begins(day: date, hour: int, length: int, busy: BusyHours) -> tuple[str, date, str]:
    """Say when it may begin, and how many are there at its busiest."""
    clock_text = f"{hour:02d}:00"
    when = f"{format_date(day, 'EEE d', locale=get_locale() or 'zh')} {clock_text}"
    most = max(busy.about(day.weekday(), hour + more) for more in range(length))
    return gettext("%(when)s（%(who)s）", when=when, who=_about(most)), day, clock_text


def _about(count: int) -> str:
    return str(gettext("平时约 %(count)s 家在用", count=count) if count else gettext("平时很少有企业在用"))


def _state(hour: Span, taken: Sequence[Span], span: Span | None, now: datetime) -> str:
    if any(hour.overlaps(one) for one in taken):
        return "taken"
    if span is not None and hour.overlaps(span):
        return "mine"
    return "past" if hour.start <= now else "free"


def _label(hour: Span, state: str, about: int | None) -> str:
    states = {
        "taken": gettext("已有安排"),
        "mine": gettext("这次活动"),
        "past": gettext("已经过去"),
        "free": gettext("空着"),
    }
    words = [moment(hour.start), states[state], _about(about) if about is not None else ""]
    return " ".join(filter(None, words))


def draft_beside(form: ActivityForm, activity: Activity | None) -> dict[str, object]:
    """Give what stands beside the form as it is filled in now, wrong or not."""
    span = activity_span_or_none(form) or (activity.span if activity else None)
    facts: dict[str, object] = {"notice": notice_label(span.start, clock.now()) if span else ("", False)}
    if "day" not in form:
        return facts | {"week": None}
    hall = space_in_park(db.session(), my_park().id, form.space_id.data or 0)
    if hall is None or form.day.data is None:
        return facts | {"week": None}
    return facts | {"week": hall_week(hall, form.day.data, span, _busy(form), activity), "hall": hall}


def _busy(form: ActivityForm) -> BusyHours | None:
    known = form.audience.data in set(Audience)
    audience = Audience(form.audience.data) if known else Audience.ALL
    sizes = [Size(size) for size in form.sizes.data or () if size in set(Size)]
    invited = invited_sizes(db.session(), my_park().id, audience, sizes, form.guest_ids.data or ())
    return busy_hours(db.session(), my_park().id, invited, my_park().zone, clock.now())


def activity_span_or_none(form: ActivityForm) -> Span | None:
    """Give when it is to be, if the form tells."""
    try:
        return form.span(my_park().zone) if "day" in form else None
    except (TypeError, ValueError):
        return None


@blueprint.post("/look")
@blueprint.post("/<int:activity_id>/look")
@allow(*STAFF)
@in_background
def look(activity_id: int | None = None) -> str:
    """Tell the script what stands beside the form now."""
    activity = activity_or_404(activity_id) if activity_id is not None else None
    return render_template("activities/look.html", **draft_beside(ActivityForm(), activity))
