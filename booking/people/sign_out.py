"""End one session of an account; those on other devices go on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite

from booking.people.models import EndedSession
from booking.people.rules import SESSION_LASTS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

# A request under way while somebody signs out may still sign its cookie anew, a moment later.
UNDER_WAY = timedelta(days=1)


def sign_out(session: Session, member_id: int, key: str, *, now: datetime) -> None:
    """Write the session down as ended until no copy of its cookie can be read any more; harmless twice."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {
        "key": key,
        "member_id": member_id,
        "ended_at": now,
        "cookie_until": now + SESSION_LASTS + UNDER_WAY,
    }
    session.execute(insert(EndedSession).values(row).on_conflict_do_nothing(index_elements=["key"]))
