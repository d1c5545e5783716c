"""One field for money, one for areas, one for times of the day: read alike on every page, shown as typed."""

from __future__ import annotations

import pytest
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired, Optional

from booking.blueprints.activities.drafting import ActivityForm
from booking.blueprints.closing.invoice import PaymentForm
from booking.blueprints.closing.months import CloseForm
from booking.blueprints.company.enterprises import BillingForm
from booking.blueprints.inventory.forms import ExtendForm, HoursForm, SpaceForm
from booking.blueprints.kit.forms.fields import AreaField, CheckboxesField, ClockField, YuanField
from booking.blueprints.kit.forms.reservation import DayForm
from booking.blueprints.savings.baselines import BaselineForm
from booking.blueprints.savings.checking import DecisionForm
from booking.blueprints.statement.disputes import AnswerForm
from booking.blueprints.tariffs.drafting import BandForm, TariffForm
from booking.language import force_locale
from booking.values import Money

YUAN = [
    (PaymentForm, "amount"), (AnswerForm, "amount"), (BillingForm, "monthly_budget"),
    (BaselineForm, "price"), (BaselineForm, "own_price"), (TariffForm, "rate"), (TariffForm, "daily_cap"),
]  # fmt: skip
AREAS = [(SpaceForm, "area_hundredths"), (BaselineForm, "area"), (BaselineForm, "own_area")]
CLOCKS = [
    (DayForm, "starts"), (DayForm, "ends"), (HoursForm, "opens_minute"), (BandForm, "starts"),
]  # fmt: skip


class BoxesForm(FlaskForm):
    boxes = CheckboxesField(choices=["a", "b"])


@pytest.fixture
def typed(app):
    """Fill one field of a form as a person types it, and give the field after it was judged."""
    with app.test_request_context("/", method="POST"):

        def fill(form, name, text):
            field = form(MultiDict({name: text}))[name]
            field.validate(None)
            return field

        yield fill


@pytest.mark.parametrize(("form", "name"), YUAN)
def test_every_field_of_money_reads_the_same(typed, form, name):
    for text in ("￥1500", "¥1,500", "1500.00 元", "１５００", " 1 500 "):
        field = typed(form, name, text)
        assert (field.data, list(field.errors), field.text) == (Money(150000), [], text), text
    for text, said in (
        ("15.005", "最多两位小数"),
        ("-5", "金额"),
        ("9" * 20, "金额最多"),
        ("很多", "请填写金额，例如"),
    ):
        field = typed(form, name, text)
        assert said in field.errors[0], text
        assert field.text == text


@pytest.mark.parametrize(("form", "name"), AREAS)
def test_every_field_of_an_area_reads_the_same(typed, form, name):
    for text in ("35.5", "35.5 ㎡", "35.5m²", "３５．５ 平方米"):
        field = typed(form, name, text)
        assert (field.data, list(field.errors), field.text) == (3550, [], text), text
    for text, said in (
        ("1.234", "最多两位小数"),
        ("-1", "面积不能是负数"),
        ("9" * 20, "面积最多 1,000,000 m²"),
        ("x", "请填写平方米数"),
    ):
        assert said in typed(form, name, text).errors[0], text


@pytest.mark.parametrize(("form", "name"), CLOCKS)
def test_every_time_of_the_day_reads_the_same(typed, form, name):
    for text, minute in (("09:30", 570), ("9:30", 570), ("9：30", 570), ("00:00", 0), ("24:00", 1440)):
        field = typed(form, name, text)
        assert (field.data, list(field.errors)) == (minute, []), text
    for text in ("24:01", "9.30", "morgens", "-1:00"):
        assert "请填写时间" in typed(form, name, text).errors[0], text
    assert typed(form, name, "  ").errors[0].startswith("请填写")


class Sample(FlaskForm):
    amount = YuanField("金额", [Optional()], lowest=Money(2), highest=Money.yuan(10))
    area = AreaField("面积", [InputRequired("请填写。")], default=0)
    at = ClockField("时间", [Optional()])


@pytest.mark.parametrize(
    ("text", "said"), [("0.01", "金额至少 ¥0.02。"), ("10.01", "金额最多 ¥10.00。"), ("10", ""), ("0.02", "")]
)
def test_an_amount_keeps_within_its_bounds(typed, text, said):
    assert "".join(typed(Sample, "amount", text).errors) == said


def test_a_field_begins_with_its_value_and_takes_blanks_for_nothing(app):
    with app.test_request_context("/", method="POST"):
        begun = Sample(formdata=None, data={"amount": Money(150), "at": 1440})
        assert (begun.amount.text, begun.area.text, begun.at.text) == ("1.50", "0", "24:00")
        sent = Sample(MultiDict({"amount": "  ", "area": " ", "at": ""}), data={"amount": Money(150)})
        assert not sent.validate()
        assert (sent.amount.data, sent.at.data, set(sent.errors)) == (None, None, {"area"})


@pytest.mark.parametrize(
    ("text", "kind"), [("09:30", "time"), ("", "time"), ("24:00", "text"), ("x", "text")]
)
def test_a_time_that_the_browsers_own_field_cannot_show_is_shown_as_text(typed, text, kind):
    drawn = str(typed(Sample, "at", text)())
    assert f'type="{kind}"' in drawn
    assert f'value="{text}"' in drawn


@pytest.mark.parametrize(
    ("form", "name", "optional"),
    [
        (DecisionForm, "reason", False),
        (ActivityForm, "urgent_reason", False),
        (ActivityForm, "publish_on", False),
        (CloseForm, "reason", False),
        (ExtendForm, "closes", False),
        (ActivityForm, "words", True),
    ],
)
def test_a_field_needed_under_a_condition_is_not_called_optional_and_may_be_empty(app, form, name, optional):
    with app.test_request_context("/", method="POST"):
        field = form(MultiDict({name: ""}))[name]
        assert bool(field.flags.optional) is optional
        assert not any(isinstance(one, InputRequired) for one in field.validators)
        mark = app.jinja_env.get_template("components/field.html").module.field_mark(field)
        assert ("选填" in str(mark)) is optional


@pytest.mark.parametrize(
    ("language", "sentence"), [("zh", "请从列出的里面选。"), ("en", "Please choose among those listed.")]
)
def test_a_box_that_was_not_offered_is_refused_in_the_readers_language(app, language, sentence):
    with app.test_request_context("/", method="POST"), force_locale(language):
        field = BoxesForm(MultiDict({"boxes": "made up"})).boxes
        assert not field.validate(None)
        assert field.errors == [sentence]
