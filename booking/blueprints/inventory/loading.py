"""The blueprint of the inventory, the tabs over its lists, and what all its views need."""

from datetime import datetime
from typing import Any, Protocol

from flask import Blueprint, abort, request, url_for

from booking.blueprints.kit.filters import moment, span_text
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.language import gettext
from booking.spaces.inventory_queries import area_in_park
from booking.spaces.models import Area, Space
from booking.spaces.queries import space_in_park
from booking.values.span import FAR_FUTURE, Span

blueprint = Blueprint("inventory", __name__, url_prefix="/inventory")


@blueprint.app_context_processor
def know_the_tabs() -> dict[str, Any]:
    """Give templates `inventory_tabs()`."""
    return {"inventory_tabs": inventory_tabs}


class Lasting(Protocol):
    """A closure, a reservation, or whatever else begins and ends."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def ends_at(self) -> datetime:
        """When it ends; FAR_FUTURE where that is open."""


@blueprint.app_template_filter("stretch")
def stretch(thing: Lasting) -> str:
    """Write 11月3日 周二 16:36–18:17, or from when on where the end is open."""
    if thing.ends_at >= FAR_FUTURE:
        return str(gettext("%(start)s 起，不定期限", start=moment(thing.starts_at)))
    return span_text(Span(thing.starts_at, thing.ends_at))


def inventory_tabs() -> list[tuple[str, str, bool]]:
    """List the pages of the inventory for the tabs: label, address, whether it is shown."""
    places = (
        (gettext("空间"), "inventory.spaces"),
        (gettext("区域"), "inventory.areas"),
        (gettext("开放规则"), "inventory.rules"),
        (gettext("延时开放"), "inventory.extended"),
        (gettext("停用安排"), "inventory.closures"),
        (gettext("二维码标签"), "inventory.labels"),
        (gettext("导入导出"), "exchange.index"),
    )
    return [(label, url_for(endpoint), request.endpoint == endpoint) for label, endpoint in places]


def space_or_404(space_id: int) -> Space:
    """Find a space of my park; another park's is not found."""
    return space_in_park(db.session(), my_park().id, space_id) or abort(404)


def area_or_404(area_id: int) -> Area:
    """Find an area of my park; another park's is not found."""
    return area_in_park(db.session(), my_park().id, area_id) or abort(404)
