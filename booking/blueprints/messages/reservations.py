"""Words for why a space cannot be had, or a reservation cannot be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booking.language import gettext
from booking.reservations import refusals as no

if TYPE_CHECKING:
    from booking.values.refusal import Refusal


def wording(refusal: Refusal) -> str | None:
    """Say the refusals of reservations; None for anybody else's."""
    match refusal:
        case no.Taken():
            return gettext("这段时间刚被占用，请另选时间或空间。")
    return None
