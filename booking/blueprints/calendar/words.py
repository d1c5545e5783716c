"""Names in the reader's language, and kinds as addresses carry them."""

from __future__ import annotations

from booking.language import language_tag
from booking.spaces.models import Kind

KINDS = (Kind.MEETING_ROOM, Kind.WORKSTATION, Kind.HALL, Kind.STORAGE)


def kind_or(text: str | None, otherwise: Kind) -> Kind:
    """Read a kind; anything else is `otherwise`."""
    return Kind(text) if text in set(Kind) else otherwise


def local_name(name: str, name_en: str | None) -> str:
    """Give a name in the reader's language, where it has one."""
    return (name_en or name) if language_tag() == "en" else name
