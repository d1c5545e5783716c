"""The page behind the code on a space: the one thing that makes sense there now."""

from booking.blueprints.scan import door, walking_in
from booking.blueprints.scan.loading import blueprint

__all__ = ["blueprint", "door", "walking_in"]
