"""A form that edits what is there carries what it was drawn from; who comes later sees both.

    form = AreaForm.of(Thing("area", area_id, ((Area, area_id),)), lambda: {"obj": area_or_404(area_id)})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                form.check(session)        # first: takes the lock, raises EditConflict
                edit_area(session, …)
        except Refusal as refusal:
            put_beside(form, refusal)      # the page is drawn again: what was typed, what is now, by whom

What a form carries is a mark of each value it showed. A field that only somebody else changed takes the new
value, one that both changed keeps what was typed and shows the other; the next press saves that knowingly.
A form that does not say what it was drawn from is told likewise: nobody can say what its sender has seen.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple, Self

from flask import abort
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session
from wtforms import Field, HiddenField, PasswordField

from booking.audit.models import AuditEntry
from booking.audit.trail import EditConflict, entries_since, latest_entry
from booking.blueprints.kit.filters import comma_list, moment
from booking.blueprints.kit.labels.people import who_did
from booking.blueprints.kit.labels.resubmitted import sent, take_values, value_text
from booking.blueprints.kit.session import my_park
from booking.db import Base, db, lock_row
from booking.language import gettext, lazy_gettext as _
from booking.spaces.inventory_queries import area_in_park
from booking.spaces.models import Area, Space
from booking.spaces.queries import space_in_park


class Beside(NamedTuple):
    """Something that the page showed beside the form: its label, its value, and the value in words."""

    label: str
    value: str
    words: str


def _yes(_: object) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class EditedRecord:
    """What is edited: as the trail calls it (`subject_id` None: several), and the rows to lock, in order.

    `beside` gives more that the page showed. `fields` names those whose values are the thing's
    where not all are, `watches` which names matter just now, `concerns` which entries of the trail do;
    `already` tells that all is as it was typed;
    `of_form` gives a fact of the trail the name of its field, `say` words a value whose choices come and go.
    """

    subject: str
    subject_id: int | None
    locks: tuple[tuple[type[Base], int], ...] = ()
    beside: Callable[[], Mapping[str, Beside]] = dict
    fields: tuple[str, ...] | None = None
    watches: Callable[[str], bool] = _yes
    already: Callable[[], bool] = bool
    concerns: Callable[[AuditEntry], bool] = _yes
    of_form: Mapping[str, str] = field(default_factory=dict)
    say: Mapping[str, Callable[[str], str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A value that somebody changed: where it stands, what was typed (None: nothing), what is now."""

    at: str
    label: str
    typed: str | None
    now: str


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What happened while a form was filled in: who did it when, in words, and what differs."""

    steps: list[str]
    differences: list[FieldDifference]


NEVER_SHOWN = (HiddenField, FileField, PasswordField)
Shown = Callable[[], dict[str, Any]]


class EditForm(FlaskForm):
    """The base of every form that edits what is there."""

    drawn_from = HiddenField("")

    thing: EditedRecord | None = None
    shown: Shown = dict
    meanwhile: Meanwhile | None = None

    @classmethod
    def of(cls, thing: EditedRecord, shown: Shown, *, sent: bool = True) -> Self:
        """Make the form of a thing; `shown` gives what its fields show, as arguments of the form.

        Not `sent` is the form that only stands on the page another one was sent from.
        """
        form = cls(**shown()) if sent else cls(formdata=None, **shown())
        form.thing, form.shown = thing, shown
        if not (sent and form.is_submitted()):
            form.carry_what_is_there()
        return form

    @classmethod
    def names(cls) -> list[str]:
        """Name the fields, those of no importance included."""
        return [name for name in dir(cls) if hasattr(getattr(cls, name), "_formfield")]

    def carry_what_is_there(self) -> None:
        """Let the form carry the marks of what it shows, or of what it would show now."""
        self.drawn_from.data = self._marks_of(self._fresh())

    def propose(self, **typed: object) -> Self:
        """Propose other values than those that are there, on a page that nobody sent yet."""
        for name, value in typed.items():
            self._fields[name].data = value
        return self

    def check(self, session: Session) -> None:
        """Take the locks; raise EditConflict where the thing is not what the form was drawn from."""
        for table, row_id in self._thing().locks:
            lock_row(session, table, row_id)
        if self._thing().already():
            return  # there is nothing to change any more
        last_id, marks = _read(self.drawn_from.data)
        fresh = self._fresh()
        changed = self._changed(fresh, marks)
        if differences := [one for name in changed if (one := self._difference(name, fresh, marks))]:
            self.meanwhile = Meanwhile(self._steps(changed, last_id), differences)
            self.drawn_from.data = self._marks_of(fresh)
            raise EditConflict(known=last_id is not None)

    def facts(self, *but: str) -> dict[str, Any]:
        """Give what was filled in, by the fields' names."""
        return {
            name: value for name, value in self.data.items() if name not in {"csrf_token", "drawn_from", *but}
        }

    def _changed(self, fresh: Self, marks: dict[str, str]) -> list[str]:
        """Name what is not as the form showed it; what the form does not say that it showed is among it.

        What stands beside a form may come and go: without a mark it was not there.
        """
        values = self._values(fresh)
        names = [name for name in dict.fromkeys([*values, *marks]) if self._counts(name)]
        unsaid = {name: "" if name in self._fields else NOTHING for name in names}
        return [name for name in names if (unsaid | marks)[name] != _mark(values.get(name, ("",)))]

    def _steps(self, changed: list[str], last_id: int | None) -> list[str]:
        thing = self._thing()
        if last_id is None:
            return []
        entries = entries_since(db.session(), my_park().id, thing.subject, thing.subject_id, last_id)
        return [self._step(entry, changed) for entry in entries if thing.concerns(entry)]

    def _difference(self, name: str, fresh: Self, marks: dict[str, str]) -> FieldDifference | None:
        mine = self._fields.get(name)
        if mine is None:
            one = self._thing().beside().get(name) or Beside(name, "", "")
            return FieldDifference("", one.label, None, one.words)
        there = fresh._fields[name]
        typed = sent(mine)
        if typed == sent(there):
            return None
        mine.now = self._value_text(there, mine)
        if _mark(typed) != marks.get(name):
            return FieldDifference(mine.id, mine.label.text, self._value_text(mine, mine), mine.now)
        take_values(mine, there)
        return FieldDifference(mine.id, mine.label.text, None, mine.now)

    def _value_text(self, one: Field, offered: Field) -> str:
        say = self._thing().say.get(one.short_name)
        return say(sent(one)[0]) if say and sent(one) else value_text(one, offered)

    def _step(self, entry: AuditEntry, changed: list[str]) -> str:
        """Say who did something and when, and which of the form's values it changed."""
        before, after, of_form = entry.before or {}, entry.after or {}, self._thing().of_form
        names = [of_form.get(name, name) for name in after if before.get(name) != after[name]]
        labels = [
            str(self._fields[name].label.text) for name in names if name in self._fields and name in changed
        ]
        said = {"who": who_did(entry), "when": moment(entry.at), "what": comma_list(labels)}
        if labels:
            return str(gettext("%(who)s 于 %(when)s 改了：%(what)s", **said))
        return str(gettext("%(who)s 于 %(when)s 改动过", **said))

    def _fresh(self) -> Self:
        """Make the form anew from what is there now."""
        return type(self)(formdata=None, **self.shown())

    def _thing(self) -> EditedRecord:
        assert self.thing is not None  # noqa: S101 - made by `of`
        return self.thing

    def _counts(self, name: str) -> bool:
        return self._is_here(name) and self._thing().watches(name)

    def _is_here(self, name: str) -> bool:
        """Tell whether a value is this form's business: a field that was taken out of it is not."""
        return name in self._fields or not hasattr(type(self), name)

    def _values(self, form: Self) -> dict[str, tuple[str, ...]]:
        wanted = self._thing().fields
        shown = {
            name: sent(one)
            for name, one in form._fields.items()
            if not isinstance(one, NEVER_SHOWN) and (wanted is None or name in wanted)
        }
        return shown | {name: (one.value,) for name, one in self._thing().beside().items()}

    def _marks_of(self, fresh: Self) -> str:
        thing = self._thing()
        last = latest_entry(db.session(), my_park().id, thing.subject, thing.subject_id)
        marks = {name: _mark(value) for name, value in self._values(fresh).items()}
        return json.dumps([last, marks], ensure_ascii=False, separators=(",", ":"))


