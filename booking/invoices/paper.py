"""What an invoice and a credit note say on paper: lines by space, day and stay, always in Chinese.

Nothing is priced or decided here: each line says of itself (`charges/explain.py`) what is worded.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from booking.charges.explain import (
    FeeExplained,
    LineExplained,
    RefundExplained,
    StorageExplained,
    TimesOfLine,
    UseExplained,
    explain,
)
from booking.charges.models import ChargeKind
from booking.invoices import printer
from booking.invoices.billable_lines import InvoiceLine
from booking.invoices.models import Invoice
from booking.invoices.rules import TaxPart
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.spaces.models import Kind
from booking.tariffs.models import Basis
from booking.tariffs.terms import PEAK
from booking.values import Money, Month, local_day
from booking.values.writing import area_text, money_text


def seller_of(park: Park) -> printer.Seller:
    """Copy who is to be paid, as it stands today."""
    return printer.Seller(
        park=park.name,
        name=park.seller_name,
        credit_code=park.seller_uscc,
        address=park.seller_address,
        phone=park.seller_phone,
        email=park.mail_from,
        bank_name=park.bank_name,
        bank_account=park.bank_account,
    )


def buyer_of(enterprise: Enterprise) -> printer.Buyer:
    """Copy who pays, as it stands today."""
    return printer.Buyer(
        name=enterprise.billing_title or enterprise.name,
        credit_code=enterprise.uscc,
        address=enterprise.address,
        contact=enterprise.billing_email,
    )


def by_space(lines: Iterable[InvoiceLine], month: Month) -> tuple[printer.SpaceCharges, ...]:
    """Lay out the month's own lines, space by space."""
    own = [line for line in lines if line.month_key == month.key]
    return tuple(_space(list(group), month.zone) for _, group in groupby(own, key=lambda line: line.space_id))


def carried_over_lines(lines: Iterable[InvoiceLine], month: Month) -> tuple[printer.Fee, ...]:
    """Lay out the lines that follow from earlier months, named so."""
    return tuple(_follower(line, month.zone) for line in lines if line.month_key < month.key)


def left_out(lines: Iterable[InvoiceLine]) -> tuple[printer.LeftOut, ...]:
    """Name the lines in dispute."""
    return tuple(
        printer.LeftOut(place_text(line), line.day, line.amount, line.question or "") for line in lines
    )


def place_text(line: InvoiceLine) -> str:
    """Name the space of a line, and what it is made of where it is a combined one."""
    return f"{line.space_name}（{parts_on_paper(line)}）" if line.parts else line.space_name


def parts_on_paper(line: InvoiceLine) -> str:
    """List what a combined space is made of."""
    return " + ".join(name for name, _ in line.parts)


KINDS = {
    Kind.WORKSTATION: "工位",
    Kind.MEETING_ROOM: "会议室",
    Kind.STORAGE: "仓储",
    Kind.HALL: "会客厅",
}


def _space(lines: list[InvoiceLine], zone: ZoneInfo) -> printer.SpaceCharges:
    first = lines[0]
    rows = tuple(_row(list(group), zone) for _, group in groupby(lines, key=_row_key))
    kind, parts = KINDS[first.space_kind], parts_on_paper(first)
    return printer.SpaceCharges(first.space_name, first.space_code, kind, first.area_name, rows, parts)


def _row_key(line: InvoiceLine) -> tuple[object, ...]:
    """Lines of one stay and day are one row; everything else is a row of its own."""
    return (line.day, line.stay_id) if line.kind is ChargeKind.USE else (line.id,)


def _row(lines: list[InvoiceLine], zone: ZoneInfo) -> printer.UseOfDay | printer.StorageDays | printer.Fee:
    said = [explain(line) for line in lines]
    if uses := [one for one in said if isinstance(one, UseExplained)]:
        return _use(lines[0].id, uses)
    match said[0]:
        case StorageExplained() as storage:
            return _storage(storage, zone)
        case fee:
            return printer.Fee(lines[0].day, TITLES[lines[0].kind], _detail(fee, zone), fee.amount)


def _use(charge_id: int, uses: list[UseExplained]) -> printer.UseOfDay:
    (came, left), (billed_from, billed_to) = uses[0].used, uses[0].billed
    if came is None or left is None or billed_from is None or billed_to is None:
        msg = f"charge {charge_id} is of use and does not say when"
        raise ValueError(msg)
    return printer.UseOfDay(uses[0].day, came, left, billed_from, billed_to, tuple(uses), _remarks(uses))


def band_on_paper(name: str) -> str:
    """Name a band; minutes that lie in none are the peak."""
    return "标准" if name in {PEAK, ""} else name


