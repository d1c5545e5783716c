"""Is an enterprise still in the park on a day?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from booking.people.models import Enterprise
from booking.people.rules import EnterpriseHasLeft

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

GONE = select(Enterprise.name).where(
    Enterprise.id == bindparam("enterprise_id"), Enterprise.left_on < bindparam("day")
)


def check_still_here(session: Session, enterprise_id: int | None, day: date) -> None:
    """Raise EnterpriseHasLeft where its last day in the park lies before that local day."""
    name = session.scalar(GONE, {"enterprise_id": enterprise_id, "day": day})
    if name is not None:
        raise EnterpriseHasLeft(name)
