"""Labels as finished texts for their sheet."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from booking.gateways.typst.code import svg_code

if TYPE_CHECKING:
    from booking.spaces.labels_printer import LabelsSheet


def labels_data(sheet: LabelsSheet) -> dict[str, Any]:
    """Give everything that `labels.typ` reads."""
    return {
        "park": sheet.park,
        "labels": [asdict(label) | {"qr": svg_code(label.url)} for label in sheet.labels],
    }
