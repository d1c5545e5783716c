"""The form by which longer hours are granted for a need, filled in as far as its words say it."""

from collections.abc import Sequence
from datetime import date

from booking import clock
from booking.blueprints.inventory.extended import WHOLE_PARK, offer_places, space_label
from booking.blueprints.kit.session import me, my_park
from booking.blueprints.needs.forms import GrantForm
from booking.db import db
from booking.language import gettext
from booking.needs.models import Need
from booking.needs.rules import NeedKind
from booking.people.models import Role
from booking.spaces.extended.named_place import named_place
from booking.spaces.extended.queries import open_anyhow
from booking.spaces.extended.read_hours import HoursRead
from booking.spaces.models import Space
from booking.spaces.rules import ExtendedDay
from booking.values.month import local_day
from booking.values.writing import minute_clock


def grant_form(need: Need, read: HoursRead) -> GrantForm | None:
    """Offer who may open the park for longer what the words ask for, as far as they say it."""
    if me().role is not Role.ADMIN or need.is_over or need.kind is NeedKind.VISIT:
        return None
    if need.kind is not NeedKind.WISH and read.opens is None and read.closes is None:
        return None  # of what is broken nobody asks for hours
    form = GrantForm(formdata=None, opens=read.opens, closes=read.closes)
    space = _place_of(need, offer_places(form))
    form.space.data = space.id if space else WHOLE_PARK
    today = local_day(clock.now(), my_park().zone)
    form.day.data = read.day if read.day and read.day >= today else None
    if form.day.data:
        form.open_anyhow = _open_anyhow(form.day.data, read, space)
    return form


def _place_of(need: Need, places: Sequence[Space]) -> Space | None:
    """Find the place that the words name, or else the need's own; None is the whole park."""
    own = next((one for one in places if one.id == need.space_id), None)
    return named_place(need.words, places) or own


def _open_anyhow(day: date, read: HoursRead, space: Space | None) -> str:
    """Say until when it is open that day by itself, where the hours asked for add nothing."""
    asked = ExtendedDay(day, read.opens, read.closes)
    if read.opens is None and read.closes is None:
        return ""
    hours = open_anyhow(db.session(), my_park(), space, asked)
    if hours is None:
        return ""
    where = space_label(space) if space else gettext("整个园区")
    if read.opens is None:
        facts = {"where": where, "closes": minute_clock(hours.closes)}
        return gettext("%(where)s那天本来就开放到 %(closes)s，不用延时，直接答复就好。", **facts)
    facts = {"where": where, "opens": minute_clock(hours.opens), "closes": minute_clock(hours.closes)}
    return gettext("%(where)s那天本来就开放 %(opens)s–%(closes)s，不用延时，直接答复就好。", **facts)
