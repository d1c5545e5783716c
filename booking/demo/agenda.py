"""Who has what when, in memory: spares the diary asking the database for a free space again and again."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from operator import itemgetter
from random import Random

from booking.demo.demand import Wish
from booking.spaces.models import Kind, Space
from booking.spaces.rules import Hours

AgendaKey = tuple[str, int]
AgendaStretch = tuple[datetime, datetime]
BUFFERS = {Kind.HALL: timedelta(minutes=30)}
FRONT = 3
EVENING, DESERTED = (
    18,
    "B203",
)  # from which hour nobody sits at which desk: the evaluation has something to propose
ROOMY = 5  # nobody takes a room with more than so many times the seats needed


class Agenda:
    """Spaces and people, and when they are taken; only stretches within one local day."""

    def __init__(
        self,
        spaces: Iterable[Space],
        random: Random,
        opens: Callable[[Space, date], Hours | None],
        kept: Callable[[Space, date], bool],
    ) -> None:
        """Take what tells when a space is open, and which ones are kept on a day for who is named."""
        self.random, self.opens, self.kept = random, opens, kept
        self.of_kind = {kind: [space for space in spaces if space.kind is kind] for kind in Kind}
        self.keys = {space.id: _keys(space) for space in spaces}
        self.taken: defaultdict[tuple[AgendaKey, date], dict[int, AgendaStretch]] = defaultdict(dict)

    def open_minutes(self, kind: Kind, day: date) -> int:
        """Add up how long the spaces of a kind are open on a day, combined ones through their parts."""
        hours = (self.opens(space, day) for space in self.of_kind[kind] if not space.parts)
        return sum(one.closes - one.opens for one in hours if one is not None)

    def choose(self, wish: Wish) -> Space | None:
        """Find a space that is free and neither too small nor far too large, and its person free too."""
        if not self.is_free([_person(wish)], wish.start, wish.end):
            return None
        fitting = [
            space
            for space in self.of_kind[wish.kind]
            if wish.people <= space.capacity <= max(6, wish.people * ROOMY) and self._may_be_had(space, wish)
        ]
        # People go to the front ones first, more or less.
        fitting = [space for _, space in sorted(self._liking(fitting), key=itemgetter(0))]
        buffer = BUFFERS.get(wish.kind, timedelta(0))
        free = (
            space for space in fitting if self.is_free(self.keys[space.id], wish.start, wish.end + buffer)
        )
        return next(free, None)

    def is_want_of_room(self, wish: Wish) -> bool:
        """Tell whether what stands in a wish's way is that all is taken: it is open, and its person is free."""
        return self.is_free([_person(wish)], wish.start, wish.end) and any(
            wish.people <= space.capacity and self._may_be_had(space, wish)
            for space in self.of_kind[wish.kind]
        )

    def _may_be_had(self, space: Space, wish: Wish) -> bool:
        """Tell whether it is open then, and not kept for somebody."""
        day, start = wish.start.date(), wish.start.hour * 60 + wish.start.minute
        hours = self.opens(space, day)
        if hours is None or self.kept(space, day):
            return False
        if space.code == DESERTED and start + wish.minutes > EVENING * 60:
            return False
        return hours.opens <= start and start + wish.minutes <= hours.closes

    def _liking(self, spaces: list[Space]) -> Iterator[tuple[float, Space]]:
        for place, space in enumerate(spaces):
            yield (place + FRONT) * self.random.random(), space

    def is_free(self, keys: Iterable[AgendaKey], start: datetime, end: datetime, but: int = 0) -> bool:
        """Tell whether nothing but the one named is there."""
        return not any(
            start < taken_end and taken_start < end
            for key in keys
            for holder, (taken_start, taken_end) in self.taken[key, start.date()].items()
            if holder != but
        )

    def take(self, holder: int, wish: Wish, space: Space, end: datetime | None = None) -> None:
        """Note that somebody has it; a second time with another end changes it."""
        until = (end or wish.end) + BUFFERS.get(wish.kind, timedelta(0))
        for key in (*self.keys[space.id], _person(wish)):
            self.taken[key, wish.start.date()][holder] = (wish.start, max(until, wish.start))

    def block(self, holder: int, space: Space, start: datetime, end: datetime) -> None:
        """Note that nobody has it."""
        for key in self.keys[space.id]:
            self.taken[key, start.date()][holder] = (start, end)

    def give_back(self, holder: int, wish: Wish, space: Space) -> None:
        """Forget it."""
        for key in (*self.keys[space.id], _person(wish)):
            self.taken[key, wish.start.date()].pop(holder, None)

    def free_before(self, holder: int, wish: Wish, space: Space, start: datetime) -> bool:
        """Tell whether one may come so early."""
        return self.is_free(self.keys[space.id], start, wish.end, but=holder)

    def free_after(self, holder: int, wish: Wish, space: Space, end: datetime) -> bool:
        """Tell whether one may stay so long."""
        return end.date() == wish.start.date() and self.is_free(
            self.keys[space.id], wish.start, end + timedelta(minutes=15), but=holder
        )


def _keys(space: Space) -> list[AgendaKey]:
    return [("space", part.id) for part in space.parts] or [("space", space.id)]


def _person(wish: Wish) -> AgendaKey:
    return ("person", wish.household.members[wish.seat].id)
