"""Is an enterprise still in the park on a day?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from booking.people.models import Enterprise
from booking.people.rules import EnterpriseHasLeft

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


def check_still_here(session: Session, enterprise_id: int | None, day: date) -> None:
    """Raise EnterpriseHasLeft where its last day in the park lies before that local day."""
    gone = select(Enterprise.name).where(Enterprise.id == enterprise_id, Enterprise.left_on < day)
    name = session.scalar(gone)
    if name is not None:
        raise EnterpriseHasLeft(name)