def _remarks(uses: list[UseExplained]) -> str:
    rule, said = uses[0].rule, []
    if uses[0].raised_to_minimum:
        said.append(f"最少计 {rule.minimum_minutes} 分")
    if any(use.capped for use in uses):
        said.append(f"已达当日封顶 {money_text(rule.daily_cap or Money.zero())}")
    said += [use.note for use in uses if use.note]
    return "；".join(dict.fromkeys(said))


def _storage(said: StorageExplained, zone: ZoneInfo) -> printer.StorageDays:
    rule = said.rule
    by_area = rule.basis is Basis.SQUARE_METRE_DAY and rule.area_hundredths is not None
    quantity = area_text(rule.area_hundredths or 0) if by_area else "1 个"
    last = _last_day(said, zone)
    return printer.StorageDays(said.first_day, last, said.days, quantity, rule.rate, said.amount, said.note)


def _last_day(said: StorageExplained, zone: ZoneInfo) -> date:
    if said.billed.end is not None:
        return local_day(said.billed.end - timedelta.resolution, zone)
    return said.first_day + timedelta(days=max(said.days, 1) - 1)


TITLES = {
    ChargeKind.USE: "使用",
    ChargeKind.STORAGE: "仓储",
    ChargeKind.NO_SHOW: "未到场",
    ChargeKind.LATE_CANCEL: "临期取消",
    ChargeKind.ADJUSTMENT: "争议退回",
}


def _follower(line: InvoiceLine, zone: ZoneInfo) -> printer.Fee:
    said = explain(line)
    return printer.Fee(line.day, _follows(line), f"{place_text(line)} {_detail(said, zone)}", said.amount)


def _follows(line: InvoiceLine) -> str:
    """Name a line that follows from an earlier month: which month, and why it comes now."""
    month = f"{line.month_key // 100}年{line.month_key % 100}月"
    if line.kind is ChargeKind.ADJUSTMENT:
        return f"{month}{TITLES[line.kind]}"
    if line.answered_at is not None:
        return f"{month}争议结清"
    return f"{month}补计{TITLES[line.kind]}"


def _detail(said: LineExplained, zone: ZoneInfo) -> str:
    return "，".join(part for part in (_came_about(said, zone), said.note) if part)


def _came_about(said: LineExplained, zone: ZoneInfo) -> str:
    """Say when it was, and by which rule a fee came about."""
    match said:
        case FeeExplained(reserved=reserved, quote=quote, permille=permille):
            return f"预订 {_times(reserved, zone)}，报价 {money_text(quote)} 的 {permille / 10:g}%"
        case StorageExplained(days=days):
            return f"{days} 天"
        case UseExplained(used=used) | RefundExplained(used=used):
            return _times(used, zone)


def _times(times: TimesOfLine, zone: ZoneInfo) -> str:
    """Write `10月12日 16:36–18:17`, or nothing."""
    if times.start is None:
        return ""
    began = times.start.astimezone(zone)
    said = f"{_day(began)} {began:%H:%M}"
    return said if times.end is None else f"{said}–{times.end.astimezone(zone):%H:%M}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def credit_note_paper(
    invoice: Invoice,
    park: Park,
    billed: Sequence[InvoiceLine],
    picks: Mapping[int, Money],
    taxes: Sequence[TaxPart],
    reason: str,
    number: str,
    *,
    now: datetime,
) -> printer.CreditNotePaper:
    """Lay out the picked lines in the order of the invoice; on a credit note all amounts are negative."""
    return printer.CreditNotePaper(
        number=number,
        issued_on=local_day(now, park.zone),
        invoice_number=invoice.number,
        invoice_issued_on=local_day(invoice.issued_at, park.zone),
        invoice_month=Month.from_key(invoice.month_key, park.zone),
        seller=printer.Seller(**invoice.seller),
        buyer=printer.Buyer(**invoice.buyer),
        reason=reason,
        lines=tuple(credit_line(line, picks[line.id], park.zone) for line in billed if line.id in picks),
        taxes=tuple(printer.Tax(part.vat_permille, -part.gross, -part.tax) for part in taxes),
        total=-Money.total(picks.values()),
    )


def credit_line(line: InvoiceLine, amount: Money, zone: ZoneInfo) -> printer.CreditLine:
    """Put a line that is taken back into words, with so much of it as the opposite."""
    said = explain(line)
    what = [TITLES[line.kind], _came_about(said, zone) or _day(line.day)]
    match said:
        case StorageExplained(first_day=first):
            what.append(f"{_day(first)}起")
        case UseExplained(band=band):
            what.append(band_on_paper(band))
        case _:
            pass
    return printer.CreditLine(
        title=space_on_paper(place_text(line), line.space_code),
        detail=" ".join(what),
        amount=-amount,
        billed=line.amount,
        rate_permille=line.vat_permille,
    )


def space_on_paper(name: str, code: str) -> str:
    """Name a space on paper, with its code unless the name says it already."""
    return name if code in name else f"{name} {code}"
