"""The blueprint of the register, and what its views need: a place, and what may be said of it to whom."""

from flask import Blueprint, abort, g

from booking.blueprints.kit.session import me, my_park
from booking.db import db
from booking.language import CHINESE, force_locale, gettext, local_name
from booking.people.models import Enterprise, Role
from booking.savings.standings import held_enterprises
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
    return is_admin() or (enterprise.may_be_named and enterprise.id not in _held())


def _held() -> frozenset[int]:
    """Name who agreed and waits for the next quarter; asked once a request."""
    if "held_enterprises" not in g:
        g.held_enterprises = held_enterprises(db.session(), my_park().id)
    held: frozenset[int] = g.held_enterprises
    return held


def whose_words(place: IdlePlace) -> str:
    """Say where it comes from; who did not agree to be named is not named to the branch."""
    giver = place.given_back_by
    if giver is None:
        return place.whose or str(gettext("未填写"))
    if not may_know(giver):
        return str(gettext("由一家未具名企业退回"))
    return str(gettext("由%(name)s退回", name=giver.short_name))


def matter_title(place: IdlePlace) -> str:
    """Title the matter of its use in the park's language, whoever reads: by it one finds it again."""
    with force_locale(CHINESE):
        return str(gettext("闲置点“%(name)s”怎么用起来", name=place.name))


def where_words(place: IdlePlace) -> str:
    """Say where it is."""
    area = local_name(place.area.name, place.area.name_en) if place.area else ""
    return " · ".join(filter(None, [area, place.location]))


def state_name(state: IdleState) -> str:
    """Name how far it has come."""
    names = {
        IdleState.IDLE: gettext("闲置中"),
        IdleState.PROPOSED: gettext("已提出用途"),
        IdleState.IN_USE: gettext("已投入使用"),
    }
    return str(names[state])


TONES = {IdleState.IDLE: "warning", IdleState.PROPOSED: "", IdleState.IN_USE: "accent"}
