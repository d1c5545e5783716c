"""No, as a value: what a rule answers when it cannot say yes."""

from dataclasses import FrozenInstanceError, dataclass


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
