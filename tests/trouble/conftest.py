"""The parks of bookings and of use, for what goes wrong in them."""

from __future__ import annotations

from tests.reservations.conftest import place
from tests.usage.conftest import house

__all__ = ["house", "place"]
