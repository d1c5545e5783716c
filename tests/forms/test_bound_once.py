"""Fields that are bound once and copied are what WTForms makes, and each form's own."""

from __future__ import annotations

import pytest
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length

from booking.blueprints.kit.forms.booking import ReserveRoomForm
from booking.blueprints.kit.forms.fields import BoundOnce, ClockField, DayField, options
from booking.blueprints.kit.forms.reservation import PoolForm, ReserveForm, ReserveStoreForm
from booking.blueprints.kit.forms.validators import tidy_line


class Fields(FlaskForm):
    day = DayField("日期", [InputRequired("请选择日期。")])
    starts = ClockField("开始", render_kw={"step": 900})
    people = IntegerField("人数", default=1)
    kind = SelectField("类型", choices=options([("a", "甲"), ("b", "乙")]))
    purpose = StringField("用途", [Length(max=5)], [tidy_line], description="一句话")
    key = HiddenField("")


class BoundOnceFields(Fields):
    Meta = BoundOnce


@pytest.fixture(autouse=True)
def in_a_request(app):
    with app.test_request_context(method="POST"):
        yield


SENT = MultiDict({"day": "2026-13-01", "starts": "9:30", "people": "3", "kind": "b", "purpose": " 周会 "})


@pytest.mark.parametrize("sent", [None, SENT])
def test_they_say_read_and_refuse_the_same(sent):
    for _ in range(2):
        plain, copied = Fields(sent), BoundOnceFields(sent)
        assert [str(field) for field in copied] == [str(field) for field in plain]
        assert [str(field.label) for field in copied] == [str(field.label) for field in plain]
        assert copied.validate() == plain.validate()
        assert copied.data == plain.data
        assert copied.errors == plain.errors
        assert [field.meta for field in copied] == [copied.meta] * len(list(copied))


def test_nothing_that_one_form_sets_is_in_the_next():
    first = BoundOnceFields(SENT)
    first.validate()
    first.starts.render_kw["step"] = 60
    first.kind.choices.append(SelectChoice("c", "丙"))
    first.day.flags.required = False
    first.purpose.errors = ["太长"]
    second = BoundOnceFields(None)
    assert second.starts.render_kw == {"step": 900}
    assert len(second.kind.choices) == 2
    assert second.day.flags.required
    assert not second.errors
    assert (second.people.data, second.starts.data) == (1, None)


def test_one_with_a_prefix_is_another_form():
    BoundOnceFields(None)
    assert BoundOnceFields(None, prefix="of").day.name == "of-day"
    assert BoundOnceFields(None).day.name == "day"


@pytest.mark.parametrize("kind", [ReserveForm, ReserveRoomForm, ReserveStoreForm, PoolForm])
def test_the_forms_that_book_are_bound_once(kind):
    assert kind(None).people.label is kind(None).people.label
    assert kind(None).people is not kind(None).people
