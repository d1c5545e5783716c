"""Who comes along, in words: who of them hears of a change by letter, and who does not."""

from collections.abc import Collection, Iterable

from booking.blueprints.kit.filters import comma_list
from booking.db import db
from booking.language import gettext, ngettext
from booking.reservations.guests.invite import along_to, guests_of
from booking.reservations.guests.models import BookingGuest
from booking.reservations.models import Reservation, ReservationState

MOST_NAMED = 5


def hears_of_change(reservation: Reservation) -> str:
    """Say who of those named reads of another time or place, and whom to tell oneself; "" for nobody."""
    waits = reservation.state is ReservationState.REQUESTED  # nobody was asked along yet
    return "" if waits else written_to(guests_of(db.session(), reservation.id))


def hears_it_is_off(reservation: Reservation) -> str:
    """Say who of those named reads that it is off, and whom to tell oneself; "" for nobody."""
    return all_hear_it_is_off([reservation])


def all_hear_it_is_off(reservations: Collection[Reservation]) -> str:
    """Say so of several at once: who comes to more than one of them is counted once."""
    ids = [one.id for one in reservations if one.state is not ReservationState.REQUESTED]
    along = [one for named in along_to(db.session(), ids).values() for one in named]
    return written_to(one for one in along if one.told or not one.mailbox)


def written_to(guests: Iterable[BookingGuest]) -> str:
    """Say how many of these get a letter, and name who has no mailbox; of colleagues who left nothing."""
    people = {(one.member_id, one.called, one.mailbox) for one in guests}
    letters = sum(bool(mailbox) for *_, mailbox in people)
    alone = sorted({called for member_id, called, mailbox in people if not mailbox and member_id is None})
    said = []
    if letters:
        said.append(ngettext("同行的 %(num)s 人会收到信。", "同行的 %(num)s 人会收到信。", letters))
    if alone:
        said.append(gettext("没有邮箱、请自己告诉：%(names)s。", names=_names(alone)))
    return "".join(said)


def _names(names: list[str]) -> str:
    if len(names) <= MOST_NAMED:
        return comma_list(names)
    first = comma_list(names[:MOST_NAMED])
    return gettext("%(names)s等 %(count)s 人", names=first, count=len(names))
