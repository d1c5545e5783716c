"""A refusal keeps its facts, whatever it is raised through."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import FrozenInstanceError, dataclass
from typing import TYPE_CHECKING

import pytest

from booking.values.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Taken(Refusal):
    space_id: int


@contextmanager
def undoing() -> Iterator[None]:
    yield


def test_a_refusal_comes_out_of_a_transaction_as_the_refusal_it_was():
    with pytest.raises(Taken) as caught, undoing():
        raise Taken(7)
    assert caught.value.space_id == 7
    assert caught.value == Taken(7)


def test_a_refusal_s_facts_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Taken(7).space_id = 8  # type: ignore[misc] # that is the question
