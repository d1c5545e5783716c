"""Activities and reservations as entries for one's own calendar (RFC 5545).

Taken again, an entry replaces the former. Each reservation is one of its own, those of a series too: see
docs/adr/an-occurrence-is-an-entry-of-its-own.md.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import current_app
from icalendar import Alarm, Calendar, Event
from icalendar.parser import Contentline
from sqlalchemy.orm import object_session

from booking.activities.models import Activity
from booking.language import gettext, local_name
from booking.mail.outbox import LetterFile
from booking.reservations.calendar_feeds import TakenTime
from booking.reservations.guests.invite import along_to
from booking.reservations.guests.models import BookingGuest
from booking.reservations.models import CalendarFeed, Reservation, ReservationState
from booking.reservations.space_queries import combined_spaces
from booking.spaces.models import Kind
from booking.values.reading import one_line

MAKER = "-//Shared service space//Activities//ZH"
MEDIA_TYPE = "text/calendar"


def calendar_entry(activity: Activity) -> LetterFile:
    """Give the file, in the current language; of one that is called off it takes the entry back."""
    file = calendar_file(MAKER)
    if activity.called_off_at is not None:
        file.add("method", "CANCEL")
    file.add_component(_entry(activity))
    return LetterFile(f"activity-{activity.id}.ics", MEDIA_TYPE, file.to_ical())


def calendar_file(maker: str) -> Calendar:
    """Begin a file."""
    file = Calendar()
    file.add("prodid", maker)
    file.add("version", "2.0")
    return file


def _entry(activity: Activity) -> Event:
    base, space = current_app.config["BASE_URL"], activity.space
    event = Event()
    event.add("uid", f"activity-{activity.id}@{host_name()}")
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
ALONE: Mapping[int, Sequence[BookingGuest]] = {}


def reservations_file(
    name: str,
    reservations: Sequence[Reservation],
    changed: Mapping[int, datetime] = NEVER,
    along: Mapping[int, Sequence[BookingGuest]] = ALONE,
) -> LetterFile:
    """Give a file with an entry for each, in the current language; `changed` is when each was last, by id.

    `along` says who comes along to each, by id: for the host's own calendar.
    """
    file = calendar_file(RESERVATIONS)
    return calendar_of(name, file, entries_of(reservations, changed, along))


class FeedTold(NamedTuple):
    """What a feed tells just now; `by_whom` says that entries name who booked them."""

    title: str
    reservations: Sequence[Reservation] = ()
    changed: Mapping[int, datetime] = NEVER
    taken: Sequence[TakenTime] = ()
    activities: Sequence[Activity] = ()
    by_whom: bool = False
    along: Mapping[int, Sequence[BookingGuest]] = ALONE


def feed_file(feed: CalendarFeed, told: FeedTold) -> LetterFile:
    """Give what a feed tells, named so that calendar programs show a title and ask again within the hour."""
    file = calendar_file(RESERVATIONS)
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", told.title)
    file.add("refresh-interval", AN_HOUR, parameters={"VALUE": "DURATION"})
    file.add("x-published-ttl", "PT1H")
    for activity in told.activities:
        file.add_component(_entry(activity))
    for taken in told.taken:
        file.add_component(_taken(feed, taken))
    return calendar_of(
        f"feed-{feed.id}.ics", file, entries_of(told.reservations, told.changed, told.along, by=told.by_whom)
    )


AN_HOUR = timedelta(hours=1)


def _taken(feed: CalendarFeed, taken: TakenTime) -> Event:
    event = Event()
    what = "tidied" if taken.tidied else "taken"
    event.add("uid", f"{what}-{feed.space_id}-{taken.starts_at:%Y%m%dT%H%M%S}@{host_name()}")
    event.add("dtstamp", taken.starts_at)
    event.add("dtstart", taken.starts_at)
    event.add("dtend", taken.ends_at)
    event.add("summary", gettext("整理时间") if taken.tidied else gettext("已占用"))
    event.add("class", "PRIVATE")
    return event


def calendar_of(name: str, file: Calendar, entries: Sequence[bytes]) -> LetterFile:
    """Give the file with these entries, written already."""
    whole = file.to_ical()
    return LetterFile(name, MEDIA_TYPE, whole.removesuffix(END) + b"".join(entries) + END)


def entries_of(
    reservations: Sequence[Reservation],
    changed: Mapping[int, datetime],
    along: Mapping[int, Sequence[BookingGuest]],
    *,
    by: bool = False,
    also: Callable[[Event, Reservation], None] | None = None,
) -> list[bytes]:
    """Write an entry for each; `also` adds to it what is the same for all bookings of a space.

    What entries have in common is written once: fifty of them would cost more than their bookings.
    """
    common: dict[object, bytes] = {}
    entries, base, host = [], current_app.config["BASE_URL"], host_name()
    for one in reservations:
        at = changed.get(one.id, one.cancelled_at or one.created_at)
        who = one.member.name if by else ""
        names = tuple(guest.called for guest in along.get(one.id, ()))
        facts = (one.space_id, one.purpose, one.state, one.version, one.created_at, at, one.open_ended)
        same = (facts, who, names)
        if same not in common:
            event = alike(one, at, who)
            add_names(event, names)
            if also is not None:
                also(event, one)
            common[same] = event.to_ical().removeprefix(BEGIN)
        entries.append(BEGIN + own_lines(one, base, host) + common[same])
    return entries


NO_LONGER = (ReservationState.CANCELLED, ReservationState.DECLINED, ReservationState.NO_SHOW)


def along_of(reservations: Sequence[Reservation]) -> Mapping[int, Sequence[BookingGuest]]:
    """Read who comes along to bookings of one session, in one query: for their host's eyes."""
    several = [one for one in reservations if one.people > 1]  # who names others comes for as many
    session = object_session(several[0]) if several else None
    return along_to(session, [one.id for one in several]) if session is not None else {}


