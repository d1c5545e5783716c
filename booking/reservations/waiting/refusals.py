"""Every no of the waiting list, with its facts."""

from dataclasses import dataclass

from booking.values.refusal import Refusal


@dataclass(eq=False)
class FreeNow(Refusal):
    """Nobody waits for what can be had."""


@dataclass(eq=False)
class NoLine(Refusal):
    """Stores, had by whole days, and what the park approves one by one, have no waiting list."""


@dataclass(eq=False)
class TooManyWaits(Refusal):
    """Nobody waits for so much at once."""

    most: int


@dataclass(eq=False)
class HoldOver(Refusal):
    """What was held is held no more: it ran out, or was given up."""


@dataclass(eq=False)
class WaitTaken(Refusal):
    """It was taken, and is a reservation now."""
