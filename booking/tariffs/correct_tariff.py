"""Correct a tariff version before it begins: it is withdrawn, and another published in its place."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.parks.models import Park
from booking.tariffs.models import Tariff
from booking.tariffs.publish_tariff import publish_tariff
from booking.tariffs.snapshot import TariffSnapshot
from booking.tariffs.withdraw_tariff import withdraw_tariff


def correct_tariff(
    session: Session, park: Park, tariff_id: int, snapshot: TariffSnapshot, *, by: Actor, now: datetime
) -> Tariff:
    """Replace a version by the figures, which may begin on its day or another; both or neither.

    Raises what `withdraw_tariff` and `publish_tariff` raise.
    """
    withdraw_tariff(session, park, tariff_id, None, by=by, now=now)
    return publish_tariff(session, park, snapshot, by=by, now=now)
