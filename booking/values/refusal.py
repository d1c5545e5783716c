"""No, as a value: what a rule answers when it cannot say yes.

Beside it what is no answer but a failure: a sheet that could not be printed, and how long to wait before
whatever failed is tried again.
"""

from dataclasses import FrozenInstanceError, dataclass
from datetime import timedelta


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error
    """A rule's no. Subclasses are dataclasses (`eq=False`) that carry facts, never sentences.

    `booking.blueprints.messages` words every subclass in the reader's language, and
    `booking.blueprints.kit.forms.refusals` knows beside which field of a form it stands. Facts are set once;
    the interpreter goes on writing its own marks (`__traceback__`).
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name in vars(self) and not name.startswith("__"):
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        super().__setattr__(name, value)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))


@dataclass(eq=False)
class ReasonMissing(Refusal):
    """Whoever overrules a rule, corrects a figure or takes something back says why."""


class PrintFailed(Exception):  # noqa: N818 - a fact about one sheet, caught by name where the next goes on
    """A sheet could not be made: a fault in the template, the fonts, the memory or the disk.

    Whoever prints many (the month's close, a batch of labels) catches it around one sheet and goes on;
    trying the same sheet again later is safe. `sheet` names what was to be printed, `reason` is for the
    log and never for a customer.
    """

    def __init__(self, sheet: str, reason: str) -> None:
        """Keep which sheet it was and why it failed."""
        super().__init__(f"{sheet}: {reason}")
        self.sheet = sheet
        self.reason = reason


MOST_DOUBLINGS = 20


def backoff(attempts: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """Give the pause after so many failed attempts (1, 2, …): `first`, doubling, at most `longest`."""
    return min(first * (1 << min(attempts - 1, MOST_DOUBLINGS)), longest)
