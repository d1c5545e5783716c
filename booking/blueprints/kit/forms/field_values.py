"""What a form's fields hold: as a browser sends it, and as its reader knows it."""

from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DateTimeField,
    FieldList,
    FormField,
    MonthField,
    SelectField,
    SelectMultipleField,
    TimeField,
)

from booking.blueprints.kit.filters import comma_list, day, moment, month_text, zone
from booking.language import gettext
from booking.values.month import Month

AnyField = Any  # the stubs do not know what every field can do


def sent(one: AnyField) -> tuple[str, ...]:
    """Give what a browser sends of a field as it stands."""
    match one:
        case FieldList():
            return tuple(f"{at}.{part}" for at, row in enumerate(one) for part in sent(row))
        case FormField():
            return tuple(f"{inner.short_name}={part}" for inner in one.form for part in sent(inner))
        case BooleanField():
            return ("y",) if one.data else ()
        case SelectMultipleField():
            return tuple(sorted(_key(value) for value in one.data or ()))
        case SelectField():  # RadioField is one
            return (_key(one.data),) if one.data is not None else ()
    text = one._value()  # noqa: SLF001 - what WTForms' own widgets write
    return ("\n".join(str(text or "").split("\r\n")),)


def value_text(one: AnyField, offered: AnyField) -> str:
    """Write a field's value as its reader knows it, with the names of the choices that `offered` has."""
    keys = sent(one)
    if isinstance(one, BooleanField):
        return str(gettext("是") if keys else gettext("否"))
    if isinstance(one, SelectField | SelectMultipleField):
        names = {_key(choice.value): str(choice.label) for choice in offered.iter_choices()}
        return comma_list(names.get(key, key) for key in keys)
    if isinstance(one, DateTimeField) and one.data is not None:
        return _when(one, one.data)
    if isinstance(one, FieldList):
        return gettext("；").join(_row(row) for row in one)
    return keys[0] if keys else ""


def _when(one: AnyField, value: Any) -> str:  # noqa: ANN401 - a date, a time or both
    """Write a day, a month or an instant as all pages do; a field's instants are on the park's clock."""
    match one:
        case TimeField():
            return f"{value:%H:%M}"
        case MonthField():
            return month_text(Month(value.year, value.month, zone()))
        case DateField():
            return day(value)
    return moment(value.replace(tzinfo=zone()))


def _row(row: AnyField) -> str:
    return " ".join(filter(None, (value_text(inner, inner) for inner in getattr(row, "form", (row,)))))


def take_values(mine: AnyField, there: AnyField) -> None:
    """Put what is there now into the form that was sent."""
    if isinstance(mine, FieldList):
        mine.process(None, [row.data for row in there])
        return
    mine.process(MultiDict((mine.name, value) for value in sent(there)))


def _key(value: object) -> str:
    return str(getattr(value, "value", value))


def handed_in(one: AnyField) -> tuple[str, bytes] | None:
    """Give the name and the content of the file in a field, if there is one."""
    found = one.data
    return (found.filename, found.read()) if isinstance(found, FileStorage) and found.filename else None
