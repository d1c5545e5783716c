"""A refusal leaves any `with` block as itself, and its facts stay as they were."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import FrozenInstanceError, dataclass
from typing import TYPE_CHECKING

import pytest

from booking.values import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(eq=False)
class Full(Refusal):
    seats: int


@contextmanager
def block() -> Iterator[None]:
    yield


def test_a_refusal_leaves_a_with_block_as_itself() -> None:
    with pytest.raises(Full) as caught, block():
        raise Full(4)
    assert caught.value.seats == 4


def test_the_facts_of_a_refusal_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Full(4).seats = 5  # type: ignore[misc]
