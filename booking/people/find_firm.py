"""Know an enterprise by the name that somebody typed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.people.models import Enterprise
from booking.values.same_name import plain


def find_firm(session: Session, park_id: int, typed: str) -> Enterprise | None:
    """Find the park's enterprise that somebody means: by its name or short name, however it is typed."""
    here = select(Enterprise).where(Enterprise.park_id == park_id, Enterprise.left_on.is_(None))
    wanted = plain(typed)
    for one in session.scalars(here.order_by(Enterprise.id)):
        if wanted in {plain(one.name), plain(one.short_name)}:
            return one
    return None
