"""No, as a value: what a rule answers when it cannot say yes."""

from dataclasses import dataclass
from typing import Any


class _Answerable(type):
    """Lets the interpreter write its own marks on a frozen refusal.

    `contextlib` assigns `__traceback__` to an exception that leaves a `with` block, and the
    `__setattr__` that `@dataclass(frozen=True)` adds would turn every refusal into a
    FrozenInstanceError there. The facts stay frozen.
    """

    def __setattr__(cls, name: str, value: Any) -> None:  # noqa: ANN401 - any attribute of any class
        super().__setattr__(name, _spare_dunders(value) if name == "__setattr__" else value)


def _spare_dunders(frozen: Any) -> Any:  # noqa: ANN401 - a slot wrapper or a function, as dataclasses make it
    def set_mark(self: Refusal, name: str, value: object) -> None:
        if name.startswith("__"):
            Exception.__setattr__(self, name, value)
        else:
            frozen(self, name, value)

    return set_mark


class Refusal(Exception, metaclass=_Answerable):  # noqa: N818 - it is an answer, not an error
    """A rule's no. Subclasses are frozen dataclasses that carry facts, never sentences.

    `booking.blueprints.messages` words every subclass in the reader's language; `field` names the
    form field the sentence belongs beside, or is None where it concerns the whole page.
    """

    field: str | None = None


@dataclass(frozen=True)
class ReasonMissing(Refusal):
    """Whoever overrules a rule, corrects a figure or takes something back says why."""

    field = "reason"
