"""Lay the lines of a closed month out on paper: by space, day and stay, in the words of a Chinese invoice.

Nothing is priced here: each figure is the line's own copy.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from booking.charges.models import ChargeKind
from booking.invoices import paper_labels
from booking.invoices.billable_lines import InvoiceLine
from booking.invoices.printer import (
    BandPart,
    Buyer,
    Fee,
    LeftOut,
    Seller,
    SpaceCharges,
    StorageDays,
    UseOfDay,
)
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.tariffs.models import Basis
from booking.values.money import Money
from booking.values.month import Month, local_day
from booking.values.writing import area_text, money_text


def seller_of(park: Park) -> Seller:
    """Copy who is to be paid, as it stands today."""
    return Seller(
        park=park.name,
        name=park.seller_name,
        credit_code=park.seller_uscc,
        address=park.seller_address,
        phone=park.seller_phone,
        email=park.mail_from,
        bank_name=park.bank_name,
        bank_account=park.bank_account,
    )


def buyer_of(enterprise: Enterprise) -> Buyer:
    """Copy who pays, as it stands today."""
    return Buyer(
        name=enterprise.billing_title or enterprise.name,
        credit_code=enterprise.uscc,
        address=enterprise.address,
        contact=enterprise.billing_email,
    )


def by_space(lines: Iterable[InvoiceLine], month: Month) -> tuple[SpaceCharges, ...]:
    """Lay out the month's own lines, space by space."""
    own = [line for line in lines if line.month_key == month.key]
    return tuple(_space(list(group), month.zone) for _, group in groupby(own, key=lambda line: line.space_id))


def followers(lines: Iterable[InvoiceLine], month: Month) -> tuple[Fee, ...]:
    """Lay out the lines that follow from earlier months, named so."""
    return tuple(_follower(line, month.zone) for line in lines if line.month_key < month.key)


def left_out(lines: Iterable[InvoiceLine]) -> tuple[LeftOut, ...]:
    """Name the lines in dispute."""
    return tuple(LeftOut(line.space_name, line.day, line.amount, line.question or "") for line in lines)


def _space(lines: list[InvoiceLine], zone: ZoneInfo) -> SpaceCharges:
    first = lines[0]
    rows = [row for _, group in groupby(lines, key=_row_key) for row in _rows(list(group), zone)]
    kind = paper_labels.KINDS[first.space_kind]
    return SpaceCharges(first.space_name, first.space_code, kind, first.area_name, tuple(rows))


def _row_key(line: InvoiceLine) -> tuple[object, ...]:
    """Lines of one stay and day are one row; everything else is a row of its own."""
    return (line.day, line.stay_id) if line.kind is ChargeKind.USE else (line.id,)


Row = UseOfDay | StorageDays | Fee


def _rows(lines: list[InvoiceLine], zone: ZoneInfo) -> list[Row]:
    first = lines[0]
    if first.kind is ChargeKind.USE:
        return [_use(lines)]
    if first.kind is ChargeKind.STORAGE:
        return [_storage(first, zone)]
    return [_fee(first, zone)]


def _use(lines: list[InvoiceLine]) -> UseOfDay:
    first = lines[0]
    came, left = first.used_starts_at, first.used_ends_at
    billed_from, billed_to = first.billed_starts_at, first.billed_ends_at
    if came is None or left is None or billed_from is None or billed_to is None:
        msg = f"charge {first.id} is of use and does not say when"
        raise ValueError(msg)
    note = _remarks(lines, used=left - came, billed=billed_to - billed_from)
    return UseOfDay(first.day, came, left, billed_from, billed_to, tuple(map(_part, lines)), note)


def _part(line: InvoiceLine) -> BandPart:
    rate = Money(line.terms.get("rate_fen", 0))
    band = paper_labels.band(line.band)
    return BandPart(band, line.minutes, rate, f"{line.factor:f}", line.amount, line.free_minutes)


def _remarks(lines: list[InvoiceLine], *, used: timedelta, billed: timedelta) -> str:
    terms = lines[0].terms
    minimum = terms.get("minimum_minutes", 0)
    said = []
    if billed > used and billed.total_seconds() == minimum * 60:
        said.append(f"最少计 {minimum} 分")
    if any(line.amount != line.uncapped for line in lines):
        said.append(f"已达当日封顶 {money_text(Money(terms.get('daily_cap_fen') or 0))}")
    said += [line.note for line in lines if line.note]
    return "；".join(dict.fromkeys(said))


def _storage(line: InvoiceLine, zone: ZoneInfo) -> StorageDays:
    by_area = line.terms.get("basis") == Basis.SQUARE_METRE_DAY
    quantity = area_text(line.terms["area_hundredths"]) if by_area else "1 个"
    rate = Money(line.terms.get("rate_fen", 0))
    last = _last_day(line, zone)
    return StorageDays(line.day, last, line.days, quantity, rate, line.amount, line.note)


def _last_day(line: InvoiceLine, zone: ZoneInfo) -> date:
    if line.billed_ends_at is not None:
        return local_day(line.billed_ends_at - timedelta.resolution, zone)
    return line.day + timedelta(days=max(line.days, 1) - 1)


def _fee(line: InvoiceLine, zone: ZoneInfo) -> Fee:
    return Fee(line.day, paper_labels.TITLES[line.kind], _detail(line, zone), line.amount)


def _follower(line: InvoiceLine, zone: ZoneInfo) -> Fee:
    return Fee(line.day, paper_labels.follows(line), f"{line.space_name} {_detail(line, zone)}", line.amount)


def _detail(line: InvoiceLine, zone: ZoneInfo) -> str:
    said = [paper_labels.detail(line, zone), line.note]
    return "，".join(part for part in said if part)
