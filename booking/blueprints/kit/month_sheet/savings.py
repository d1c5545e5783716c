"""A saving as finished steps, each with where its figure comes from, and as pictures."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from booking.blueprints.kit.charts import Chart, Part, StackedColumn, before_and_now, stacked_columns
from booking.blueprints.kit.filters import close_up, comma_list, day, money, month_text, percent
from booking.blueprints.kit.labels.reservations import way_to
from booking.language import gettext, ngettext
from booking.savings.models import Baseline
from booking.savings.report_data import BaselineUsed, EnterpriseSaving, Spend
from booking.savings.rules import SavingOfMonth, Source, weakest
from booking.savings.visible_month import VisibleMonth
from booking.values import Money, Month
from booking.values.writing import area_text, whole_yuan_text


@dataclass(frozen=True, slots=True)
class Tag:
    """How well a figure is known, in a word."""

    label: str
    tone: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What a figure stands on: a paper with its address, or words alone."""

    label: str
    url: str = ""


def tag(source: Source) -> Tag:
    """Word a source."""
    tags = {
        Source.MEASURED: Tag(gettext("实测"), "accent", gettext("来自账单，未关账时来自对账单")),
        Source.DOCUMENTED: Tag(gettext("有据"), "", gettext("来自存档的租赁凭证")),
        Source.DECLARED: Tag(gettext("自报"), "warning", gettext("由企业自行申报")),
    }
    return tags[source]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the chain."""

    sign: str
    swatch: str
    label: str
    how: str
    tag: Tag | None  # None of a sum, which says how much of it is declared
    amount: Money
    proofs: tuple[Proof, ...] = ()


def all_tags() -> list[Tag]:
    """List the tags for the legend."""
    return [tag(source) for source in Source]


def saving_steps(entry: EnterpriseSaving) -> list[Step]:
    """Give the four steps of an enterprise's month."""
    terms, source = entry.baseline.terms, entry.baseline.source
    before = rent_product(terms.area, terms.price, entry.days)
    now = (
        rent_product(terms.own_area, terms.own_price, entry.days)
        if terms.own_area
        else gettext("没有保留面积")
    )
    paper = (_paper(entry.baseline),)
    spend = entry.spend
    hows = (before, now, _spent(spend))
    return _steps(entry.saving, hows, source, (paper, paper, _invoices(spend)))


def steps_of_total(shown: VisibleMonth, note: str) -> list[Step]:
    """Give the four steps of all that is shown; `note` says what the shared spend comes from."""
    total = shown.total
    before, now = _known(shown, total.figures.area_before), _known(shown, total.figures.area_now)
    hows = (
        with_declared(before, total.declared_baseline, exact=total.exact),
        with_declared(now, total.declared_kept, exact=total.exact),
        note,
    )
    *rents, saving = _steps(total.figures, hows, None, ((), (), ()))
    return [*rents, replace(saving, how=with_declared(saving.how, total.declared, exact=total.exact))]


def with_declared(how: str, declared: Money, *, exact: bool) -> str:
    """Say of a sum how much of it stands on the word of enterprises, where any does."""
    if declared == Money.zero():
        return how
    said = close_up(gettext("其中自报 %(amount)s", amount=amount_text(declared, exact=exact)))
    return gettext("%(how)s；%(said)s", how=how, said=said) if how else said


def _known(shown: VisibleMonth, area: int) -> str:
    documented = sum(entry.baseline.source is Source.DOCUMENTED for entry in shown.named)
    said = gettext(
        "%(area)s，具名企业 %(documented)s 家有据、%(declared)s 家自报",
        area=area_text(area),
        documented=documented,
        declared=len(shown.named) - documented,
    )
    return said + (gettext("；未具名 %(count)s 家取整", count=shown.group.count) if shown.group else "")


def _steps(
    saving: SavingOfMonth,
    hows: tuple[str, str, str],
    source: Source | None,
    proofs: tuple[tuple[Proof, ...], tuple[Proof, ...], tuple[Proof, ...]],
) -> list[Step]:
    measured, known, weak = None, None, None
    if source is not None:
        measured, known, weak = tag(Source.MEASURED), tag(source), tag(weakest((source, Source.MEASURED)))
    share = percent(saving.share) if saving.share is not None else ""
    label = gettext("净节省") if saving.saving.fen >= 0 else gettext("净节省（为负）")
    note = gettext("占原租金：%(share)s", share=share) if share else ""
    return [
        Step("", "kept", gettext("原租金"), hows[0], known, saving.baseline_rent, proofs[0]),
        Step("−", "kept", gettext("保留租金"), hows[1], known, saving.kept_rent, proofs[1]),
        Step("−", "accent", gettext("共享支出"), hows[2], measured, saving.shared_spend, proofs[2]),
        Step("=", "gap", label, note, weak, saving.saving),
    ]


