"""The port to a poster: an activity on A4 for the wall, and as a picture for a group on the phone."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from booking.values import PrintFailed

__all__ = ["Poster", "PosterPrinter", "PrintFailed"]


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on it, in finished words; `url` is the address behind the code, whole with its scheme.

    `place` names the hall with what stands on its door, `floor` the building and floor it is on.
    """

    park: str
    kind: str
    title: str
    words: tuple[str, ...]
    day: str
    clock: str
    place: str
    floor: str
    audience: str
    places: int
    organiser: str
    url: str
    made_on: date


class PosterPrinter(Protocol):
    """Makes both shapes. The same poster gives the same bytes; every failure is `PrintFailed`."""

    def poster(self, poster: Poster) -> bytes:
        """Set a PDF of one A4 page; raises PrintFailed."""
        ...

    def poster_picture(self, poster: Poster) -> bytes:
        """Draw a PNG, 1,080 by 1,440 pixels; raises PrintFailed."""
        ...
