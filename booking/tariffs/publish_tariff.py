"""Publish a tariff version: from its day on it holds, and it never changes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from booking.audit.record import record
from booking.parks.models import Park
from booking.tariffs.models import DayType, Tariff, TariffAllowance, TariffBand
from booking.tariffs.rules import check_version_day
from booking.values.month import local_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from booking.audit.actor import Actor
    from booking.tariffs.snapshot import Figures


def publish_tariff(session: Session, park: Park, figures: Figures, *, by: Actor, now: datetime) -> Tariff:
    """Keep a version for the kind, or the space, that the figures name.

    The first version may be valid from any day; a later one from tomorrow on, so that nobody's use is
    priced by what they could not have seen. Raises VersionTooEarly and VersionThatDay.
    """
    session.get_one(Park, park.id, with_for_update={"key_share": True})  # one at a time
    days = _version_days(session, park, figures)
    check_version_day(figures.valid_from, local_day(now, park.zone), days)
    tariff = Tariff(
        park_id=park.id,
        kind=figures.kind,
        space_id=figures.space_id,
        name=figures.name,
        valid_from=figures.valid_from,
        basis=figures.basis,
        rate=figures.rate,
        increment_minutes=figures.increment_minutes,
        minimum_minutes=figures.minimum_minutes,
        daily_cap=figures.daily_cap,
        no_show_permille=figures.no_show_permille,
        late_cancel_permille=figures.late_cancel_permille,
        late_cancel_minutes=figures.late_cancel_minutes,
        vat_permille=figures.vat_permille,
        vat_source=figures.vat_source,
        created_by_id=by.member_id,
        created_at=now,
        bands=_bands(figures),
        allowances=[TariffAllowance(size=size, minutes=free) for size, free in figures.allowances.items()],
    )
    session.add(tariff)
    session.flush()
    after = figures.copy() | {"space_id": figures.space_id, "kind": figures.kind.value}
    record(session, "published", "tariff", tariff.id, by=by, now=now, after=after)
    return tariff


def _version_days(session: Session, park: Park, figures: Figures) -> Sequence[date]:
    """Give the days from which versions of the same kind or space are valid, in order, none withdrawn."""
    of = Tariff.space_id.is_(None) if figures.space_id is None else Tariff.space_id == figures.space_id
    return session.scalars(
        select(Tariff.valid_from)
        .where(Tariff.park_id == park.id, Tariff.kind == figures.kind, of, Tariff.withdrawn_on.is_(None))
        .order_by(Tariff.valid_from)
    ).all()


def _bands(figures: Figures) -> list[TariffBand]:
    return [
        TariffBand(
            name=band.name,
            days=DayType(band.days.value),
            from_minute=band.from_minute,
            to_minute=band.to_minute,
            factor=Decimal(band.factor.numerator) / Decimal(band.factor.denominator),
        )
        for band in figures.bands
    ]
