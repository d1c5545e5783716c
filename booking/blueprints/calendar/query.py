"""What the calendar's pages are asked for: a day with its filters, and a search.

The search form as the address fills it, and addresses of it with something changed.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Self

from flask import request, url_for
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, SelectField, StringField
from wtforms.validators import Length, Optional

from booking.blueprints.kit.availability import SEATED, Criteria
from booking.blueprints.kit.converters import day_or, whole
from booking.blueprints.kit.filters import comma_list, day as day_text, full_day
from booking.blueprints.kit.forms.fields import CheckboxesField, ClockField, DayField, options
from booking.blueprints.kit.forms.reservation import MOST_PEOPLE
from booking.blueprints.kit.forms.validators import InRange
from booking.blueprints.kit.labels.spaces import (
    KINDS,
    kind_name,
    kind_or,
    people_label,
    thing_name,
    things_text,
)
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.language import gettext, lazy_gettext as _, local_name
from booking.reservations import space_queries
from booking.reservations.rules import local_span, storage_span
from booking.reservations.space_queries import SpaceFilter, areas_of_kind, equipment_of_kind
from booking.spaces.models import Kind
from booking.spaces.rules import NAME_LENGTH
from booking.values import Span


class DayQuery(NamedTuple):
    """What the address asks for."""

    kind: Kind
    day: date
    wish: Criteria

    @classmethod
    def of_request(cls, today: date) -> Self:
        """Read it; what cannot be read is not said: meeting rooms, today."""
        kind = kind_or(request.args.get("kind"), KINDS[0])
        return cls(kind, day_or(request.args.get("day"), today), Criteria.of_request())

    def args(self, **instead: object) -> dict[str, Any]:
        """Write it as parameters of an address, with something else in it; the rest of the filter stays."""
        args = {"kind": self.kind.value, "day": self.day.isoformat(), **self.wish.args()} | instead
        return {name: value for name, value in args.items() if value}

    def url(self, **instead: object) -> str:
        """Write the address of this page with something else in it."""
        return url_for("calendar.day", **self.args(**instead))


def filter_of(asked: DayQuery, spaces: Sequence[space_queries.SpaceRow]) -> space_queries.SpaceFilter:
    """Tell what is wanted of spaces of this kind; equipment that none of them has is of another kind."""
    names = (
        space_queries.equipment_of_kind(db.session(), my_park().id, asked.kind)
        if asked.wish.equipment
        else ()
    )
    return asked.wish.among(asked.kind, names, {space.area_id for space in spaces})


def fitting(
    spaces: Sequence[space_queries.SpaceRow],
    asked: DayQuery,
    wanted: space_queries.SpaceFilter,
    now: datetime,
) -> Sequence[space_queries.SpaceRow]:
    """Keep the spaces that offer what is wanted."""
    if wanted == space_queries.SpaceFilter():
        return spaces
    ids = set(space_queries.fitting_spaces(db.session(), my_park().id, asked.kind, now, wanted))
    return [space for space in spaces if space.id in ids]


def only_those(wanted: space_queries.SpaceFilter) -> str:
    """Say by what the page is narrowed, beside the area, which has links of its own."""
    seats = [gettext("%(count)s 人及以上", count=wanted.people)] if wanted.people > 1 else []
    return comma_list([*seats, *map(thing_name, wanted.equipment)])


def area_choices(
    spaces: Sequence[space_queries.SpaceRow],
    asked: DayQuery,
    wanted: space_queries.SpaceFilter,
    endpoint: str = "calendar.day",
) -> list[tuple[str, str, bool]]:
    """List the areas that have such spaces, as links; none where there is but one."""
    areas = {space.area_id: local_name(space.area, space.area_en) for space in spaces}
    if len(areas) < 2:  # noqa: PLR2004 - one area is no choice
        return []
    everywhere = (gettext("全部区域"), url_for(endpoint, **asked.args(area=None)), wanted.area_id is None)
    there = url_for(endpoint, **asked.args(area="0"))
    return [everywhere] + [
        (name, there.replace("area=0", f"area={area_id}"), area_id == wanted.area_id)
        for area_id, name in areas.items()
    ]


def kind_choices(asked: DayQuery, kinds: Sequence[Kind], endpoint: str) -> list[tuple[str, str, bool]]:
    """List the kinds as links."""
    there = url_for(endpoint, **asked.args(kind="0"))
    return [
        (kind_name(one), there.replace("kind=0", f"kind={one.value}"), one is asked.kind) for one in kinds
    ]


def filter_label(
    asked: DayQuery, areas: Sequence[tuple[str, str, bool]], wanted: space_queries.SpaceFilter
) -> str:
    """Say in one line what is listed: the kind, the area where one is chosen, seats and equipment."""
    area = [name for name, _, chosen in areas[1:] if chosen]
    return " · ".join([kind_name(asked.kind), *area, *filter(None, [only_those(wanted)])])


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
    near = StringField(
        _("离谁近"), [Optional(), Length(max=NAME_LENGTH)], description=_("同事的名字，或门上的编号。")
    )
    space = StringField(
        _("哪个空间"), [Optional(), Length(max=NAME_LENGTH)], description=_("它的名字，或门上的编号。")
    )


def search_form(kind: Kind, wish: Criteria) -> SearchForm:
    """Make the form of a kind; of what is looked for it takes what can be meant of that kind."""
    form, park_id = SearchForm(request.args), my_park().id
    names = equipment_of_kind(db.session(), park_id, kind)
    rows = areas_of_kind(db.session(), park_id, kind)
    areas = [(area_id, local_name(name, name_en)) for area_id, name, name_en in rows]
    meant = wish.among(kind, names, {area_id for area_id, _ in areas})
    form.equipment.choices = options((name, thing_name(name)) for name in names)
    form.equipment.data = list(meant.equipment)
    form.area.choices = options([(0, gettext("全部区域")), *areas])
    form.area.data = meant.area_id or 0
    if kind not in SEATED:
        form.people.data = 1
    return form


def span_of_search(form: SearchForm, kind: Kind, now: datetime) -> Span:
    """Read the form's times; raises EndsBeforeItStarts, NoSuchClock, InThePast."""
    zone = my_park().zone
    day = form.day.data or now.astimezone(zone).date()
    if kind is Kind.STORAGE:
        return storage_span(day, form.until.data, now, zone)
    first, last = form.starts.data or 0, form.ends.data or 0
    return local_span(day, first, last, zone)


