"""What the spaces made of an idle place are used and earn, as far as the reader may know."""

from dataclasses import replace
from datetime import date

from booking.blueprints.idle_places.loading import is_admin
from booking.blueprints.kit.filters import money
from booking.blueprints.kit.labels.utilisation import hours_text, or_dash, rounded_label, share_told
from booking.blueprints.kit.session import my_park
from booking.charges.earned import earned_since
from booking.db import db
from booking.language import gettext
from booking.savings.rules import SMALLEST_GROUP
from booking.savings.standings import named_since, shown_before
from booking.spaces.idle.models import IdlePlace
from booking.usage.measuring.heat_map import used_since
from booking.usage.utilisation import Told, Utilisation
from booking.values.money import Money

Figure = tuple[str, str, str, str]


def use_and_earnings(place: IdlePlace) -> list[Figure]:
    """Give the cards of a place's page; none of one that is not in use.

    Who reads for the branch chooses spaces and day, so of the unnamed it reads no sum and no number.
    """
    if place.put_to_use_on is None:
        return []
    ids, since = [space.id for space in place.spaces], place.put_to_use_on
    used, users = used_since(db.session(), ids, since)
    if is_admin():
        count = gettext("%(count)s 家", count=len(users))
        return [_use(used), (gettext("用过的企业"), count, gettext("投入使用以来"), ""), _earned(ids, since)]
    named = users & named_since(db.session(), my_park(), since)
    others = users - named
    few = bool(others) and len(others - shown_before(db.session(), my_park().id)) < SMALLEST_GROUP
    count = gettext("具名 %(count)s 家", count=len(named))
    return [
        _use_told(used, few=few) if others else _use(used),
        (gettext("用过的企业"), count, _beside(few=few) if others else gettext("投入使用以来"), ""),
        _earned(ids, since),
    ]


def _use(used: Utilisation) -> Figure:
    hours = gettext("%(used)s / %(open)s 小时", used=hours_text(used.used), open=hours_text(used.open))
    return gettext("利用率"), or_dash(used.share), hours, "accent"


def _use_told(used: Utilisation, *, few: bool) -> Figure:
    """Tell it where unnamed ones are among the users: exact hours could be taken from each other."""
    if few:
        return gettext("利用率"), "–", gettext("用过的未具名企业不足三家，不显示用了多少"), ""
    about = share_told(replace(used, told=Told.ROUNDED))
    return gettext("利用率"), about, rounded_label(), "accent"


def _beside(*, few: bool) -> str:
    if few:
        return gettext("投入使用以来；另有未具名企业，不足三家")
    return gettext("投入使用以来；另有未具名企业，三家以上")


def _earned(space_ids: list[int], since: date) -> Figure:
    earned, label = earned_since(db.session(), space_ids, since), gettext("收入")
    if is_admin():
        return label, money(Money.total(earned.values())), gettext("投入使用以来，含税"), ""
    named = named_since(db.session(), my_park(), since)
    known = Money.total(amount for one, amount in earned.items() if one in named)
    return label, money(known), gettext("具名企业付的，含税；未具名企业用的不在内"), ""
