"""What each figure of the report is made of: parts as data, each with the paper it stands on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from flask import url_for

from booking.blueprints.kit.filters import area, money, percent
from booking.blueprints.kit.labels.reservations import way_to
from booking.blueprints.kit.month_sheet.savings import amount_text, rent_product
from booking.blueprints.kit.why import Figure, FigurePart
from booking.language import gettext
from booking.savings.report_data import EnterpriseSaving
from booking.savings.rules import SavingOfMonth, Source
from booking.savings.visible_month import VisibleMonth, VisibleSaving, exactly
from booking.values.chinese_order import in_chinese_order

OF_SMALL = frozenset({Figure.SMALL, Figure.SMALL_SHARE})
OF_ALL_ALONE = OF_SMALL | {Figure.DOCUMENTED, Figure.COUNT}
"""Figures that one enterprise has none of."""


def figure_name(figure: Figure) -> str:
    """Name it."""
    names = {
        Figure.SAVING: gettext("净节省"),
        Figure.BASELINE: gettext("原租金"),
        Figure.KEPT: gettext("保留租金"),
        Figure.SHARED: gettext("共享支出"),
        Figure.AREA: gettext("节省面积"),
        Figure.SHARE: gettext("节省比例"),
        Figure.DOCUMENTED: gettext("有据的净节省"),
        Figure.SMALL: gettext("小微企业的净节省"),
        Figure.SMALL_SHARE: gettext("小微企业的节省比例"),
        Figure.COUNT: gettext("计入的企业"),
    }
    return names[figure]


def rule_text(figure: Figure) -> str:
    """Say how it is computed."""
    rules = {
        Figure.SAVING: gettext("净节省 = 原租金 − 保留租金 − 共享支出。"),
        Figure.BASELINE: gettext("原租金 = 原来的面积 × 单价 × 天数，各企业相加。"),
        Figure.KEPT: gettext("保留租金 = 现在保留的面积 × 单价 × 天数，各企业相加。"),
        Figure.SHARED: gettext("共享支出 = 当月账单 − 贷记单；未关账时是截至目前的对账单。"),
        Figure.AREA: gettext("节省面积 = 原来的面积 − 现在保留的面积，各企业相加。"),
        Figure.SHARE: gettext("节省比例 = 净节省 ÷ 原租金。"),
        Figure.DOCUMENTED: gettext("原租赁基线有存档凭证的企业，净节省相加。"),
        Figure.SMALL: gettext("小型和微型企业的净节省相加。"),
        Figure.SMALL_SHARE: gettext("小型和微型企业的净节省 ÷ 它们的原租金。"),
        Figure.COUNT: gettext("有核对过的原租赁基线、当月在园的企业；未具名的合为一组才计入。"),
    }
    return rules[figure]


def figure_text(shown: VisibleSaving, figure: Figure) -> str:
    """Write a figure of what is shown, as exactly as it may be."""
    figures = shown.figures
    if figure is Figure.AREA:
        return area(figures.area_saved)
    if figure is Figure.COUNT:
        return gettext("%(count)s 家", count=shown.count)
    if figure in {Figure.SHARE, Figure.SMALL_SHARE}:
        return percent(figures.share) if figures.share is not None else "–"
    amounts = {
        Figure.BASELINE: figures.baseline_rent,
        Figure.KEPT: figures.kept_rent,
        Figure.SHARED: figures.shared_spend,
        Figure.DOCUMENTED: shown.documented,
    }
    return amount_text(amounts.get(figure, figures.saving), exact=shown.exact)


def parts_of(shown: VisibleMonth, figure: Figure) -> list[FigurePart]:
    """Give the parts of a month's figure: of each named enterprise, and of the unnamed together."""
    entries = [entry for entry in shown.named if _counts(entry, figure)]
    parts = [_of_enterprise(shown, entry, figure) for entry in in_chinese_order(entries, _by_name)]
    group = _group_in(shown, figure)
    if group is not None:
        parts.append(_group_part(group, figure))
    return parts


def _of_enterprise(shown: VisibleMonth, entry: EnterpriseSaving, figure: Figure) -> FigurePart:
    """Give one line for an enterprise: what it is made of folds, its sum and its papers stay in sight."""
    parts, whole = parts_of_enterprise(entry, figure), exactly([entry])
    if figure is Figure.COUNT:
        version = shown.signing.version if shown.signing else None
        url = url_for(
            "report.enterprise", month=shown.month, enterprise_id=entry.enterprise_id, version=version
        )
        papers = [paper for part in parts for paper in part.own_papers]
        count = figure_text(whole, figure)
        return FigurePart(_by_name(entry), count, "", "+", url, gettext("看这家"), also=papers)
    if len(parts) == 1:
        return replace(parts[0], label=_by_name(entry), sign="+")
    return FigurePart(
        label=_by_name(entry),
        value=figure_text(whole, Figure.SHARED if figure is Figure.SHARED else Figure.SAVING),
        how=_sum_of(parts),
        sign="+",
        doubt=next((part.doubt for part in parts if part.doubt), ""),
        parts=parts,
    )


def _sum_of(parts: Sequence[FigurePart]) -> str:
    """Write parts as a sum, the sign of the first unsaid."""
    said = " ".join(f"{part.sign} {part.value}" for part in parts)
    return said.removeprefix("+ ").strip()


def _by_name(entry: EnterpriseSaving) -> str:
    return entry.short_name or entry.name


def _counts(entry: EnterpriseSaving, figure: Figure) -> bool:
    if figure in OF_SMALL:
        return entry.small
    return figure is not Figure.DOCUMENTED or entry.baseline.source is Source.DOCUMENTED