def filter_of_search(form: SearchForm, kind: Kind) -> SpaceFilter:
    """Read what a space must offer."""
    people = (form.people.data or 1) if kind in SEATED else 1
    return SpaceFilter(people, tuple(form.equipment.data or ()), form.area.data or None)


def repeat_in_address() -> dict[str, str]:
    """Give how often, as the address of the form of a series says it; a search only carries it there."""
    said = {name: request.args.get(name, "") for name in ("repeat", "working_days_only")}
    return {name: value for name, value in said.items() if value}


def search_address(form: SearchForm, wish: Criteria, **instead: object) -> str:
    """Write the address of this search with something else in it; what nobody asked for is left out."""
    asked = {
        "day": form.day.data,
        "until": form.until.data,
        "starts": form.starts.text,
        "ends": form.ends.text,
        "near": form.near.data,
        "space": form.space.data,
    }
    args = {**asked, **wish.args(), **repeat_in_address(), **instead}
    return url_for("calendar.search", **{name: value for name, value in args.items() if value})


def pool_args(form: SearchForm, kind: Kind, wish: Criteria) -> dict[str, Any]:
    """Carry what was asked over to the form for any one of many."""
    return wish.args(kind=kind.value, day=form.day.data, starts=form.starts.text, ends=form.ends.text)


class SheetChip(NamedTuple):
    """One thing that a search asks for, as a chip that opens its fields; `said` is what is not as usual."""

    name: str
    text: str
    label: str
    said: bool = True
    wrong: bool = False


def chips_of(form: SearchForm, kind: Kind) -> Sequence[SheetChip]:
    """Fold the form into one line."""
    if kind is Kind.STORAGE:
        last = form.until.data
        days = f"{full_day(form.day.data)}–{full_day(last)}" if form.day.data and last else ""
        first = gettext("%(day)s 起", day=full_day(form.day.data)) if form.day.data else gettext("日期")
        return [_chip("day", days or first, gettext("哪几天"), form.day, form.until), *_area_chip(form)]
    day = day_text(form.day.data) if form.day.data else gettext("日期")
    found = [
        *_space_chip(form),
        _chip("day", day, gettext("哪天"), form.day),
        _chip("time", f"{form.starts.text}–{form.ends.text}", gettext("几点到几点"), form.starts, form.ends),
    ]
    if kind in SEATED:
        words = people_label(form.people.data) if form.people.data else gettext("人数")
        found.append(_chip("people", words, gettext("几个人"), form.people, said=(form.people.data or 1) > 1))
    found += _area_chip(form)
    if form.equipment.choices:
        things = things_text(form.equipment.data or ())
        words = things or gettext("设备")
        found.append(
            _chip(
                "equipment",
                words,
                gettext("要什么设备"),
                form.equipment,
                said=bool(things),
            )
        )
    near = (form.near.data or "").strip()
    words = gettext("离%(name)s近", name=near) if near else gettext("离谁近")
    return [*found, _chip("near", words, gettext("离谁近"), form.near, said=bool(near))]


def _space_chip(form: SearchForm) -> Sequence[SheetChip]:
    name = (form.space.data or "").strip()
    return [_chip("space", name, gettext("哪个空间"), form.space)] if name else []


def _area_chip(form: SearchForm) -> Sequence[SheetChip]:
    names = {value: label for value, label, *_ in form.area.iter_choices()}
    if len(names) <= 2:  # noqa: PLR2004 - all, and one area, are no choice
        return ()
    chosen = form.area.data or 0
    return [_chip("area", str(names.get(chosen, "")), gettext("在哪里"), form.area, said=chosen > 0)]


def _chip(name: str, text: str, label: str, *fields: Field, said: bool = True) -> SheetChip:
    return SheetChip(name, str(text), str(label), said, wrong=any(field.errors for field in fields))
