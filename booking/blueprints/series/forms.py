"""The form of a series, from a rule into it, and from it to a plan."""

from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Optional, StopValidation
from wtforms.widgets import HiddenInput

from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.booking import GuestFields
from booking.blueprints.kit.forms.fields import CheckboxesField, DayField, options
from booking.blueprints.kit.forms.reservation import DayForm, ReserveForm
from booking.blueprints.kit.forms.validators import InRange
from booking.blueprints.kit.labels.series import month_day_name, nth_weekday_name, short_weekdays
from booking.language import gettext, language_tag, lazy_gettext as _
from booking.reservations.series.instead import Elsewhere
from booking.reservations.series.recurrence import (
    LAST,
    LONGEST_MONTH,
    MOST_APART,
    NTHS,
    WEEKDAYS,
    Frequency,
    NthWeekday,
    Recurrence,
    check_end,
    check_often,
)
from booking.reservations.series.rules import SeriesPlan

COUNT, UNTIL = "count", "until"
USUAL_COUNT = 10  # proposed where nobody said how long it goes on


class NeededFor:
    """Asks for a field where another says that it counts; elsewhere whatever it holds is let be."""

    def __init__(self, field: str, value: str, words: object) -> None:
        self.field, self.value, self.words = field, value, words

    def __call__(self, form: BaseForm, field: Any) -> None:  # noqa: ANN401 - any of WTForms' fields
        """Stop where it does not count, or is empty."""
        if form[self.field].data != self.value:
            field.errors = []
            raise StopValidation
        if not any(field.raw_data or ()):
            field.errors = []
            raise StopValidation(str(self.words))


def _frequencies() -> list[SelectChoice]:
    return options(
        [
            (Frequency.DAILY, gettext("每日")),
            (Frequency.WEEKLY, gettext("每周")),
            (Frequency.MONTHLY, gettext("每月")),
        ]
    )


def _days_of_a_month() -> list[SelectChoice]:
    return _days_of_a_month_in(language_tag())


@cache
def _days_of_a_month_in(language: str) -> list[SelectChoice]:
    """Word them once a language: WTForms asks several times a form."""
    del language
    by_date = (
        SelectChoice(str(one), month_day_name(one), optgroup=gettext("按几号"))
        for one in [*range(1, LONGEST_MONTH + 1), LAST]
    )
    by_weekday = (
        SelectChoice(_nth_key(one), nth_weekday_name(one), optgroup=gettext("按第几个星期几"))
        for one in (NthWeekday(nth, weekday) for nth in NTHS for weekday in range(len(WEEKDAYS)))
    )
    return [*by_date, *by_weekday]


def _ends() -> list[SelectChoice]:
    return options([(COUNT, gettext("满多少次")), (UNTIL, gettext("到哪一天为止"))])


class RuleForm(DayForm):
    """From which day on, at what time of the day, and how often."""

    frequency = RadioField(_("多久一次"), choices=_frequencies, default=Frequency.WEEKLY.value)
    interval = IntegerField(
        _("每多少"),
        [InputRequired(_("请填写间隔。")), InRange(1, MOST_APART, _("间隔请填 %(min)s 到 %(max)s。"))],
        default=1,
    )
    weekdays = CheckboxesField(
        _("星期几"), coerce=whole, choices=lambda: options(enumerate(short_weekdays()))
    )
    month_on = SelectField(_("每月哪一天"), choices=_days_of_a_month)
    working_days_only = BooleanField(
        _("只在工作日"), description=_("节假日不订，调休上班的日子照订；以园区工作日历为准。")
    )
    ends_by = RadioField(_("到什么时候"), choices=_ends, default=COUNT)
    count = IntegerField(_("次数"), [NeededFor("ends_by", COUNT, _("请填写次数。"))])
    until = DayField(_("到哪一天"), [NeededFor("ends_by", UNTIL, _("请选择最后一天。"))])


class SeriesForm(ReserveForm, RuleForm):
    """Reserve one space again and again."""


