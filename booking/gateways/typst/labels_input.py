"""Labels as finished texts for their sheet."""

from dataclasses import asdict
from typing import Any

from booking.gateways.typst.code import svg_code
from booking.spaces.labels_printer import LabelsSheet


def labels_data(sheet: LabelsSheet) -> dict[str, Any]:
    """Give everything that `labels.typ` reads."""
    return {
        "park": sheet.park,
        "labels": [asdict(label) | {"qr": svg_code(label.url)} for label in sheet.labels],
    }
