"""The fields of who comes along to a booking, and the way to the page where they are named."""

from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from booking import clock
from booking.blueprints.kit.availability import SEATED
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.fields import CheckboxesField, options
from booking.blueprints.kit.forms.reservation import PoolForm, ReserveForm
from booking.blueprints.kit.labels.reservations import way_to
from booking.blueprints.kit.session import my_enterprise_id
from booking.db import db
from booking.language import lazy_gettext as _
from booking.people.queries import members_of
from booking.reservations.guests.invite import STATES
from booking.reservations.guests.rules import AskedAlong, read_visitors
from booking.reservations.models import Reservation

LONGEST_LIST = 20_000


class GuestFields(FlaskForm):
    """Colleagues to tick, and guests to write one a line."""

    colleagues = CheckboxesField(_("同事"), coerce=whole, validate_choice=False)
    guests = TextAreaField(
        _("访客"),
        [Length(max=LONGEST_LIST, message=_("访客名单太长，请分几次预订。")), Optional()],
        description=_("一行一位，写姓名；有邮箱的会收到日历邀请，单位可写可不写。结束 30 天后删除。"),
    )

    def wanted(self) -> AskedAlong:
        """Read who is to come; raises what is wrong with the list of guests."""
        return AskedAlong(frozenset(self.colleagues.data or ()), read_visitors(self.guests.data or ""))


class ReserveRoomForm(ReserveForm, GuestFields):
    """Reserve a room or a hall, perhaps not for oneself alone."""


class PoolRoomForm(PoolForm, GuestFields):
    """Reserve any one of a kind, perhaps not for oneself alone."""


def offer_colleagues(form: FlaskForm, host_id: int) -> None:
    """Offer the host's colleagues, and whoever is named already."""
    if not isinstance(form, GuestFields):
        return
    named = set(form.colleagues.data or ())
    staff = [one for one in members_of(db.session(), my_enterprise_id()) if one.active or one.id in named]
    form.colleagues.choices = options((one.id, one.name) for one in staff if one.id != host_id)


THIS_ONE, FOLLOWING, THE_WHOLE = "this", "following", "all"
"""To how much of a series something applies, as addresses say it."""


def guests_way(reservation: Reservation, scope: str | None = None) -> str:
    """Lead to the page of who comes along; "" to where one comes alone, or where it is over."""
    over = reservation.state not in STATES or reservation.ends_at <= clock.now()
    comes = reservation.space.kind in SEATED and not over
    return way_to("reservations.guests", reservation_id=reservation.id, scope=scope) if comes else ""
