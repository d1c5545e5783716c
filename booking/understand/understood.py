"""What was understood of a sentence, in the order in which it is told."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from booking.values.writing import minute_clock


@dataclass(frozen=True, slots=True)
class Understood:
    """What one sentence asks for; None where it does not say. Times are minutes after midnight, up to 1440.

    `minutes` shorter than from `starts` to `ends` is any stretch of that length in between.
    """

    kind: str | None = None
    day: date | None = None
    starts: int | None = None
    ends: int | None = None
    minutes: int | None = None
    people: int | None = None
    equipment: tuple[str, ...] = ()
    near: str | None = None
    area: str | None = None
    repeat: str | None = None
    not_understood: tuple[str, ...] = ()
    too_long: bool = False
    part_of_day: bool = False  # the times are those of a part of the day; no hour was said
    repeat_said: str = ""  # how often, in the words of the sentence

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON tells it."""
        return {
            "kind": self.kind,
            "day": self.day.isoformat() if self.day else None,
            "from": None if self.starts is None else minute_clock(self.starts),
            "to": None if self.ends is None else minute_clock(self.ends),
            "minutes": self.minutes,
            "people": self.people,
            "equipment": list(self.equipment),
            "near": self.near,
            "area": self.area,
            "repeat": self.repeat,
            "not_understood": list(self.not_understood),
        }
