"""Whether a stated baseline lies so far from what counts that whoever accepts it is asked twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from booking.savings.rules import BaselineDecision, BaselineTerms
from booking.values import Refusal


class JumpOf(StrEnum):
    """The figure that jumps."""

    AREA = "area"  # hundredths of a square metre
    PRICE = "price"  # fen per square metre and day
    OWN_PRICE = "own_price"  # likewise


@dataclass(frozen=True, slots=True)
class Jump:
    """A figure and what it is held against, in its own unit; none of both is 0."""

    what: JumpOf
    before: int
    stated: int


@dataclass(eq=False)
class JumpUnconfirmed(Refusal):
    """Figures lie far from those before, and nobody said why that is so, or `moved`: of others than these."""

    jumps: tuple[Jump, ...]
    moved: bool = False


def jumps_of(stated: BaselineTerms, before: BaselineTerms | None) -> tuple[Jump, ...]:
    """Name the figures that jump against the version that counts without this one.

    Of a first version the price is held against what the enterprise pays now. What it keeps is none: to give
    up most of an office is what the saving is about. Source: docs/rules.md, Saving.
    """
    return tuple(one for one in _held_against(stated, before) if _is_far(one))


def _held_against(stated: BaselineTerms, before: BaselineTerms | None) -> Iterator[Jump]:
    if before is None:
        yield Jump(JumpOf.PRICE, stated.own_price.fen, stated.price.fen)
        return
    yield Jump(JumpOf.AREA, before.area, stated.area)
    yield Jump(JumpOf.PRICE, before.price.fen, stated.price.fen)
    yield Jump(JumpOf.OWN_PRICE, before.own_price.fen, stated.own_price.fen)


JUMP = 3
"""More than so many times the figure before, or less than one so-manieth of it, is a jump."""


def _is_far(one: Jump) -> bool:
    if not one.before or not one.stated:  # nothing was or is kept, and so has no price
        return False
    return one.stated > JUMP * one.before or JUMP * one.stated < one.before


def mark_of(jumps: Sequence[Jump]) -> str:
    """Give a mark of jumps that were shown, for a form to carry; empty where there is none."""
    return ",".join(f"{one.what.value}:{one.before}:{one.stated}" for one in jumps)


def check_jumps(decision: BaselineDecision, jumps: Sequence[Jump], *, why: str, seen: str) -> None:
    """Refuse to accept figures that jump, unless somebody who has `seen` just these says why it is so.

    What a figure is held against moves when another version is accepted meanwhile: a reason given for
    ×10 says nothing of ×40. Raises JumpUnconfirmed.
    """
    if not jumps or decision is BaselineDecision.SENT_BACK:
        return
    moved = bool(seen) and seen != mark_of(jumps)
    if moved or not seen or not why.strip():
        raise JumpUnconfirmed(tuple(jumps), moved)
