"""The blueprint of scanned codes, and how a code finds its space."""

from flask import Blueprint

from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.spaces.models import Space
from booking.usage.door_queries import space_by_scan_code

blueprint = Blueprint("scan", __name__, url_prefix="/s")


def scanned(scan_code: str) -> Space | None:
    """Find the space whose code was scanned; another park's is as good as none."""
    space = space_by_scan_code(db.session(), scan_code)
    return space if space is not None and space.park_id == my_park().id else None
