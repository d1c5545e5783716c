"""Letters to who is asked along to a booking, with an entry for the calendar, and on who has come."""

from collections.abc import Callable
from datetime import datetime

from booking.language import gettext, local_name
from booking.letters.calendar_entry import EntryReader, invitation_for
from booking.letters.render import render
from booking.mail.outbox import LetterFile, LetterText
from booking.reservations.guests.models import BookingGuest
from booking.reservations.guests.tell_guests import GuestNews
from booking.values.one_line import one_line
from booking.values.plain_name import holds_address


def told(guest: BookingGuest, news: GuestNews, now: datetime) -> LetterText:
    """Tell a colleague or a guest what there is to know, or the host that a guest has come.

    A guest has no account and no language of their own: they are written to in their host's. What the host
    typed as purpose goes to strangers without whatever they could open.
    """
    booked, member = guest.reservation, guest.member
    reader = booked.member if member is None or news is GuestNews.CAME else member
    return render(
        booked.space.park,
        reader.language,
        "guest_came" if news is GuestNews.CAME else "guest",
        lambda: _subject(guest, news),
        files=lambda: () if news is GuestNews.CAME else (_entry(guest, news, now),),
        guest=guest,
        news=news.name.lower(),
        booked=booked,
        purpose="" if member is None and holds_address(booked.purpose) else booked.purpose,
    )


SUBJECTS: dict[GuestNews, Callable[[], str]] = {
    GuestNews.ASKED: lambda: gettext("%(host)s邀请你：%(place)s"),
    GuestNews.MOVED: lambda: gettext("时间或地点有变：%(place)s"),
    GuestNews.OFF: lambda: gettext("不用来了：%(place)s"),
    GuestNews.CAME: lambda: gettext("你的访客到了：%(guest)s"),
}


def _subject(guest: BookingGuest, news: GuestNews) -> str:
    booked = guest.reservation
    space = guest.told_space if news is GuestNews.OFF and guest.told_space else booked.space
    place = one_line(local_name(space.name, space.name_en))
    return SUBJECTS[news]() % {"host": booked.member.name, "place": place, "guest": guest.called}


def _entry(guest: BookingGuest, news: GuestNews, now: datetime) -> LetterFile:
    reader = EntryReader(guest.mailbox, guest.called, is_guest=True, has_page=guest.member is not None)
    return invitation_for(reader, guest.reservation, now, gone=news is GuestNews.OFF)
