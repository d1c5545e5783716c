"""What a form holds, as a browser sends it and as its reader knows it; what was typed before, in words.

Labels, and names of what was chosen; nothing internal.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import wtforms
from flask import current_app, request
from flask_login import current_user
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import HTTPException

from booking.blueprints.kit.filters import comma_list, day, moment, month_text, zone
from booking.blueprints.kit.labels.needs import need_kind
from booking.blueprints.kit.labels.people import role_name, size_name
from booking.blueprints.kit.labels.prices import days_name, per
from booking.blueprints.kit.labels.quotas import each_period, per_name
from booking.blueprints.kit.labels.spaces import kind_name, space_label
from booking.blueprints.kit.resubmission import KeptForm, forms_of, page_name
from booking.blueprints.kit.session import me, my_park
from booking.db import db
from booking.language import gettext
from booking.needs.rules import NeedKind
from booking.people.models import Role, Size
from booking.people.queries import colleague, enterprise_of
from booking.reservations.quotas.rules import Per, QuotaPeriod
from booking.spaces.inventory_queries import area_in_park
from booking.spaces.models import Kind
from booking.spaces.queries import space_in_park
from booking.tariffs.models import Basis
from booking.tariffs.terms import Days
from booking.values import Month


def resent_facts(kept: KeptForm | None, *, ask: bool = True) -> dict[str, Any]:
    """Give a page what it tells of a form that was kept: `rows` in words, and `files` to be chosen again.

    `kept_of` names the page it was typed on, unless the database is not to be asked.
    """
    if kept is None:
        return {"rows": [], "files": [], "kept_of": ""}
    return {"rows": rows(kept), "files": files(kept), "kept_of": _page(kept) if ask else ""}


def rows(kept: KeptForm) -> list[tuple[str, str]]:
    """Give label and value of each field with something in it, in the form's order."""
    form = _form(kept)
    return [] if form is None else [(label, value) for label, value in _rows(form) if value.strip()]


def files(kept: KeptForm) -> list[tuple[str, str, str]]:
    """Give name, label and the chosen file's name of each field whose file has to be chosen again."""
    form = _form(kept)
    labels = {field.name: str(field.label.text) for field in form} if form is not None else {}
    return [(name, labels.get(name, gettext("文件")), file) for name, file in kept.files]


def _form(kept: KeptForm) -> wtforms.Form | None:
    """Make the form again that it was typed into, by its address; never judged, only shown."""
    endpoint, _ = _where(kept)
    data: MultiDict[str, str] = MultiDict(kept.fields)
    made = [kind(formdata=data, prefix=_prefix(data), meta={"csrf": False}) for kind in forms_of(endpoint)]
    return max(made, key=lambda form: len([field for field in form if field.name in data]), default=None)


def _page(kept: KeptForm) -> str:
    return page_name(*_where(kept), dict(kept.fields), kept.owner)


def _where(kept: KeptForm) -> tuple[str, Mapping[str, Any]]:
    """Tell which endpoint it was meant for, and its arguments; "" where there is none."""
    path, _, _ = kept.path.partition("?")
    try:
        return current_app.url_map.bind(request.host).match(path, method="POST")
    except HTTPException:
        return "", {}


def _prefix(data: MultiDict[str, str]) -> str:
    """Find what stands before all names, where several forms stand on one page."""
    starts = {name.rpartition("-")[0] for name in data}
    return f"{starts.pop()}-" if len(starts) == 1 and starts != {""} else ""


NOT_SHOWN = (wtforms.HiddenField, wtforms.FileField, wtforms.PasswordField)


def _rows(form: wtforms.Form) -> Iterator[tuple[str, str]]:
    for field in form:
        if isinstance(field, NOT_SHOWN) or (isinstance(field, wtforms.BooleanField) and not field.data):
            continue
        if isinstance(field, wtforms.FieldList):
            yield str(field.label.text), gettext("；").join(_row(entry) for entry in field)
        else:
            yield str(field.label.text), field_text(field)


def _row(entry: Any) -> str:  # noqa: ANN401 - a form within a form
    return " ".join(filter(None, (field_text(field) for field in entry.form)))


def field_text(field: Any) -> str:  # noqa: ANN401 - any field
    """Write a field's value; what was chosen by its name, and not at all where a stranger may not read it."""
    if not isinstance(field, wtforms.SelectField) or field.choices:
        return value_text(field, field)
    say = CHOSEN.get(field.short_name)
    return comma_list(filter(None, (_said(say, key) for key in sent(field)))) if say else ""


NOT_CHOSEN = {"", "0"}


def _said(say: Callable[[str], str], key: str) -> str:
    try:
        return "" if key in NOT_CHOSEN else str(say(key))
    except ValueError:
        return ""


def _area(key: str) -> str:
    area = area_in_park(db.session(), my_park().id, int(key)) if current_user.is_authenticated else None
    return area.name if area else ""