MARK = 12  # of so many letters of a hash; who forges one only overwrites what they may overwrite anyway


def _mark(value: tuple[str, ...]) -> str:
    return sha256(json.dumps(value).encode()).hexdigest()[:MARK]


NOTHING = _mark(("",))


LONGEST_CARRIED = 20_000
LARGEST_ID = 2**63 - 1


def _read(carried: str | None) -> tuple[int | None, dict[str, str]]:
    """Give the trail's last entry of that time, None where nothing readable is carried, and the marks."""
    try:
        last_id, marks = json.loads((carried or "")[:LONGEST_CARRIED])
        said = {name: str(mark) for name, mark in marks.items() if name.isprintable()}
        return max(0, min(int(last_id), LARGEST_ID)), said
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None, {}


def space_or_404(space_id: int) -> Space:
    """Find a space of my park; another park's is not found."""
    return space_in_park(db.session(), my_park().id, space_id) or abort(404)


def area_or_404(area_id: int) -> Area:
    """Find an area of my park; another park's is not found."""
    return area_in_park(db.session(), my_park().id, area_id) or abort(404)


class PictureForm(EditForm):
    """One picture."""

    picture = FileField(
        _("图片"),
        [FileRequired(_("请先选择一张图片。"))],
        description=_("JPEG、PNG 或 WebP，最多 10 MB。会自动缩小，并去掉拍摄地点等隐藏信息。"),
    )
