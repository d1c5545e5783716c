"""Activities and reservations as entries for one's own calendar (RFC 5545).

Taken again, an entry replaces the former. Each reservation is one of its own, those of a series too: see
docs/adr/an-occurrence-is-an-entry-of-its-own.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import current_app
from icalendar import Alarm, Calendar, Event, vCalAddress
from icalendar.parser import Contentline

from booking.activities.models import Activity
from booking.language import gettext, local_name
from booking.mail.outbox import LetterFile
from booking.reservations.feeds.addresses import TakenTime
from booking.reservations.feeds.models import CalendarFeed
from booking.reservations.models import Reservation, ReservationState
from booking.spaces.models import Kind
from booking.values.one_line import one_line
from booking.values.plain_name import holds_address

MAKER = "-//Shared service space//Activities//ZH"
MEDIA_TYPE = "text/calendar"


def calendar_entry(activity: Activity) -> LetterFile:
    """Give the file, in the current language; of one that is called off it takes the entry back."""
    file = _calendar(MAKER)
    if activity.called_off_at is not None:
        file.add("method", "CANCEL")
    file.add_component(_entry(activity))
    return LetterFile(f"activity-{activity.id}.ics", MEDIA_TYPE, file.to_ical())


def _calendar(maker: str) -> Calendar:
    file = Calendar()
    file.add("prodid", maker)
    file.add("version", "2.0")
    return file


def _entry(activity: Activity) -> Event:
    base, space = current_app.config["BASE_URL"], activity.space
    event = Event()
    event.add("uid", f"activity-{activity.id}@{_host()}")
    event.add("sequence", activity.revision)
    for name in ("dtstamp", "last-modified"):
        event.add(name, activity.changed_at)
    event.add("created", activity.created_at)
    event.add("status", "CANCELLED" if activity.called_off_at else "CONFIRMED")
    event.add("dtstart", activity.starts_at)
    event.add("dtend", activity.ends_at)
    event.add("summary", one_line(activity.title))
    park = local_name(space.park.name, space.park.name_en)
    event.add("location", one_line(f"{park} · {local_name(space.name, space.name_en)} · {space.code}"))
    event.add("url", f"{base}/a/{activity.code}")
    return event


RESERVATIONS = "-//Shared service space//Reservations//ZH"
NEVER: Mapping[int, datetime] = {}


def reservations_file(
    name: str, reservations: Sequence[Reservation], changed: Mapping[int, datetime] = NEVER
) -> LetterFile:
    """Give a file with an entry for each, in the current language; `changed` is when each was last, by id."""
    file = _calendar(RESERVATIONS)
    return _filled(name, file, _entries(reservations, changed))


class FeedTold(NamedTuple):
    """What a feed tells just now; `by_whom` says that entries name who booked them."""

    title: str
    reservations: Sequence[Reservation] = ()
    changed: Mapping[int, datetime] = NEVER
    taken: Sequence[TakenTime] = ()
    activities: Sequence[Activity] = ()
    by_whom: bool = False


def feed_file(feed: CalendarFeed, told: FeedTold) -> LetterFile:
    """Give what a feed tells, named so that calendar programs show a title and ask again within the hour."""
    file = _calendar(RESERVATIONS)
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", told.title)
    file.add("refresh-interval", AN_HOUR, parameters={"VALUE": "DURATION"})
    file.add("x-published-ttl", "PT1H")
    for activity in told.activities:
        file.add_component(_entry(activity))
    for taken in told.taken:
        file.add_component(_taken(feed, taken))
    return _filled(f"feed-{feed.id}.ics", file, _entries(told.reservations, told.changed, by=told.by_whom))


AN_HOUR = timedelta(hours=1)


def _taken(feed: CalendarFeed, taken: TakenTime) -> Event:
    event = Event()
    event.add("uid", f"taken-{feed.space_id}-{taken.starts_at:%Y%m%dT%H%M%S}@{_host()}")
    event.add("dtstamp", taken.starts_at)
    event.add("dtstart", taken.starts_at)
    event.add("dtend", taken.ends_at)
    event.add("summary", gettext("已占用"))
    event.add("class", "PRIVATE")
    return event


def _filled(name: str, file: Calendar, entries: Sequence[bytes]) -> LetterFile:
    whole = file.to_ical()
    return LetterFile(name, MEDIA_TYPE, whole.removesuffix(END) + b"".join(entries) + END)


def _entries(
    reservations: Sequence[Reservation], changed: Mapping[int, datetime], *, by: bool = False
) -> list[bytes]:
    """Write an entry for each.

    What entries have in common is written once: fifty of them would cost more than their bookings.
    """
    common: dict[object, bytes] = {}
    entries = []
    for one in reservations:
        at = changed.get(one.id, one.cancelled_at or one.created_at)
        who = one.member.name if by else ""
        alike = (one.space_id, one.purpose, one.state, one.version, one.created_at, at, one.open_ended, who)
        if alike not in common:
            common[alike] = _alike(one, at, who).to_ical().removeprefix(BEGIN)
        entries.append(BEGIN + _own(one) + common[alike])
    return entries


REQUEST, CANCEL = "REQUEST", "CANCEL"
NO_LONGER = (ReservationState.CANCELLED, ReservationState.DECLINED, ReservationState.NO_SHOW)


class EntryReader(NamedTuple):
    """Whose calendar an entry goes into: the host's, or a guest's; who has no account has no page to open."""

    mailbox: str
    name: str
    is_guest: bool = False
    has_page: bool = True


def invitation(reservation: Reservation, changed: datetime) -> LetterFile:
    """Give the file that puts a booking into the calendar of whoever booked it, moves it or takes it away."""
    host = EntryReader(reservation.member.email, reservation.member.name)
    return invitation_for(host, reservation, changed, gone=reservation.state in NO_LONGER)


def invitation_for(
    reader: EntryReader, reservation: Reservation, changed: datetime, *, gone: bool
) -> LetterFile:
    """Give the file that puts a booking into somebody's calendar, moves it or takes it away (RFC 5546).

    The park is its organizer and the reader its one attendee: who else comes is not theirs to know. Calendars
    know the entry by its UID and take what is newer by SEQUENCE, as from the file of the page.
    """
    file = _calendar(RESERVATIONS)
    file.add("method", CANCEL if gone else REQUEST)
    event = _alike(reservation, changed, gone=gone)
    if not reader.has_page and holds_address(reservation.purpose):
        event["summary"] = one_line(local_name(reservation.space.name, reservation.space.name_en))
    park = reservation.space.park
    event.add("organizer", _address(park.mail_from or NOBODY.format(host=_host()), park.name))
    attendee = _address(reader.mailbox, reader.name)
    attendee.params["PARTSTAT"] = "NEEDS-ACTION" if reader.is_guest else "ACCEPTED"
    if reader.is_guest:
        attendee.params["RSVP"] = "FALSE"
    event.add("attendee", attendee)
    entry = BEGIN + _own(reservation, page=reader.has_page) + event.to_ical().removeprefix(BEGIN)
    return _filled(f"reservation-{reservation.id}.ics", file, [entry])


NOBODY = "noreply@{host}"


def _address(mailbox: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox}")
    address.params["CN"] = one_line(name)
    return address


def _host() -> str:
    return urlsplit(current_app.config["BASE_URL"]).hostname or ""


BEGIN, END = b"BEGIN:VEVENT\r\n", b"END:VCALENDAR\r\n"


STATUS = {ReservationState.REQUESTED: "TENTATIVE"}
REMINDED = timedelta(minutes=15)  # before it starts


def _alike(reservation: Reservation, changed: datetime, who: str = "", *, gone: bool | None = None) -> Event:
    """Make what the entries of a series have in common; `gone` where it is for its reader alone."""
    gone = reservation.state in NO_LONGER if gone is None else gone
    event = Event()
    event.add("sequence", reservation.version - 1)
    for name in ("dtstamp", "last-modified"):
        event.add(name, changed)
    event.add("created", reservation.created_at)
    event.add("status", "CANCELLED" if gone else STATUS.get(reservation.state, "CONFIRMED"))
    _add_words(event, reservation, who)
    if reservation.space.kind is Kind.STORAGE:
        event.add("transp", "TRANSPARENT")
    elif not gone:
        event.add_component(_alarm(reservation))
    return event


def _alarm(reservation: Reservation) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", one_line(local_name(reservation.space.name, reservation.space.name_en)))
    alarm.add("trigger", -REMINDED)
    return alarm


def _own(reservation: Reservation, *, page: bool = True) -> bytes:
    """Write what each entry has of its own: its name, its times, its page."""
    lines = [f"UID:reservation-{reservation.id}@{_host()}", *_times(reservation)]
    if page:
        lines.append(f"URL:{current_app.config['BASE_URL']}/reservations/{reservation.id}")
    return b"".join(_folded(line) + b"\r\n" for line in lines)


LONGEST_LINE = 75


def _folded(line: str) -> bytes:
    """Write a line as RFC 5545 folds it; most need no folding, and fifty entries have many."""
    if line.isascii() and len(line) <= LONGEST_LINE:
        return line.encode()
    folded: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]
    return folded


DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def _times(reservation: Reservation) -> Iterator[str]:
    """Say when, in UTC; a store is kept for whole local days, which keep nobody from anything."""
    if reservation.space.kind is not Kind.STORAGE:
        yield f"DTSTART:{reservation.starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        yield f"DTEND:{reservation.ends_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        return
    zone = reservation.space.park.zone
    yield f"DTSTART;VALUE=DATE:{reservation.starts_at.astimezone(zone):%Y%m%d}"
    if not reservation.open_ended:
        last = (reservation.ends_at - SECOND).astimezone(zone).date()
        yield f"DTEND;VALUE=DATE:{last + DAY:%Y%m%d}"


def _add_words(event: Event, reservation: Reservation, who: str) -> None:
    space, park = reservation.space, reservation.space.park
    name = local_name(space.name, space.name_en)
    event.add("summary", one_line(" · ".join(part for part in (name, reservation.purpose, who) if part)))
    area = local_name(space.area.name, space.area.name_en)
    event.add("location", one_line(f"{local_name(park.name, park.name_en)} · {area} · {space.code}"))
    if reservation.open_ended:
        event.add("description", gettext("从这一天起，到退租为止。"))