def add_names(event: Event, names: Sequence[str]) -> None:
    """Say who comes along."""
    if names:
        told = gettext("同来：%(names)s", names=one_line(gettext("、").join(names)))
        before = event.pop("description", None)
        event.add("description", f"{before}\n{told}" if before else told)


def host_name() -> str:
    """Give the host of our addresses, which makes names of entries unique."""
    return urlsplit(current_app.config["BASE_URL"]).hostname or ""


BEGIN, END = b"BEGIN:VEVENT\r\n", b"END:VCALENDAR\r\n"


STATUS = {ReservationState.REQUESTED: "TENTATIVE"}
REMINDED = timedelta(minutes=15)  # before it starts


def alike(reservation: Reservation, changed: datetime, who: str = "", *, gone: bool | None = None) -> Event:
    """Make what the entries of a series have in common; `gone` where it is for its reader alone.

    In a list of what several have booked, `who` did; it rings nobody.
    """
    gone = reservation.state in NO_LONGER if gone is None else gone
    event = Event()
    event.add("sequence", reservation.version - 1)
    for name in ("dtstamp", "last-modified"):
        event.add(name, changed)
    event.add("created", reservation.created_at)
    event.add("status", "CANCELLED" if gone else STATUS.get(reservation.state, "CONFIRMED"))
    _add_text(event, reservation, who)
    if reservation.space.kind is Kind.STORAGE:
        event.add("transp", "TRANSPARENT")
    elif not gone and not who:
        event.add_component(_alarm(reservation))
    return event


def _alarm(reservation: Reservation) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", one_line(local_name(reservation.space.name, reservation.space.name_en)))
    alarm.add("trigger", -REMINDED)
    return alarm


def own_lines(reservation: Reservation, base: str, host: str, *, page: bool = True) -> bytes:
    """Write what each entry has of its own: its name, its times, its page, at our addresses."""
    number = reservation.id
    lines = [f"UID:reservation-{number}@{host}", *_times(reservation)]
    if page:
        lines.append(f"URL:{base}/reservations/{number}")
    return b"".join(_folded(line) + b"\r\n" for line in lines)


LONGEST_LINE = 75


def _folded(line: str) -> bytes:
    """Write a line as RFC 5545 folds it; most need no folding, and fifty entries have many."""
    if line.isascii() and len(line) <= LONGEST_LINE:
        return line.encode()
    folded: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]  # icalendar types not all
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


def _add_text(event: Event, reservation: Reservation, who: str) -> None:
    space, park = reservation.space, reservation.space.park
    name = local_name(space.name, space.name_en)
    event.add("summary", one_line(" · ".join(part for part in (name, reservation.purpose, who) if part)))
    area = local_name(space.area.name, space.area.name_en)
    event.add("location", one_line(f"{local_name(park.name, park.name_en)} · {area} · {space.code}"))
    session = object_session(reservation)
    whole = combined_spaces(session, park.id).get(space.id) if session is not None else None
    if whole is not None:
        parts = " + ".join(local_name(*part) for part in whole.parts.values())
        event.add("description", one_line(gettext("由 %(parts)s 合成。", parts=parts)))
    if reservation.open_ended:
        event.add("description", gettext("从这一天起，到退租为止。"))
