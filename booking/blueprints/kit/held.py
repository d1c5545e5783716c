"""What somebody holds at a time at which they want something else."""

from booking.blueprints.kit.session import me
from booking.db import db
from booking.people.models import Member
from booking.reservations.rules import OwnPlace
from booking.reservations.upcoming import own_between
from booking.spaces.models import Kind
from booking.values import Span


def rooms_of(kind: Kind, who: Member) -> int | None:
    """Name the enterprise whose meeting rooms concern who wants one of this kind: the reader's own."""
    return who.enterprise_id if kind is Kind.MEETING_ROOM and who.id == me().id else None


def held_then(kind: Kind, span: Span, who: Member | None = None, *, but: int | None = None) -> list[OwnPlace]:
    """List what the reader, or who is named, holds at a time at which they want something of this kind.

    To who wants a meeting room also those that colleagues have then: it may be one meeting, booked twice.
    """
    who = who or me()
    return [*own_between(db.session(), who.id, span, but=but, rooms_of=rooms_of(kind, who))]