def _space(key: str) -> str:
    space = space_in_park(db.session(), my_park().id, int(key)) if current_user.is_authenticated else None
    return space_label(space) if space else ""


def _month(key: str) -> str:
    return month_text(Month.parse(key, my_park().zone)) if current_user.is_authenticated else ""


def _enterprise(key: str) -> str:
    found = enterprise_of(db.session(), my_park().id, int(key)) if current_user.is_authenticated else None
    return found.short_name if found else ""


def _member(key: str) -> str:
    """Name a colleague of the reader's."""
    if not current_user.is_authenticated:
        return ""
    found = colleague(db.session(), my_park().id, me().enterprise_id, int(key))
    return found.name if found else ""


def _person(key: str) -> str:
    """Name one of the park's own people."""
    found = colleague(db.session(), my_park().id, None, int(key)) if current_user.is_authenticated else None
    return found.name if found else ""


CHOSEN: dict[str, Callable[[str], str]] = {
    "area": _area,
    "area_id": _area,
    "basis": lambda key: per(Basis(key)),
    "colleagues": _member,
    "days": lambda key: days_name(Days(key)),
    "equipment": str,
    "enterprise": _enterprise,
    "ends": lambda key: moment(datetime.fromisoformat(key)),
    "given_back_by_id": _enterprise,
    "guest_ids": _enterprise,
    "kind": lambda key: kind_name(Kind(key)) if key in set(Kind) else need_kind(NeedKind(key)),
    "month": _month,
    "needs": lambda key: gettext("诉求 %(number)s", number=key),
    "owner": _person,
    "parts": _space,
    "per": lambda key: per_name(Per(key)),
    "period": lambda key: each_period(QuotaPeriod(key)),
    "role": lambda key: role_name(Role(key)),
    "size": lambda key: size_name(Size(key)),
    "sizes": lambda key: size_name(Size(key)),
    "space": _space,
    "space_id": _space,
    "spaces": _space,
}
"""What is chosen among what the park has, by the field's name; a test says whether one is missing."""


AnyField = Any  # the stubs do not know what every field can do


def sent(one: AnyField) -> tuple[str, ...]:
    """Give what a browser sends of a field as it stands."""
    match one:
        case wtforms.FieldList():
            return tuple(f"{at}.{part}" for at, row in enumerate(one) for part in sent(row))
        case wtforms.FormField():
            return tuple(f"{inner.short_name}={part}" for inner in one.form for part in sent(inner))
        case wtforms.BooleanField():
            return ("y",) if one.data else ()
        case wtforms.SelectMultipleField():
            return tuple(sorted(_key(value) for value in one.data or ()))
        case wtforms.SelectField():  # RadioField is one
            return (_key(one.data),) if one.data is not None else ()
    text = one._value()  # noqa: SLF001 - what WTForms' own widgets write
    return ("\n".join(str(text or "").split("\r\n")),)


def value_text(one: AnyField, offered: AnyField) -> str:
    """Write a field's value as its reader knows it, with the names of the choices that `offered` has."""
    keys = sent(one)
    if isinstance(one, wtforms.BooleanField):
        return str(gettext("是") if keys else gettext("否"))
    if isinstance(one, wtforms.SelectField | wtforms.SelectMultipleField):
        names = {_key(choice.value): str(choice.label) for choice in offered.iter_choices()}
        return comma_list(names.get(key, key) for key in keys)
    if isinstance(one, wtforms.DateTimeField) and one.data is not None:
        return _when(one, one.data)
    if isinstance(one, wtforms.FieldList):
        return gettext("；").join(_row_text(row) for row in one)
    return keys[0] if keys else ""


def _when(one: AnyField, value: Any) -> str:  # noqa: ANN401 - a date, a time or both
    """Write a day, a month or an instant as all pages do; a field's instants are on the park's clock."""
    match one:
        case wtforms.TimeField():
            return f"{value:%H:%M}"
        case wtforms.MonthField():
            return month_text(Month(value.year, value.month, zone()))
        case wtforms.DateField():
            return day(value)
    return moment(value.replace(tzinfo=zone()))


def _row_text(row: AnyField) -> str:
    return " ".join(filter(None, (value_text(inner, inner) for inner in getattr(row, "form", (row,)))))


def take_values(mine: AnyField, there: AnyField) -> None:
    """Put what is there now into the form that was sent."""
    if isinstance(mine, wtforms.FieldList):
        mine.process(None, [row.data for row in there])
        return
    mine.process(MultiDict((mine.name, value) for value in sent(there)))


def _key(value: object) -> str:
    return str(getattr(value, "value", value))


def handed_in(one: AnyField) -> tuple[str, bytes] | None:
    """Give the name and the content of the file in a field, if there is one."""
    found = one.data
    return (found.filename, found.read()) if isinstance(found, FileStorage) and found.filename else None
