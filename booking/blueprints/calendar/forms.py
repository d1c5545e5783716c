"""The search form as the address fills it, and addresses of it with something changed."""

from datetime import datetime, timedelta
from typing import Any

from flask import request, url_for
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField
from wtforms.validators import Optional

from booking.blueprints.kit.availability import SEATED, Criteria
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.fields import CheckboxesField, ClockField, DayField, options
from booking.blueprints.kit.forms.validators import InRange
from booking.blueprints.kit.session import my_park
from booking.blueprints.reservations.forms import MOST_PEOPLE
from booking.db import db
from booking.language import gettext, local_name
from booking.language import lazy_gettext as _
from booking.reservations.rules import local_instant, span_between, storage_span
from booking.reservations.space_queries import SpaceFilter, areas_of_kind, equipment_of_kind
from booking.spaces.models import Kind
from booking.spaces.rules import DAY_MINUTES
from booking.values.span import Span


class SearchForm(FlaskForm):
    """When, how many, and with what; stores are asked for by the day."""

    class Meta:
        csrf = False  # a search changes nothing, and its address is to be kept and sent on

    day = DayField(_("日期"), [Optional()])
    until = DayField(_("到哪天为止"), [Optional()], description=_("不填就是一直用到退租。"))
    starts = ClockField(_("开始"))
    ends = ClockField(_("结束"))
    people = IntegerField(_("人数"), [Optional(), InRange(1, MOST_PEOPLE, _("人数至少为 1。"))], default=1)
    area = SelectField(_("区域"), coerce=whole)
    equipment = CheckboxesField(_("需要的设备"))


def search_form(kind: Kind, wish: Criteria) -> SearchForm:
    """Make the form of a kind; of what is looked for it takes what can be meant of that kind."""
    form, park_id = SearchForm(request.args), my_park().id
    names = equipment_of_kind(db.session(), park_id, kind)
    rows = areas_of_kind(db.session(), park_id, kind)
    areas = [(area_id, local_name(name, name_en)) for area_id, name, name_en in rows]
    meant = wish.among(kind, names, {area_id for area_id, _ in areas})
    form.equipment.choices = options((name, name) for name in names)
    form.equipment.data = list(meant.equipment)
    form.area.choices = options([(0, gettext("全部区域")), *areas])
    form.area.data = meant.area_id or 0
    if kind not in SEATED:
        form.people.data = 1
    return form


HOUR = timedelta(hours=1)


def fill_in(form: SearchForm, now: datetime) -> None:
    """Begin with the next full hour of today, for one person."""
    local = now.astimezone(my_park().zone)
    soon = (local + HOUR).replace(minute=0)
    form.day.data = form.day.data or local.date()
    if form.starts.data is None:
        form.starts.data = soon.hour * 60 if soon.date() == local.date() else 9 * 60
    if form.ends.data is None:
        form.ends.data = min(form.starts.data + 60, DAY_MINUTES)
    if form.people.data is None and not request.args.get("people"):
        form.people.data = 1
    form.day.flags.optional = form.people.flags.optional = False  # they begin filled in


def span_of_search(form: SearchForm, kind: Kind, now: datetime) -> Span:
    """Read the form's times; raises EndsBeforeItStarts, InThePast."""
    zone = my_park().zone
    day = form.day.data or now.astimezone(zone).date()
    if kind is Kind.STORAGE:
        return storage_span(day, form.until.data, now, zone)
    first, last = form.starts.data or 0, form.ends.data or 0
    return span_between(local_instant(day, first, zone), local_instant(day, last, zone))


def filter_of_search(form: SearchForm, kind: Kind) -> SpaceFilter:
    """Read what a space must offer."""
    people = (form.people.data or 1) if kind in SEATED else 1
    return SpaceFilter(people, tuple(form.equipment.data or ()), form.area.data or None)


def search_address(form: SearchForm, wish: Criteria, **instead: object) -> str:
    """Write the address of this search with something else in it; what nobody asked for is left out."""
    asked = {
        "day": form.day.data,
        "until": form.until.data,
        "starts": form.starts.text,
        "ends": form.ends.text,
    }
    args = {**asked, **wish.args(), **instead}
    return url_for("calendar.search", **{name: value for name, value in args.items() if value})


def pool_args(form: SearchForm, kind: Kind, wish: Criteria) -> dict[str, Any]:
    """Carry what was asked over to the form for any one of many."""
    return wish.args(kind=kind.value, day=form.day.data, starts=form.starts.text, ends=form.ends.text)
