"""Invitations: files that put bookings into somebody's calendar, move them or take them away (RFC 5546).

And the letters that bring them to who is asked along to a booking, and those on who has come.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from flask import current_app
from icalendar import Event, vCalAddress
from sqlalchemy.orm import object_session

from booking.charges.charge_fee import no_show_fee
from booking.language import gettext, local_name
from booking.letters.calendar_entry import (
    BEGIN,
    NO_LONGER,
    RESERVATIONS,
    add_names,
    alike,
    along_of,
    calendar_file,
    calendar_of,
    entries_of,
    host_name,
    own_lines,
)
from booking.letters.render import render
from booking.mail.outbox import LetterFile, LetterText
from booking.people.models import Member
from booking.reservations.guests.models import BookingGuest
from booking.reservations.guests.tell_guests import GuestNews, ToldGuest
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.rules import grace_ends
from booking.spaces.models import Space
from booking.values.names import holds_address
from booking.values.reading import one_line


class EntryReader(NamedTuple):
    """Whose calendar an entry goes into: the host's, or a guest's; who has no account has no page to open."""

    mailbox: str
    name: str
    is_guest: bool = False
    has_page: bool = True


def files_for_host(host: Member, told: Sequence[tuple[Reservation, datetime]]) -> tuple[LetterFile, ...]:
    """Give a file for each booking, with when it was changed, that puts it into its host's calendar or out.

    It is theirs to know who comes along: they stand in it as attendees, and by name.
    """
    reader, along = EntryReader(host.email, host.name), along_of([one for one, _ in told])
    return tuple(
        invitation_for(reader, one, at, gone=one.state in NO_LONGER, along=along.get(one.id, ()))
        for one, at in told
    )


def published_file(name: str, reservations: Sequence[Reservation], changed: datetime) -> LetterFile:
    """Give one file of several bookings, for their host to add at one go; what changes later follows alone.

    It names who organizes them, so that a calendar takes their changes from the same (RFC 5546, 3.2.1).
    """
    file, at = calendar_file(RESERVATIONS), {one.id: changed for one in reservations}
    file.add("method", "PUBLISH")
    return calendar_of(name, file, entries_of(reservations, at, along_of(reservations), also=_add_organizer))


REQUEST, CANCEL = "REQUEST", "CANCEL"


def invitation_for(
    reader: EntryReader,
    reservation: Reservation,
    changed: datetime,
    *,
    gone: bool,
    along: Sequence[BookingGuest] = (),
) -> LetterFile:
    """Give the file that puts a booking into somebody's calendar, moves it or takes it away (RFC 5546).

    The park is its organizer and the reader its one attendee but for those `along`: who else comes is the
    host's to know, and nobody's else. Calendars know the entry by its UID and take what is newer by SEQUENCE,
    as from the file of the page.
    """
    file = calendar_file(RESERVATIONS)
    file.add("method", CANCEL if gone else REQUEST)
    event = _event_for(reader, reservation, changed, gone=gone)
    add_names(event, [one.called for one in along])
    event.add("attendee", _attendee(reader.mailbox, reader.name, invited=reader.is_guest))
    for one in along:
        if one.mailbox:
            event.add("attendee", _attendee(one.mailbox, one.called, invited=True))
    return calendar_of(f"reservation-{reservation.id}.ics", file, [_entry_for(reader, reservation, event)])


def _event_for(reader: EntryReader, reservation: Reservation, changed: datetime, *, gone: bool) -> Event:
    event = alike(reservation, changed, gone=gone)
    if reader.is_guest:
        _name_host(event, reader, reservation)
    _add_organizer(event, reservation)
    return event


def _name_host(event: Event, reader: EntryReader, reservation: Reservation) -> None:
    """Say in a guest's calendar whom it is with; to who has no account, nothing that they could open."""
    hides = not reader.has_page and holds_address(reservation.purpose)
    host = gettext(
        "%(host)s（%(firm)s）", host=reservation.member.name, firm=reservation.enterprise.short_name
    )
    place = local_name(reservation.space.name, reservation.space.name_en)
    told = (host, place, "" if hides else reservation.purpose)
    event["summary"] = one_line(" · ".join(part for part in told if part))
    before = event.pop("description", None)
    asked = one_line(gettext("%(host)s请你来。", host=host))
    event.add("description", f"{asked}\n{before}" if before else asked)


def _add_organizer(event: Event, reservation: Reservation) -> None:
    park = reservation.space.park
    event.add("organizer", _address(park.mail_from or NOBODY.format(host=host_name()), park.name))


def _entry_for(reader: EntryReader, reservation: Reservation, event: Event) -> bytes:
    base = current_app.config["BASE_URL"]
    entry: bytes = (
        BEGIN
        + own_lines(reservation, base, host_name(), page=reader.has_page)
        + event.to_ical().removeprefix(BEGIN)
    )
    return entry


def _attendee(mailbox: str, name: str, *, invited: bool) -> vCalAddress:
    attendee = _address(mailbox, name)
    attendee.params["PARTSTAT"] = "NEEDS-ACTION" if invited else "ACCEPTED"
    if invited:
        attendee.params["RSVP"] = "FALSE"
    return attendee


NOBODY = "noreply@{host}"


def _address(mailbox: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox}")
    address.params["CN"] = one_line(name)
    return address