class SeriesChangeForm(RuleForm):
    """Other days or another end, another time of the day, another space, for the rest of a series."""

    day = DayField(_("新的日子从哪天算起"), [Optional()])
    space = SelectField(_("哪个空间"), coerce=whole)
    since = HiddenField("")
    version = IntegerField(widget=HiddenInput())


class SeriesRoomForm(SeriesForm, GuestFields):
    """Reserve a room or a hall again and again, perhaps not for oneself alone."""


def _nth_key(one: NthWeekday) -> str:
    return f"{one.nth}{WEEKDAYS[one.weekday]}"


def rule_of(form: RuleForm) -> Recurrence:
    """Read the rule of a valid form; what does not belong to its frequency is not looked at."""
    frequency = Frequency(form.frequency.data)
    on: dict[str, Any] = {}
    if frequency is Frequency.WEEKLY:
        on = {"weekdays": tuple(sorted(form.weekdays.data or ()))}
    elif frequency is Frequency.MONTHLY:
        on = _month_on(form.month_on.data)
    by_count = form.ends_by.data == COUNT
    return Recurrence(
        frequency,
        form.interval.data or 1,
        until=None if by_count else form.until.data,
        count=form.count.data if by_count else None,
        **on,
    )


def checks_of_rule(form: RuleForm) -> list[Callable[[], object]]:
    """List what can be judged of the rule in a form: how often it is, and when it ends."""
    unread = any(form[name].errors for name in ("frequency", "weekdays", "month_on", "ends_by"))
    if form.day.data is None or unread:
        return []
    rule, first = rule_of(form), form.day.data
    ends = [] if form.count.errors or form.until.errors else [partial(check_end, rule, first)]
    return [*ends, partial(check_often, rule)]


def _month_on(chosen: str) -> dict[str, Any]:
    if chosen.lstrip("-").isdecimal():
        return {"month_day": int(chosen)}
    return {"nth_weekday": NthWeekday(int(chosen[:-2]), WEEKDAYS.index(chosen[-2:]))}


def plan_of(form: RuleForm) -> SeriesPlan:
    """Read a valid form."""
    day = form.day.data
    assert day is not None  # noqa: S101 - the field is required
    return SeriesPlan(
        rule_of(form), day, form.starts.data or 0, form.ends.data or 0, bool(form.working_days_only.data)
    )


def fill_rule(form: RuleForm, rule: Recurrence) -> None:
    """Show a rule in the form."""
    for name, value in filled_rule(rule).items():
        form[name].data = value


def filled_rule(rule: Recurrence) -> dict[str, Any]:
    """Give what the fields of a form hold that shows a rule."""
    filled = {
        "frequency": rule.frequency.value,
        "interval": rule.interval,
        "weekdays": list(rule.weekdays),
        "ends_by": COUNT if rule.until is None else UNTIL,
        "until": rule.until,
        "count": rule.count or USUAL_COUNT,
    }
    if rule.nth_weekday is not None:
        return filled | {"month_on": _nth_key(rule.nth_weekday)}
    return filled if rule.month_day is None else filled | {"month_on": str(rule.month_day)}


def sent_choice(key: str, where: Elsewhere) -> str:
    """Write a choice as a form sends it: 2026-12-02T09:00/17/540/600."""
    return "/".join((key, *map(str, where)))


MOST_CHOSEN, MOST_DIGITS = 200, 10


def chosen_in(form: MultiDict[str, str]) -> dict[str, Elsewhere]:
    """Read what was chosen instead of which occurrence, the button pressed last; all else is no choice."""
    found: dict[str, Elsewhere] = {}
    for text in [*form.getlist("instead")[:MOST_CHOSEN], *form.getlist("choose")]:
        key, _, place = text.partition("/")
        found.pop(key, None)
        with suppress(ValueError, TypeError):  # no numbers, or not as many as there are to be
            found[key] = Elsewhere(*(whole(one[:MOST_DIGITS]) for one in place.split("/")))
    return found
