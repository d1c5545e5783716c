"""What a place is near to: a door's code, or where a colleague is that day."""

from datetime import date

from booking.blueprints.kit.filters import comma_list
from booking.blueprints.kit.session import me, my_park
from booking.db import db
from booking.language import gettext, local_name
from booking.reservations.habits.habits import place_of_colleague
from booking.reservations.rules import local_instant
from booking.reservations.space_queries import SpaceRow
from booking.spaces.models import Space
from booking.understand.place_words import building_and_floor
from booking.usage.door.at_the_door import space_by_code
from booking.values import day_span


def place_near(name: str, day: date, minute: int) -> Space | None:
    """Find the space of this code, or the place that a colleague of this name has about then."""
    if (door := space_by_code(db.session(), my_park().id, name)) is not None:
        return door
    enterprise, zone = me().enterprise_id, my_park().zone
    if enterprise is None:
        return None
    start = local_instant(day, minute, zone)
    return place_of_colleague(db.session(), enterprise, name, day_span(day, zone), start)


def unknown_place(name: str) -> str:
    """Say that nobody knows where that is."""
    return str(gettext("不知道“%(name)s”那天在哪里，没有按远近排。", name=name))


def near_label(name: str, place: Space, *, fit_first: bool = False) -> str:
    """Say where somebody is, and that what is near comes first, or before it what fits most closely."""
    if place.code.lower() == name.lower():
        return str(gettext("离%(place)s近的排在前面。", place=local_name(place.name, place.name_en)))
    where = comma_list([local_name(place.name, place.name_en), _area_name(place)])
    if fit_first:
        return str(
            gettext("%(name)s那天在%(place)s；大小最合适的排在前面，然后看远近。", name=name, place=where)
        )
    return str(gettext("%(name)s那天在%(place)s，近的排在前面。", name=name, place=where))


def how_far(place: Space | None, space: SpaceRow) -> tuple[bool, int, bool, int]:
    """Tell how far a space is: another building, so many floors, another area, so many places on."""
    if place is None:
        return False, 0, False, 0
    (building, floor), (other, its_floor) = (
        building_and_floor(place.area.name),
        building_and_floor(space.area),
    )
    apart = abs(floor - its_floor) if floor is not None and its_floor is not None else 0
    away = building != other
    return away, 0 if away else apart, space.area_id != place.area_id, abs(space.position - place.position)


def _area_name(place: Space) -> str:
    return str(local_name(place.area.name, place.area.name_en))
