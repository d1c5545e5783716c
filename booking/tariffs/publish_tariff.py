"""Publish a tariff version: from its day on it holds, and it never changes.

Before that day it can be withdrawn or corrected: then the version before it, or another, holds.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.parks.models import Park
from booking.tariffs.in_force import TariffSnapshot
from booking.tariffs.models import DayType, Tariff, TariffAllowance, TariffBand
from booking.tariffs.rules import check_version_day, check_withdrawable
from booking.values import ReasonMissing, local_day
from booking.values.stored import to_stored


def publish_tariff(
    session: Session, park: Park, snapshot: TariffSnapshot, *, by: Actor, now: datetime
) -> Tariff:
    """Keep a version for the kind, or the space, that the figures name.

    The first version may be valid from any day; a later one from tomorrow on, so that nobody's use is
    priced by what they could not have seen. Raises VersionTooEarly and VersionThatDay.
    """
    lock_row(session, Park, park.id)  # one at a time
    days = _version_days(session, park, snapshot)
    check_version_day(snapshot.valid_from, local_day(now, park.zone), days)
    tariff = Tariff(
        park_id=park.id,
        kind=snapshot.kind,
        space_id=snapshot.space_id,
        name=snapshot.name,
        valid_from=snapshot.valid_from,
        basis=snapshot.basis,
        rate=snapshot.rate,
        increment_minutes=snapshot.increment_minutes,
        minimum_minutes=snapshot.minimum_minutes,
        daily_cap=snapshot.daily_cap,
        no_show_permille=snapshot.no_show_permille,
        late_cancel_permille=snapshot.late_cancel_permille,
        late_cancel_minutes=snapshot.late_cancel_minutes,
        vat_permille=snapshot.vat_permille,
        vat_source=snapshot.vat_source,
        created_by_id=by.member_id,
        created_at=now,
        bands=_bands(snapshot),
        allowances=[TariffAllowance(size=size, minutes=free) for size, free in snapshot.allowances.items()],
    )
    session.add(tariff)
    session.flush()
    after = to_stored(snapshot.copy()) | {"space_id": snapshot.space_id, "kind": snapshot.kind.value}
    record(session, Action.TARIFF_PUBLISHED, "tariff", tariff.id, by=by, now=now, after=after)
    return tariff


def _version_days(session: Session, park: Park, snapshot: TariffSnapshot) -> Sequence[date]:
    """Give the days from which versions of the same kind or space are valid, in order, none withdrawn."""
    of = Tariff.space_id.is_(None) if snapshot.space_id is None else Tariff.space_id == snapshot.space_id
    return session.scalars(
        select(Tariff.valid_from)
        .where(Tariff.park_id == park.id, Tariff.kind == snapshot.kind, of, Tariff.withdrawn_on.is_(None))
        .order_by(Tariff.valid_from)
    ).all()


def _bands(snapshot: TariffSnapshot) -> list[TariffBand]:
    return [
        TariffBand(
            name=band.name,
            days=DayType(band.days.value),
            from_minute=band.from_minute,
            to_minute=band.to_minute,
            factor=Decimal(band.factor.numerator) / Decimal(band.factor.denominator),
        )
        for band in snapshot.bands
    ]


def withdraw_tariff(
    session: Session, park: Park, tariff_id: int, reason: str | None, *, by: Actor, now: datetime
) -> Tariff:
    """Let a version of the park never hold; nothing was priced by it yet. Its figures stay readable.

    A reason of None is for one that is replaced at once. Raises ReasonMissing, VersionBegun and
    VersionWithdrawn.
    """
    if reason is not None and not reason.strip():
        raise ReasonMissing
    lock_row(session, Park, park.id)  # one at a time, as with publishing
    tariff = session.get_one(Tariff, tariff_id, populate_existing=True)
    today = local_day(now, park.zone)
    check_withdrawable(tariff.valid_from, tariff.withdrawn_on, today)
    tariff.withdrawn_on = today
    session.flush()
    before = {"tariff": tariff.name, "valid_from": tariff.valid_from.isoformat()}
    record(
        session, Action.TARIFF_WITHDRAWN, "tariff", tariff.id,
        by=by, now=now, before=before, reason=reason, park_id=park.id,
    )  # fmt: skip
    return tariff


def correct_tariff(
    session: Session, park: Park, tariff_id: int, snapshot: TariffSnapshot, *, by: Actor, now: datetime
) -> Tariff:
    """Replace a version by the figures, which may begin on its day or another; both or neither.

    Raises what `withdraw_tariff` and `publish_tariff` raise.
    """
    withdraw_tariff(session, park, tariff_id, None, by=by, now=now)
    return publish_tariff(session, park, snapshot, by=by, now=now)
