"""The draft of a tariff version: its form, and what stands between the form and the figures.

The form is prefilled, read into figures, a refusal put where it belongs, and its example worked.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DecimalField, Field, FieldList, Form, FormField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError
from wtforms.widgets import TextInput

from booking.blueprints.kit.forms.edit_form import EditForm
from booking.blueprints.kit.forms.fields import ClockField, DayField, PartForm, YuanField, options
from booking.blueprints.kit.forms.validators import number_between, required, tidy_line
from booking.blueprints.kit.labels.prices import days_name, per
from booking.blueprints.kit.session import my_park
from booking.blueprints.messages import put_beside, wording
from booking.db import db
from booking.language import lazy_gettext as _
from booking.parks.queries import park_calendar, provisional_years
from booking.people.models import Size
from booking.spaces.cells import half_width
from booking.spaces.models import Kind
from booking.spaces.queries import rules_for
from booking.spaces.rules import Opening
from booking.tariffs import rules as tariff_rules
from booking.tariffs.examples import Example, Fees, StorageExample, fees, metered_examples, storage_example
from booking.tariffs.in_force import TariffSnapshot
from booking.tariffs.models import Basis
from booking.tariffs.terms import Band, Days
from booking.values import Money, Refusal, local_day


class AtMostPlaces:
    """Refuse more decimals than can be kept."""

    def __init__(self, places: int) -> None:
        self.places = places

    def __call__(self, _form: Form, field: DecimalField) -> None:
        """Look at what was typed."""
        value: Decimal | None = field.data
        if value is not None and (not value.is_finite() or value != round(value, self.places)):
            raise ValidationError(_("最多 %(places)s 位小数。", places=self.places))


MOST_DIGITS = 12  # before the point; decimals do not reckon with thousands of them


class FigureField(DecimalField):
    """A number with decimals, in whatever width, and written back as typed."""

    def __init__(self, label: Any, validators: Any, **options: Any) -> None:  # noqa: ANN401 - as WTForms types it
        super().__init__(label, validators, places=None, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it."""
        super().process_formdata([half_width(one) for one in valuelist])
        if self.data is not None and self.data.is_finite() and self.data.adjusted() > MOST_DIGITS:
            self.data = None
            raise ValueError(_("请填写数字。"))


class BandForm(PartForm):
    """One band: part of the day with its own factor."""

    name = StringField(_("名称"), [required(), Length(max=40, message=_("最多 40 个字。"))])
    days = SelectField(_("哪些日子"))
    starts = ClockField(_("从"), [required()], widget=TextInput())
    ends = ClockField(_("到"), [required()], widget=TextInput())
    factor = FigureField(_("系数"), [required(), number_between(0, 100), AtMostPlaces(4)])


class WithdrawalForm(FlaskForm):
    """Why a version that was published never holds."""

    reason = StringField(
        _("原因"),
        [DataRequired(_("请写明原因。")), Length(max=500, message=_("最多 500 个字。"))],
        [tidy_line],
    )


MOST_BANDS = 24
HIGHEST_PRICE = Money.yuan(1_000_000)
MOST_MINUTES = 60 * 24 * 31


class TariffForm(EditForm):
    """A version's figures, as an administrator types them: yuan, per cent, minutes."""

    name = StringField(_("价目名称"), [required(), Length(max=80, message=_("最多 80 个字。"))])
    valid_from = DayField(_("生效日"), [required()])
    basis = SelectField(_("计价方式"))
    rate = YuanField(_("单价（含税）"), [required()], highest=HIGHEST_PRICE)
    increment_minutes = IntegerField(_("计费步长"), [required(), number_between(1, 24 * 60)])
    minimum_minutes = IntegerField(_("最短计费"), [required(), number_between(0, 24 * 60)])
    daily_cap = YuanField(_("每日封顶"), [Optional()], highest=HIGHEST_PRICE)
    bands = FieldList(FormField(BandForm), _("时段"), max_entries=MOST_BANDS)
    free_micro = IntegerField(_("微型企业"), [Optional(), number_between(0, MOST_MINUTES)])
    free_small = IntegerField(_("小型企业"), [Optional(), number_between(0, MOST_MINUTES)])
    free_medium = IntegerField(_("中型企业"), [Optional(), number_between(0, MOST_MINUTES)])
    free_large = IntegerField(_("大型企业"), [Optional(), number_between(0, MOST_MINUTES)])
    no_show = FigureField(_("未到收取报价的"), [required(), number_between(0, 100), AtMostPlaces(1)])
    late_cancel = FigureField(_("迟取消收取报价的"), [required(), number_between(0, 100), AtMostPlaces(1)])
    late_cancel_minutes = IntegerField(
        _("开始前多久内取消算迟"), [required(), number_between(0, 60 * 24 * 30)]
    )
    vat = FigureField(_("增值税税率"), [required(), number_between(0, 100), AtMostPlaces(1)])
    vat_source = StringField(_("税率依据"), [required(), Length(max=200, message=_("最多 200 个字。"))])


@dataclass(frozen=True, slots=True)
class Worked:
    """The examples of a version: of use, or of storage, and its fees."""

    uses: list[Example]
    storage: StorageExample | None
    fees: Fees
    provisional: tuple[int, ...] = ()  # years of these uses whose calendar is not published yet


METERED_ONLY = (
    "increment_minutes",
    "minimum_minutes",
    "daily_cap",
    "bands",
    "no_show",
    *(f"free_{size.value}" for size in Size),
)
DAYS = (Days.ALL, Days.WORKING, Days.REST)
BASES = {True: (Basis.DAY, Basis.SQUARE_METRE_DAY), False: (Basis.HOUR,)}


