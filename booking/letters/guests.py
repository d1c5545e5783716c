"""Letters to who is asked along to a booking, with an entry for the calendar, and on who has come."""

from collections.abc import Callable, Sequence
from datetime import datetime

from booking.language import gettext, local_name
from booking.letters.invitations import EntryReader, invitation_for, invitations_for
from booking.letters.render import render
from booking.mail.outbox import LetterFile, LetterText
from booking.reservations.guests.tell_guests import GuestNews, ToldGuest
from booking.values.one_line import one_line
from booking.values.plain_name import holds_address


def told(all_news: Sequence[ToldGuest], now: datetime) -> LetterText:
    """Tell a colleague or a guest what there is to know, or the host that a guest has come.

    Of a series one letter tells of all of it. A guest has no account and no language of their own: they are
    written to in their host's. What the host typed as purpose goes to strangers without whatever they could
    open.
    """
    (guest, news), *others = all_news
    booked, member = guest.reservation, guest.member
    reader = booked.member if member is None or news is GuestNews.CAME else member
    return render(
        booked.space.park,
        reader.language,
        "guest_came" if news is GuestNews.CAME else "guest_series" if others else "guest",
        lambda: _subject(all_news),
        files=lambda: () if news is GuestNews.CAME else (_entries(all_news, now),),
        guest=guest,
        news=_of_all(all_news).name.lower(),
        all_news=[(one, what.name.lower()) for one, what in all_news],
        booked=booked,
        purpose="" if member is None and holds_address(booked.purpose) else booked.purpose,
    )


def _of_all(all_news: Sequence[ToldGuest]) -> GuestNews:
    """Give what is told of all of them; of several that something changed."""
    first, *others = {one.news for one in all_news}
    return GuestNews.MOVED if others else first


SUBJECTS: dict[GuestNews, Callable[[], str]] = {
    GuestNews.ASKED: lambda: gettext("%(host)s邀请你：%(place)s"),
    GuestNews.MOVED: lambda: gettext("时间或地点有变：%(place)s"),
    GuestNews.OFF: lambda: gettext("不用来了：%(place)s"),
    GuestNews.CAME: lambda: gettext("你的访客到了：%(guest)s"),
}


def _subject(all_news: Sequence[ToldGuest]) -> str:
    (guest, _), *others = all_news
    news = _of_all(all_news)
    booked = guest.reservation
    space = guest.told_space if news is GuestNews.OFF and guest.told_space else booked.space
    place = one_line(local_name(space.name, space.name_en))
    if others:
        place = gettext("%(place)s（%(count)s 次）", place=place, count=len(all_news))
    return SUBJECTS[news]() % {"host": booked.member.name, "place": place, "guest": guest.called}


def _entries(all_news: Sequence[ToldGuest], now: datetime) -> LetterFile:
    """Give the entry, or those of a series in one file."""
    (guest, news), *others = all_news
    reader = EntryReader(guest.mailbox, guest.called, is_guest=True, has_page=guest.member is not None)
    if not others:
        return invitation_for(reader, guest.reservation, now, gone=news is GuestNews.OFF)
    entries = [(one.reservation, what is GuestNews.OFF) for one, what in all_news]
    return invitations_for(f"series-{guest.reservation.series_id}.ics", reader, entries, now)