def guests_told(all_news: Sequence[ToldGuest], now: datetime) -> LetterText:
    """Tell a colleague or a guest what there is to know, or the host that a guest has come.

    Of a series one letter tells of all of it. A guest has no account and no language of their own: they are
    written to in Chinese and English. What the host typed as purpose goes to strangers without whatever they
    could open.
    """
    (guest, news, _), *others = all_news
    booked, member = guest.reservation, guest.member
    if news is GuestNews.CAME:
        return _who_came(guest, now)
    by_park, why = _by_park(all_news)
    return render(
        booked.space.park,
        None if member is None else member.language,
        "guest_series" if others else "guest",
        lambda: _subject(all_news),
        files=lambda: _entries(all_news, now),
        in_both=member is None,
        guest=guest,
        news=_of_all(all_news).name.lower(),
        all_news=[(one, what.name.lower()) for one, what, _ in all_news],
        booked=booked,
        purpose="" if member is None and holds_address(booked.purpose) else booked.purpose,
        places=_places(all_news),
        by_park=by_park,
        why=why,
    )


def _by_park(all_news: Sequence[ToldGuest]) -> tuple[bool, str]:
    """Tell whether it was the park that did all of it, and why: the host is not made to say it.

    What an address stands in is told to nobody who has no account, as of a purpose.
    """
    acts = [one.act for one in all_news]
    by_park = all(act is not None and act.actor and act.actor.enterprise_id is None for act in acts)
    reasons = {act.reason or "" for act in acts if act}
    why = reasons.pop() if by_park and len(reasons) == 1 else ""
    hidden = all_news[0].guest.member is None and holds_address(why)
    return by_park, "" if hidden else why


def _who_came(guest: BookingGuest, now: datetime) -> LetterText:
    """Tell the host who stands at the front desk; and until when to check in, where nobody has."""
    booked, session = guest.reservation, object_session(guest)
    goes_at = grace_ends(booked.starts_at, booked.space.park.grace_minutes)
    waits = booked.state is ReservationState.BOOKED and now < goes_at
    return render(
        booked.space.park,
        booked.member.language,
        "guest_came",
        lambda: gettext("你的访客到了：%(guest)s", guest=guest.called),
        guest=guest,
        booked=booked,
        goes_at=goes_at,
        waits=waits,
        fee=no_show_fee(session, booked) if waits and session else None,
        released=booked.state is ReservationState.NO_SHOW,
    )


def _of_all(all_news: Sequence[ToldGuest]) -> GuestNews:
    """Give what is told of all of them; of several that something changed."""
    first, *others = {one.news for one in all_news}
    return GuestNews.MOVED if others else first


GONE = (GuestNews.OFF, GuestNews.RELEASED)
"""After which it stands in their calendar no more."""
SUBJECTS: dict[GuestNews, Callable[[], str]] = {
    GuestNews.ASKED: lambda: gettext("%(host)s邀请你：%(place)s"),
    GuestNews.MOVED: lambda: gettext("时间或地点有变：%(place)s"),
    GuestNews.GOES_ON: lambda: gettext("照常：%(place)s"),
    GuestNews.OFF: lambda: gettext("不用来了：%(place)s"),
    GuestNews.RELEASED: lambda: gettext("没有人签到，地方已放出：%(place)s"),
}


def _subject(all_news: Sequence[ToldGuest]) -> str:
    (guest, *_), *others = all_news
    news = _of_all(all_news)
    booked = guest.reservation
    space = guest.told_space if news in GONE and guest.told_space else booked.space
    place = one_line(local_name(space.name, space.name_en))
    if others:
        gone = sum(one.news in GONE for one in all_news)
        count = len(all_news) - gone or gone  # of those to come, where some are and some are not
        places = len(_places(all_news))
        words = (
            gettext("%(place)s（%(count)s 次）")
            if places <= 1
            else gettext("%(place)s等 %(places)s 处（%(count)s 次）")
        )
        place = words % {"place": place, "count": count, "places": places}
    elif news is GuestNews.MOVED:
        return _moved(guest, place)
    return SUBJECTS[news]() % {"host": booked.member.name, "place": place}


def _moved(guest: BookingGuest, place: str) -> str:
    """Say on which day it is that changed, and of an end alone until when it is now."""
    booked, told, write = guest.reservation, guest.told, current_app.jinja_env.filters
    there = {"place": place, "day": write["day"](booked.starts_at)}
    if told is not None and (told.space_id, told.starts_at) == (booked.space_id, booked.starts_at):
        return gettext(
            "结束时间改到 %(time)s：%(place)s %(day)s", time=write["clock"](booked.ends_at), **there
        )
    return gettext("时间或地点有变：%(place)s %(day)s", **there)


def _places(all_news: Sequence[ToldGuest]) -> Sequence[Space]:
    """Name where all that is to come takes place, each place once, in the order of its first time."""
    coming = [one.guest.reservation.space for one in all_news if one.news not in GONE]
    return list({one.id: one for one in coming}.values())


def _entries(all_news: Sequence[ToldGuest], now: datetime) -> tuple[LetterFile, ...]:
    """Give the entry, or of a series those of all that are told of, each in a file of its own."""
    guest = all_news[0].guest
    reader = EntryReader(guest.mailbox, guest.called, is_guest=True, has_page=guest.member is not None)
    return tuple(invitation_for(reader, one.reservation, now, gone=news in GONE) for one, news, _ in all_news)
