"""The park's calendar of working days, a year at a time, with the forms of a day and of a year."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date

from babel.dates import get_day_names, get_month_names
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import InputRequired, Optional

from booking import clock
from booking.audit.actions import Action
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import day_or_none
from booking.blueprints.kit.filters import full_day
from booking.blueprints.kit.forms.edit_form import Beside, EditedRecord, EditForm
from booking.blueprints.kit.forms.fields import DayField, options
from booking.blueprints.kit.forms.validators import UNPROCESSABLE, at_most, tidy
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside, wording
from booking.blueprints.park.particulars import blueprint
from booking.db import db, transaction
from booking.language import get_locale, gettext, lazy_gettext as _
from booking.parks.models import CalendarDay, Park
from booking.parks.queries import calendar_year, named_days
from booking.parks.set_up import HOLIDAYS, MAKE_UP, known_years, mark_year, seed_calendar, set_day
from booking.people.models import Role
from booking.values import SATURDAY, Refusal


class CalendarDayForm(EditForm):
    """What one day is."""

    day = DayField(_("日期"), [InputRequired(_("请选择日期。"))])
    working = RadioField(
        _("这一天"),
        choices=options([("work", _("上班")), ("rest", _("休息")), ("week", _("按星期几"))]),
        default="rest",
        validators=[InputRequired(_("请选择一项。"))],
    )
    label = StringField(
        _("说明"), [Optional(), at_most(60)], [tidy], description=_("例如：国庆节、调休上班。")
    )


class YearForm(EditForm):
    """Whether a year's calendar is published, and where it comes from."""

    published = BooleanField(_("国务院办公厅已发布，这里已核对"))
    source = StringField(_("来源"), [Optional(), at_most(200)], [tidy])


@blueprint.post("/year/<int:year>/day")
@allow(Role.ADMIN)
@takes(_("工作日历"), CalendarDayForm)
def day(year: int) -> ResponseReturnValue:
    """Say what one day is."""
    form = _day_form(_checked(year))
    if not form.validate():
        return _page(year, form), UNPROCESSABLE
    by, park_id, chosen = actor(), my_park().id, form.day.data or date(year, 1, 1)
    try:
        with transaction() as session:
            form.check(session)
            working, label = WORKING[form.working.data], form.label.data or ""
            set_day(session, park_id, chosen, working=working, label=label, by=by, now=clock.now())
    except Refusal as refusal:
        put_beside(form, refusal)
        return _page(year, form), UNPROCESSABLE
    flash(gettext("%(day)s 已更改。", day=full_day(chosen)), "success")
    return redirect(url_for("park.year", year=chosen.year, day=chosen.isoformat()))


@dataclass(frozen=True, slots=True)
class Square:
    """One day of the year's picture."""

    day: date
    rest: bool
    special: bool
    label: str


def _square(day: date, named: dict[date, CalendarDay]) -> Square:
    row = named.get(day)
    if row is None:
        return Square(day, day.weekday() >= SATURDAY, special=False, label="")
    return Square(day, not row.working, special=True, label=day_label(row.label))


def _months(year: int, named: dict[date, CalendarDay]) -> list[tuple[str, list[list[Square | None]]]]:
    """Give each month's name and its weeks from Monday on; None fills the first and the last."""
    weeks = Calendar(0).monthdatescalendar
    names = get_month_names("abbreviated", context="stand-alone", locale=get_locale() or "zh")
    return [
        (
            names[month],
            [
                [_square(day, named) if day.month == month else None for day in week]
                for week in weeks(year, month)
            ],
        )
        for month in range(1, 13)
    ]


FIRST_YEAR, LAST_YEAR = 2004, 2100


