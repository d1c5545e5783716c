"""Measures a month's close against what rendering its PDFs alone costs."""

from __future__ import annotations


def measure(url: str, enterprises: int) -> None:
    """Close a month of so many enterprises and compare the processor time with the printing in it."""
    raise NotImplementedError
