"""Prices: the versions of each kind and space, and the editor with its worked example."""

from booking.blueprints.tariffs import editor, versions
from booking.blueprints.tariffs.versions import blueprint

__all__ = ["blueprint", "editor", "versions"]
