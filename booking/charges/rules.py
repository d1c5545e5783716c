"""The laws of charge lines and of questions about them, and their refusals; pure."""

from dataclasses import dataclass

from booking.values import Money, Month, Refusal


@dataclass(eq=False)
class MonthClosed(Refusal):
    """A closed month never changes; a mistake in it is answered by a credit note."""

    month: Month


@dataclass(eq=False)
class FeeNotShown(Refusal):
    """Cancelling costs more by now than whoever presses was shown."""

    fee: Money
    shown: Money


def check_was_shown(fee: Money, shown: Money | None) -> None:
    """Refuse to take more than was shown; None where nothing was asked for."""
    if shown is not None and fee.fen > shown.fen:
        raise FeeNotShown(fee, shown)


@dataclass(eq=False)
class LineNotOpen(Refusal):
    """Only a line that counts and stands on no invoice can be questioned."""

    charge_id: int


@dataclass(eq=False)
class DisputedBefore(Refusal):
    """A line is questioned once; its answer stands."""

    charge_id: int


@dataclass(eq=False)
class WordsMissing(Refusal):
    """A question and its answer need words."""


@dataclass(eq=False)
class AnsweredBefore(Refusal):
    """A question is answered once."""

    dispute_id: int


@dataclass(eq=False)
class GivesBackTooMuch(Refusal):
    """What a granted question gives back is more than nothing and at most the line."""

    most: Money


def check_gives_back(amount: Money, line: Money) -> None:
    """Refuse to give back nothing, or more than the line."""
    if not 0 < amount.fen <= line.fen:
        raise GivesBackTooMuch(line)
