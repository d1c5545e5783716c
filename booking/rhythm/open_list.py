"""Note that an enterprise opened its list of a month."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.db.upsert import insert_into
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.rhythm.models import ListOpening
from booking.values.month import Month


def open_list(session: Session, enterprise_id: int, month: Month, *, now: datetime) -> None:
    """Keep when it was opened first; later times, and two at once, change nothing."""
    facts = {"enterprise_id": enterprise_id, "month_key": month.key, "opened_at": now}
    session.execute(insert_into(session, ListOpening).values(facts).on_conflict_do_nothing())


def is_opened(session: Session, enterprise_id: int, month: Month) -> bool:
    """Tell whether it was opened before; what a page asks before it writes."""
    return session.get(ListOpening, (enterprise_id, month.key)) is not None


def has_list(enterprise: Enterprise, month: Month) -> bool:
    """Tell whether there is a list of a month: it is about the one before, which it has to have had."""
    return enterprise.joined_on < month.first_day


def openings(session: Session, park: Park, month: Month) -> Mapping[int, datetime]:
    """Tell which enterprises of a park opened their list of a month, and when first, by id."""
    rows = session.execute(
        select(ListOpening.enterprise_id, ListOpening.opened_at)
        .join(Enterprise, Enterprise.id == ListOpening.enterprise_id)
        .where(Enterprise.park_id == park.id, ListOpening.month_key == month.key)
        .order_by(ListOpening.enterprise_id)
    )
    return {row.enterprise_id: row.opened_at for row in rows}
