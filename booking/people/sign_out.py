"""End one session of an account; those on other devices go on."""

from datetime import datetime, timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from booking.people.models import EndedSession
from booking.people.rules import SESSION_LASTS

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
