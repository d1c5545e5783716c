"""What a preview of a series shows: its lines, what may be taken instead, and what it comes to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from booking.blueprints.kit.labels.series import books_itself_labels
from booking.values import Money


class InsteadOffer(NamedTuple):
    """What may be taken instead, in words with its price and who has to agree; its button sends `value`."""

    label: str
    value: str
    asks: bool = False  # to take it only asks for it


class SeenOccurrence(NamedTuple):
    """A line of the preview."""

    key: str
    when: str
    price: str  # "" where it cannot be had
    problem: str
    provisional: bool
    later: bool = False  # lies too far ahead, and books itself
    asks: str = ""  # that the manager is asked for it first
    also: str = ""  # what who books it holds at the same time
    offers: Sequence[InsteadOffer] = ()
    chosen: str = ""  # where or when it is taken instead
    gone: str = ""  # what was chosen, and somebody has it by now


MOST_UNFOLDED: Final = 3


class Seen(NamedTuple):
    """The preview: its lines, and what it comes to."""

    lines: Sequence[SeenOccurrence]
    free: int
    kept: int  # cannot be had now, and are kept
    over: int  # of which so many are free, and a quota refuses them
    closed: int  # are closed then, and not booked
    later: int  # book themselves: lie too far ahead, or are not settled
    doubtful: int  # of which those are that are closed unless that day is made a working day
    total: Money  # of all in their turn
    left_out: Sequence[str]
    years: Sequence[int]
    needs_approval: bool  # the park's, of all of them
    to_manager: int = 0  # so many are asked of the manager first
    promise: datetime | None = None  # by when the park would answer, if it were asked now
    elsewhere: Sequence[str] = ()  # what was chosen instead, to be sent along
    estimate: str = ""  # what the sum rests on, where free minutes are in it, or a cap that counts once
    others: str = ""  # the days that another series has
    begins: str = ""  # when it begins, where that is not the day that was chosen
    goes_on: bool = False  # it is there already: where nothing of it is free, what is kept is worth a press

    @property
    def later_labels(self) -> Sequence[str]:
        """Say how many book themselves, surely or perhaps."""
        return books_itself_labels(self.later, self.doubtful)

    @property
    def offers_any(self) -> bool:
        """Tell whether something is offered instead of any of it."""
        return any(one.offers for one in self.lines)

    @property
    def offers_only_ask(self) -> bool:
        """Tell whether something is, and all of it can only be asked for."""
        return self.offers_any and all(offer.asks for one in self.lines for offer in one.offers)

    @property
    def folds(self) -> bool:
        """Tell whether so many dates offer something instead that each is opened by itself."""
        return sum(1 for one in self.lines if one.offers) > MOST_UNFOLDED

    @property
    def only_keeps(self) -> int:
        """Tell how many are kept where nothing can be booked now."""
        return self.kept + self.later if self.goes_on and not self.free else 0

    @property
    def only_asks(self) -> bool:
        """Tell whether none of it is booked at once."""
        return self.needs_approval or self.to_manager == self.free
