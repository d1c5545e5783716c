"""Write down when a job ran, for `/late`."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from booking.audit.models import JobRun


def note_run(
    session: Session, name: str, summary: str, *, well: bool, started: datetime, finished: datetime
) -> None:
    """Keep the latest run of each job; safe where two workers end the same job at once."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"started_at": started, "finished_at": finished, "summary": summary}
    if well:
        row["succeeded_at"] = finished
    statement = insert(JobRun).values(name=name, **row)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))