def rent_product(area: int, price: Money, days: int) -> str:
    """Write what a rent is computed from."""
    return ngettext(
        "%(area)s × %(price)s × %(days)s 天",
        "%(area)s × %(price)s × %(days)s 天",
        days,
        area=area_text(area), price=money(price), days=days,
    )  # fmt: skip


def _paper(baseline: BaselineUsed) -> Proof:
    since = since_label(baseline)
    if baseline.document_id is None:
        return Proof(gettext("企业自报，%(month)s起", month=since))
    url = way_to("savings.evidence", baseline_id=baseline.baseline_id)
    return Proof(gettext("租赁凭证，%(month)s起", month=since), url)


def _spent(spend: Spend) -> str:
    if spend.invoice is None:
        return gettext("截至目前的对账单") if spend.provisional else gettext("当月没有账单")
    if not spend.credits:
        return gettext("账单合计")
    return gettext(
        "账单 %(total)s − 贷记单 %(credited)s。已签发的报告不再变动，签发后才开的贷记单列在下一份报告里。",
        total=money(spend.invoice.total),
        credited=money(spend.credited),
    )


def _invoices(spend: Spend) -> tuple[Proof, ...]:
    if spend.invoice is None:
        return (Proof(gettext("对账单"), way_to("statement.show")),) if spend.provisional else ()
    invoice = Proof(
        gettext("账单 %(number)s", number=spend.invoice.number), invoice_url(spend.invoice.invoice_id)
    )
    notes = (
        Proof(
            gettext("贷记单 %(number)s（%(day)s）", number=credit.number, day=day(credit.issued_on)),
            way_to("invoices.credit_pdf", note_id=credit.note_id) if credit.note_id else "",
        )
        for credit in spend.credits
    )
    return (invoice, *notes)


def before_now(saving: SavingOfMonth, *, exact: bool = True) -> Chart:
    """Draw the two columns."""
    share = f" {percent(saving.share.size)}" if saving.share is not None else ""
    more = saving.saving.fen < 0
    gap = -saving.saving if more else saving.saving
    return before_and_now(
        before=_part(saving.baseline_rent, gettext("原租金"), exact=exact),
        kept=_part(saving.kept_rent, gettext("保留租金"), exact=exact),
        shared=_part(saving.shared_spend, gettext("共享支出"), exact=exact),
        gap=Part(
            saving.saving.fen,
            (gettext("多付") if more else gettext("节省")) + share,
            amount_text(gap, exact=exact),
        ),
        names=(gettext("原来"), gettext("现在")),
    )


def amount_text(amount: Money, *, exact: bool) -> str:
    """Write an amount exactly, or as about so much."""
    return money(amount) if exact else gettext("约 %(amount)s", amount=whole_yuan_text(amount))


def _part(amount: Money, label: str, *, exact: bool) -> Part:
    return Part(max(amount.fen, 0), label, amount_text(amount, exact=exact))


def before_now_label(saving: SavingOfMonth, *, exact: bool = True) -> str:
    """Say what the two columns show."""
    return gettext(
        "原租金 %(before)s；现在保留租金 %(kept)s、共享支出 %(shared)s；净节省 %(saving)s",
        before=amount_text(saving.baseline_rent, exact=exact),
        kept=amount_text(saving.kept_rent, exact=exact),
        shared=amount_text(saving.shared_spend, exact=exact),
        saving=amount_text(saving.saving, exact=exact),
    )


def twelve_months(months: Sequence[tuple[Month, SavingOfMonth | None]], open_: Collection[Month]) -> Chart:
    """Draw a column a month: kept rent, shared spend, the saving on top; those that are open as outlines."""
    columns = [
        StackedColumn(str(month.month), _parts(saving), outlined=month in open_) for month, saving in months
    ]
    return stacked_columns(columns, 200, ("kept", "accent", "gap"))


def _parts(saving: SavingOfMonth | None) -> tuple[int, ...]:
    if saving is None:
        return ()
    return tuple(max(amount.fen, 0) for amount in (saving.kept_rent, saving.shared_spend, saving.saving))


def twelve_months_label(
    months: Sequence[tuple[Month, SavingOfMonth | None]], rounded: Collection[Month] = ()
) -> str:
    """Say what the columns show; of those that are `rounded` about how much."""
    known = [
        gettext(
            "%(month)s %(saving)s",
            month=month_text(month),
            saving=amount_text(saving.saving, exact=month not in rounded),
        )
        for month, saving in months
        if saving is not None
    ]
    return gettext("每月净节省：") + comma_list(known)


def since_label(version: Baseline | BaselineUsed) -> str:
    """Write since when a version counts, or is meant to."""
    return gettext("%(year)s年%(month)s月", year=version.valid_from.year, month=version.valid_from.month)


def invoice_url(invoice_id: int) -> str:
    """Give the address of an invoice as the reader may open it: the page, for the branch the paper."""
    pages = (way_to(page, invoice_id=invoice_id) for page in ("invoices.show", "closing.invoice"))
    return next(filter(None, pages), "") or way_to("invoices.pdf", invoice_id=invoice_id)
