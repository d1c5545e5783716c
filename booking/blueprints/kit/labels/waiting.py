"""Waits in words: what is waited for, what became of it, and what that means."""

from collections.abc import Sequence

from booking.blueprints.kit.filters import moment
from booking.blueprints.kit.labels.reservations import place_name
from booking.blueprints.kit.labels.spaces import kind_name, things_text
from booking.language import gettext
from booking.reservations.waiting.models import Wait, WaitState
from booking.spaces.models import Kind


def any_space_label(kind: Kind, equipment: Sequence[str]) -> str:
    """Say that any of a kind will do, with what it must have."""
    words = gettext("任意%(kind)s", kind=kind_name(kind))
    has = things_text(equipment)
    return f"{words} · {has}" if has else str(words)


def waits_for(wait: Wait) -> str:
    """Name what is held, or else what is waited for."""
    if wait.offered_space is not None:
        return place_name(wait.offered_space)
    return place_name(wait.space) if wait.space is not None else any_space_label(wait.kind, wait.equipment)


def wait_state(wait: Wait, before: int = 0, *, to_them: bool = True) -> str:
    """Say what became of it, to whose it is or to the park; of who waits, how many stand before."""
    match wait.state:
        case WaitState.WAITING if before:
            return str(gettext("候补中，前面 %(count)s 位", count=before))
        case WaitState.WAITING:
            return str(gettext("候补中，排第一"))
        case WaitState.OFFERED:
            assert wait.held_until is not None  # noqa: S101 - a hold has an end
            until = moment(wait.held_until)
            words = gettext("为你保留到 %(until)s", until=until)
            return str(words if to_them else gettext("保留到 %(until)s", until=until))
        case WaitState.TAKEN:
            return str(gettext("已订下"))
        case WaitState.LAPSED:
            return str(gettext("已过期"))
        case WaitState.WITHDRAWN:
            return str(gettext("已退出"))


def wait_tone(state: WaitState) -> str:
    """Choose the badge's tone."""
    return {WaitState.OFFERED: "warning", WaitState.TAKEN: "accent", WaitState.WAITING: "accent"}.get(
        state, ""
    )
