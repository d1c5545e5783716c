"""Is an enterprise still in the park for the whole of a use?"""

from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from booking.people.models import Enterprise
from booking.people.rules import EndsAfterLeaving, EnterpriseHasLeft
from booking.values.month import local_day
from booking.values.span import Span

GONE = select(Enterprise.name, Enterprise.left_on).where(
    Enterprise.id == bindparam("enterprise_id"), Enterprise.left_on < bindparam("day")
)


def check_tenancy(session: Session, enterprise_id: int | None, span: Span, zone: ZoneInfo) -> None:
    """Raise EnterpriseHasLeft where its last day lies before the span, EndsAfterLeaving where within it."""
    last_day = local_day(span.end - span.end.resolution, zone)
    gone = session.execute(GONE, {"enterprise_id": enterprise_id, "day": last_day}).first()
    if gone is None:
        return
    if gone.left_on < local_day(span.start, zone):
        raise EnterpriseHasLeft(gone.name)
    raise EndsAfterLeaving(gone.left_on)
