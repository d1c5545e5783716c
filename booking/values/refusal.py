"""No, as a value: what a rule answers when it cannot say yes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

_PYTHON_WRITES = frozenset({"__cause__", "__context__", "__notes__", "__suppress_context__", "__traceback__"})


class _Raisable(type):
    """Lets a frozen dataclass be raised through `contextlib.contextmanager`.

    The context manager writes the traceback back onto what passes through it; a plainly frozen
    exception answers that with FrozenInstanceError, and the refusal is lost.
    """

    def __setattr__(cls, name: str, value: object) -> None:
        super().__setattr__(name, _but_for_python(value) if name == "__setattr__" else value)


def _but_for_python(sealed: object) -> Callable[[BaseException, str, object], None]:
    seal = cast("Callable[[BaseException, str, object], None]", sealed)

    def set_attribute(self: BaseException, name: str, value: object) -> None:
        write = BaseException.__setattr__ if name in _PYTHON_WRITES else seal
        write(self, name, value)

    return set_attribute


class Refusal(Exception, metaclass=_Raisable):  # noqa: N818 - it is an answer, not an error
    """A rule's no. Subclasses are frozen dataclasses that carry facts, never sentences.

    `booking.blueprints.messages` words every subclass in the reader's language; `field` names the
    form field the sentence belongs beside, or is None where it concerns the whole page.
    """

    field: str | None = None
