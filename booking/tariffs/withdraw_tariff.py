"""Withdraw a tariff version before it begins, or correct it: the version before it, or another, holds."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import NO_KEY_UPDATE
from booking.parks.models import Park
from booking.tariffs.models import Tariff
from booking.tariffs.publish_tariff import publish_tariff
from booking.tariffs.rules import check_withdrawable
from booking.tariffs.snapshot import TariffSnapshot
from booking.values.month import local_day
from booking.values.refusal import ReasonMissing


def withdraw_tariff(
    session: Session, park: Park, tariff_id: int, reason: str | None, *, by: Actor, now: datetime
) -> Tariff:
    """Let a version of the park never hold; nothing was priced by it yet. Its figures stay readable.

    A reason of None is for one that is replaced at once. Raises ReasonMissing, VersionBegun and
    VersionWithdrawn.
    """
    if reason is not None and not reason.strip():
        raise ReasonMissing
    session.get_one(Park, park.id, with_for_update=NO_KEY_UPDATE)  # one at a time, as with publishing
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
