"""The blueprint of the register, and what its views need: a place, and what may be said of it to whom."""

from flask import Blueprint, abort, g

from booking.blueprints.kit.session import me, my_park
from booking.db import db
from booking.language import CHINESE, force_locale, gettext, local_name
from booking.people.models import Enterprise, Role
from booking.savings.standings import shown_enterprises
from booking.spaces.idle.models import IdlePlace, IdleState
from booking.spaces.idle.queries import idle_place_in_park

blueprint = Blueprint("idle_places", __name__, url_prefix="/idle-places")


def place_or_404(idle_place_id: int) -> IdlePlace:
    """Find a place of my park's register; another park's is not found."""
    return idle_place_in_park(db.session(), my_park().id, idle_place_id) or abort(404)


def is_admin() -> bool:
    """Tell whether the reader may know every enterprise's figures."""
    return me().role is Role.ADMIN


def may_know(enterprise: Enterprise) -> bool:
    """Tell whether the reader may know what an enterprise gave back: the branch, if it may be named now."""
    return is_admin() or enterprise.id in known_to_reader()


def known_to_reader() -> frozenset[int]:
    """Name whose figures the branch may see; asked once a request."""
    if "known_to_branch" not in g:
        g.known_to_branch = shown_enterprises(db.session(), my_park().id)
    known: frozenset[int] = g.known_to_branch
    return known


def whose_label(place: IdlePlace) -> str:
    """Say where it comes from.

    The area is exact: so the branch reads of a place whose giver it may not know what it reads of any place
    without one.
    """
    giver = place.given_back_by
    if giver is not None and may_know(giver):
        return str(gettext("由%(name)s退回", name=giver.short_name))
    return place.whose or str(gettext("未填写") if is_admin() else gettext("园区收回"))


def use_matter_title(place: IdlePlace) -> str:
    """Title the matter of its use in the park's language, whoever reads: by it one finds it again."""
    with force_locale(CHINESE):
        return str(gettext("闲置点“%(name)s”怎么用起来", name=place.name))


def where_label(place: IdlePlace) -> str:
    """Say where it is."""
    area = local_name(place.area.name, place.area.name_en) if place.area else ""
    return " · ".join(filter(None, [area, place.location]))


def idle_state_name(state: IdleState) -> str:
    """Name how far it has come."""
    names = {
        IdleState.IDLE: gettext("闲置中"),
        IdleState.PROPOSED: gettext("已提出用途"),
        IdleState.IN_USE: gettext("已投入使用"),
    }
    return str(names[state])


TONES = {IdleState.IDLE: "warning", IdleState.PROPOSED: "", IdleState.IN_USE: "accent"}
