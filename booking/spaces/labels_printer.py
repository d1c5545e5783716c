"""The port to paper of spaces: codes to scan at the door, several to a page, cut and stuck up."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from booking.values import PrintFailed

__all__ = ["Label", "LabelsPrinter", "LabelsSheet", "PrintFailed"]


@dataclass(frozen=True, slots=True)
class Label:
    """What hangs at one space; `url` is the address behind the code to scan, whole with its scheme."""

    name: str
    code: str
    kind: str
    area: str
    url: str


@dataclass(frozen=True, slots=True)
class LabelsSheet:
    """The labels of a park in the order they are to be printed; at least one."""

    park: str
    printed_on: date
    labels: tuple[Label, ...]


class LabelsPrinter(Protocol):
    """Makes a PDF file of A4 pages. The same sheet gives the same bytes; every failure is `PrintFailed`."""

    def labels(self, sheet: LabelsSheet) -> bytes:
        """Set the labels, eight to a page; raises PrintFailed."""
        ...
