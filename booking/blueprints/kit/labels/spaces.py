"""Kinds of spaces, and times of the day, in words."""

from booking.language import gettext
from booking.spaces.models import Kind


def kind_name(kind: Kind) -> str:
    """Name a kind of space."""
    names = {
        Kind.WORKSTATION: gettext("工位"),
        Kind.MEETING_ROOM: gettext("会议室"),
        Kind.STORAGE: gettext("仓储"),
        Kind.HALL: gettext("会客厅"),
    }
    return str(names[kind])


def minute_clock(minute: int) -> str:
    """Write 08:30 of a minute after local midnight; the day ends at 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