def _group_in(shown: VisibleMonth, figure: Figure) -> VisibleSaving | None:
    if figure in OF_SMALL:
        return shown.small_group
    if figure is Figure.DOCUMENTED and shown.group is not None and not shown.group.documented:
        return None
    return shown.group


def _group_part(group: VisibleSaving, figure: Figure) -> FigurePart:
    return FigurePart(
        gettext("未具名企业 %(count)s 家", count=group.count),
        figure_text(group, Figure.SAVING if figure in {Figure.SHARE, Figure.SMALL_SHARE} else figure),
        sign="+",
        how=gettext("没有同意具名，只列取整的合计，不逐家列示，也没有可以打开的凭证。"),
        doubt=gettext("含自报") if group.source is Source.DECLARED else "",
    )


def parts_of_enterprise(entry: EnterpriseSaving, figure: Figure) -> Sequence[FigurePart]:
    """Give the parts of an enterprise's figure, each with its paper."""
    ways: dict[Figure, Callable[[EnterpriseSaving], Iterator[FigurePart]]] = {
        Figure.BASELINE: _baseline,
        Figure.KEPT: _kept,
        Figure.SHARED: lambda one: _spend(one, ""),
        Figure.AREA: _area,
    }
    return list(ways.get(figure, _saving)(entry))


def _lease(entry: EnterpriseSaving, label: str, value: str, how: str, sign: str = "") -> FigurePart:
    """Give a part that stands on the lease, or on the enterprise's word."""
    baseline = entry.baseline
    url = way_to("savings.paper", baseline_id=baseline.baseline_id) if baseline.document_id else ""
    declared = baseline.source is Source.DECLARED
    said = how if baseline.document_id else gettext("%(how)s，企业自报，没有凭证", how=how)
    paper = gettext("租赁凭证") if url else ""
    return FigurePart(label, value, said, sign, url, paper, gettext("自报") if declared else "")


def _before(entry: EnterpriseSaving) -> str:
    return rent_product(entry.baseline.area, entry.baseline.terms.price, entry.days)


def _now(entry: EnterpriseSaving) -> str:
    terms = entry.baseline.terms
    return (
        rent_product(terms.own_area, terms.own_price, entry.days)
        if terms.own_area
        else gettext("没有保留面积")
    )


def _baseline(entry: EnterpriseSaving) -> Iterator[FigurePart]:
    yield _lease(entry, _by_name(entry), money(entry.saving.baseline_rent), _before(entry))


def _kept(entry: EnterpriseSaving) -> Iterator[FigurePart]:
    yield _lease(entry, _by_name(entry), money(entry.saving.kept_rent), _now(entry))


def _area(entry: EnterpriseSaving) -> Iterator[FigurePart]:
    before, now = entry.saving.area_before, entry.saving.area_now
    how = gettext("%(before)s → %(now)s", before=area(before), now=area(now))
    yield _lease(entry, _by_name(entry), area(entry.saving.area_saved), how)


def _saving(entry: EnterpriseSaving) -> Iterator[FigurePart]:
    """Take the saving of an enterprise apart: its rents on the lease, its spend on invoice and notes."""
    figures = entry.saving
    yield _lease(entry, figure_name(Figure.BASELINE), money(figures.baseline_rent), _before(entry), "+")
    if figures.kept_rent:
        yield _lease(entry, figure_name(Figure.KEPT), money(figures.kept_rent), _now(entry), "−")
    yield from _spend(entry, "−")


def _spend(entry: EnterpriseSaving, sign: str) -> Iterator[FigurePart]:
    spend = entry.spend
    label = figure_name(Figure.SHARED)
    if spend.invoice is None:
        how = gettext("截至目前的对账单，关账后才有账单") if spend.provisional else gettext("当月没有账单")
        yield FigurePart(label, money(spend.total), how, sign)
        return
    invoice = spend.invoice
    url = way_to("invoices.pdf", invoice_id=invoice.invoice_id)
    how = gettext("账单 %(number)s", number=invoice.number)
    yield FigurePart(label, money(invoice.total), how, sign, url, gettext("账单"))
    for note in spend.credits:
        url = way_to("invoices.credit_pdf", note_id=note.note_id) if note.note_id else ""
        how = gettext("贷记单 %(number)s", number=note.number)
        yield FigurePart(
            label, money(note.amount), how, "+" if sign else "−", url, gettext("贷记单") if url else ""
        )


def whole_of(shown: VisibleMonth, figure: Figure) -> VisibleSaving:
    """Give what the parts of a figure add up to; exact where no rounded group is among them."""
    if figure in OF_SMALL:
        return shown.small
    if figure is Figure.DOCUMENTED and _group_in(shown, figure) is None:
        return exactly([entry for entry in shown.named if _counts(entry, figure)])
    return shown.total


def result(shown: VisibleSaving, figure: Figure) -> FigurePart:
    """Close the list with the sum; a count is never rounded."""
    rounded = not shown.exact and figure is not Figure.COUNT
    how = gettext("含未具名企业，相加后取整") if rounded else ""
    return FigurePart(figure_name(figure), figure_text(shown, figure), how, "=")


def part_of_the_saving(shown: VisibleSaving) -> FigurePart:
    """Say what share of the saving is documented."""
    share = shown.documented_share
    how = gettext("÷ 净节省 %(saving)s", saving=amount_text(shown.figures.saving, exact=shown.exact))
    return FigurePart(gettext("占净节省"), percent(share) if share is not None else "–", how, "=")


def share_parts(figures: SavingOfMonth, *, exact: bool) -> list[FigurePart]:
    """Give the two figures whose quotient a share is."""
    return [
        FigurePart(figure_name(Figure.SAVING), amount_text(figures.saving, exact=exact)),
        FigurePart(figure_name(Figure.BASELINE), amount_text(figures.baseline_rent, exact=exact), "", "÷"),
    ]