def _checked(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    return year


@blueprint.get("/year")
@blueprint.get("/year/<int:year>")
@allow(Role.ADMIN)
def year(year: int | None = None) -> str:
    """Show a year: rest days, make-up working days, and whether it is published."""
    park = my_park()
    shown = _checked(year or clock.now().astimezone(park.zone).year)
    chosen = _day_asked_for(shown)
    row = named_days(db.session(), my_park().id, chosen.year).get(chosen)
    said = {"working": "week", "label": ""} if row is None else _said(row)
    return _page(shown, _day_form(shown).propose(day=chosen, **said))


def _said(row: CalendarDay) -> dict[str, str]:
    """Give what is kept of a day as the form has it."""
    return {"working": "work" if row.working else "rest", "label": row.label}


def _day_form(year: int, *, sent: bool = True) -> CalendarDayForm:
    """Make the form of one day; which day is typed in it, so it carries all the year's that have a name."""
    park_id = my_park().id

    def typed() -> str:
        return request.form.get("day", "")

    def already() -> bool:
        day = day_or_none(typed())
        row = named_days(db.session(), park_id, day.year).get(day) if day else None
        return row is not None and all(request.form.get(name) == value for name, value in _said(row).items())

    thing = EditedRecord(
        "calendar",
        None,
        ((Park, park_id),),
        beside=lambda: {
            day.isoformat(): _beside(row) for day, row in named_days(db.session(), park_id, year).items()
        },
        fields=(),
        watches=lambda name: name == typed(),
        already=already,
        concerns=lambda entry: (entry.after or {}).get("day", typed()) == typed(),
    )
    return CalendarDayForm.of(thing, lambda: {"data": {"day": date(year, 1, 1)}}, sent=sent)


def _beside(row: CalendarDay) -> Beside:
    """Tell of a named day what the page showed."""
    said = f"{gettext('上班') if row.working else gettext('休息')} {day_label(row.label)}"
    return Beside(full_day(row.day), f"{row.working} {row.label}", said.strip())


def _year_form(year: int, *, sent: bool = True) -> YearForm:
    park_id = my_park().id
    thing = EditedRecord(
        "calendar", year, ((Park, park_id),), concerns=lambda entry: entry.action == Action.CALENDAR_MARKED
    )
    return YearForm.of(thing, lambda: {"obj": calendar_year(db.session(), park_id, year)}, sent=sent)


def _day_asked_for(shown: int) -> date:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return date(shown, 1, 1)


def _page(shown: int, form: CalendarDayForm, mark: YearForm | None = None) -> str:
    park_id = my_park().id
    named = named_days(db.session(), park_id, shown)
    known = calendar_year(db.session(), park_id, shown)
    return render_template(
        "park/year.html",
        year=shown,
        months=_months(shown, named),
        weekdays=[get_day_names("narrow", locale=get_locale() or "zh")[number] for number in range(7)],
        special=[(row, day_label(row.label)) for row in named.values()],
        known=known,
        form=form,
        mark=mark or _year_form(shown, sent=False),
        can_seed=shown in known_years(),
        previous_url=url_for("park.year", year=shown - 1) if shown > FIRST_YEAR else "",
        next_url=url_for("park.year", year=shown + 1) if shown < LAST_YEAR else "",
    )


WORKING = {"work": True, "rest": False, "week": None}


@blueprint.post("/year/<int:year>/mark")
@allow(Role.ADMIN)
@takes(_("工作日历"), YearForm)
def mark(year: int) -> ResponseReturnValue:
    """Call a year published or provisional."""
    form = _year_form(_checked(year))
    by, park_id = actor(), my_park().id
    if not form.validate():
        return _page(year, _day_form(year, sent=False), form), UNPROCESSABLE
    try:
        with transaction() as session:
            form.check(session)
            source, published = form.source.data or "", form.published.data
            mark_year(session, park_id, year, published=published, source=source, by=by, now=clock.now())
    except Refusal as refusal:
        put_beside(form, refusal)
        return _page(year, _day_form(year, sent=False), form), UNPROCESSABLE
    flash(gettext("已保存。"), "success")
    return redirect(url_for("park.year", year=year))


@blueprint.post("/year/<int:year>/seed")
@allow(Role.ADMIN)
def seed(year: int) -> ResponseReturnValue:
    """Take the year's days from the published list."""
    by, park_id = actor(), my_park().id
    try:
        with transaction() as session:
            seed_calendar(session, park_id, year, by=by, now=clock.now())
    except Refusal as refusal:
        flash(wording(refusal), "warning")
    else:
        flash(gettext("已填入 %(year)s 年的放假和调休安排。", year=year), "success")
    return redirect(url_for("park.year", year=_checked(year)))


def day_label(label: str) -> str:
    """Name a holiday of the State Council's list, or a make-up working day."""
    return gettext(label) if label in {*HOLIDAYS, MAKE_UP} else label