def suit(form: TariffForm, kind: Kind) -> None:
    """Make the form one for the kind: its choices, and nothing that storage has no use for."""
    form.basis.choices = options((basis.value, per(basis)) for basis in BASES[kind is Kind.STORAGE])
    if kind is Kind.STORAGE:
        for name in METERED_ONLY:
            if name in form:
                del form[name]
        return
    for row in form.bands:
        row.form.days.choices = options((days.value, days_name(days)) for days in DAYS)


def usual_version(kind: Kind, name: str, day: date) -> dict[str, object]:
    """Fill the form of a first version with what is usual."""
    return {
        "name": name,
        "valid_from": day,
        "basis": BASES[kind is Kind.STORAGE][0].value,
        "increment_minutes": 15,
        "minimum_minutes": 30 if kind is not Kind.STORAGE else 0,
        "no_show": Decimal(0),
        "late_cancel": Decimal(0),
        "late_cancel_minutes": 0,
    }


def form_data_of(snapshot: TariffSnapshot, day: date) -> dict[str, object]:
    """Fill the form with a version's figures and another day."""
    return {
        "name": snapshot.name,
        "valid_from": day,
        "basis": snapshot.basis.value,
        "rate": snapshot.rate,
        "increment_minutes": snapshot.increment_minutes,
        "minimum_minutes": snapshot.minimum_minutes,
        "daily_cap": snapshot.daily_cap,
        "bands": [_row(band) for band in snapshot.bands],
        **{f"free_{size.value}": free for size, free in snapshot.allowances.items()},
        "no_show": _percent(snapshot.no_show_permille),
        "late_cancel": _percent(snapshot.late_cancel_permille),
        "late_cancel_minutes": snapshot.late_cancel_minutes,
        "vat": _percent(snapshot.vat_permille),
        "vat_source": snapshot.vat_source,
    }


def parse_figures(form: TariffForm, kind: Kind, space_id: int | None) -> TariffSnapshot:
    """Read the figures of a form that is valid field by field; raises what `Figures` raises."""
    typed: dict[str, Any] = form.data
    return TariffSnapshot(
        kind=kind,
        name=typed["name"].strip(),
        valid_from=typed["valid_from"],
        basis=Basis(typed["basis"]),
        rate=typed["rate"],
        increment_minutes=typed.get("increment_minutes", 1),
        minimum_minutes=typed.get("minimum_minutes", 0),
        daily_cap=typed.get("daily_cap"),
        bands=tuple(_band(row) for row in typed.get("bands", ())),
        allowances={size: free for size in Size if (free := typed.get(f"free_{size.value}"))},
        no_show_permille=int(typed.get("no_show", 0) * 10),
        late_cancel_permille=int(typed["late_cancel"] * 10),
        late_cancel_minutes=typed["late_cancel_minutes"],
        vat_permille=int(typed["vat"] * 10),
        vat_source=typed["vat_source"].strip(),
        space_id=space_id,
    )


FIELDS = {
    "rate_fen_per_hour": "rate",
    "rate_fen_per_day": "rate",
    "increment_minutes": "increment_minutes",
    "minimum_minutes": "minimum_minutes",
    "daily_cap_fen": "daily_cap",
}


def place(form: TariffForm, refusal: Refusal) -> None:
    """Put a refusal beside the field it concerns, in the row of its band where it concerns one."""
    match refusal:
        case tariff_rules.BandsOverlap(index=index):
            _beside(form.bands[index].form.starts, refusal)
        case tariff_rules.BandEndsBeforeItStarts(index=index):
            _beside(form.bands[index].form.ends, refusal)
        case tariff_rules.FactorBelowZero(index=index):
            _beside(form.bands[index].form.factor, refusal)
        case tariff_rules.TariffFigureOutOfRange(figure=figure) if figure in FIELDS:
            _beside(form[FIELDS[figure]], refusal)
        case _:
            put_beside(form, refusal)


def worked(snapshot: TariffSnapshot) -> Worked:
    """Work the examples out, with the park's own holidays, make-up working days and opening hours."""
    park = my_park()
    if not snapshot.metered:
        return Worked([], storage_example(snapshot, park.zone), fees(snapshot))
    calendar = park_calendar(db.session(), park.id)
    uses = list(metered_examples(snapshot, park.zone, calendar, _opening(snapshot)))
    days = [local_day(use.started_at, park.zone) for use in uses]
    guessed: tuple[int, ...] = ()
    if snapshot.asks_for_working_days:
        guessed = provisional_years(db.session(), park.id, min(days), max(days))
    return Worked(uses, None, fees(snapshot), guessed)


def _opening(snapshot: TariffSnapshot) -> Opening:
    """Give the hours of the space, or of its kind."""
    rules = rules_for(db.session(), my_park().id, since=None)
    return rules.of(snapshot.space_id, snapshot.kind) if snapshot.space_id else rules.kind(snapshot.kind)


def _beside(field: Field, refusal: Refusal) -> None:
    field.errors = [*field.errors, wording(refusal)]


def _band(row: dict[str, Any]) -> Band:
    name, days, factor = row["name"].strip(), Days(row["days"]), Fraction(row["factor"])
    return Band(name, days, row["starts"], row["ends"], factor)


def _row(band: Band) -> dict[str, object]:
    return {
        "name": band.name,
        "days": band.days.value,
        "starts": band.from_minute,
        "ends": band.to_minute,
        "factor": Decimal(band.factor.numerator) / Decimal(band.factor.denominator),
    }


def _percent(permille: int) -> Decimal:
    return Decimal(permille) / 10
