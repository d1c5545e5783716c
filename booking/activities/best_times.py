"""When an activity of some hours had best begin in a week of its hall, as far as anybody can tell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

WORK_BEGINS, WORK_ENDS = 9, 18  # o'clock, on working days: people invited from offices are there then
MOST = 3


@dataclass(frozen=True, slots=True)
class HourOfHall:
    """An hour in which the hall is open: `busy` says how much enterprises are about, by any measure."""

    day: date
    hour: int
    free: bool
    busy: int
    works: bool  # the day is a working day

    @property
    def in_working_hours(self) -> bool:
        """Tell whether people are at work then."""
        return self.works and WORK_BEGINS <= self.hour < WORK_ENDS


def best_times(hours: Sequence[HourOfHall], length: int) -> Sequence[tuple[date, int]]:
    """Give the best beginning of each day, the least busy first, three at most; `length` in hours.

    Within working hours; where none of the week is free, any hour in which the hall is open.
    """
    runs = list(_runs(hours, length))
    working = [run for run in runs if all(hour.in_working_hours for hour in run)]
    ranked = sorted(working or runs, key=lambda run: (sum(one.busy for one in run), run[0].day, run[0].hour))
    best: dict[date, int] = {}
    for run in ranked:
        best.setdefault(run[0].day, run[0].hour)
    return list(best.items())[:MOST]


def _runs(hours: Sequence[HourOfHall], length: int) -> Iterator[Sequence[HourOfHall]]:
    """Give each stretch of so many free hours of one day, one after the other."""
    inside = sorted(hours, key=lambda one: (one.day, one.hour))
    for at in range(len(inside) - length + 1):
        run = inside[at : at + length]
        last = run[-1]
        together = last.day == run[0].day and last.hour - run[0].hour == length - 1
        if together and all(one.free for one in run):
            yield run
