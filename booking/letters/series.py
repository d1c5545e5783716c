"""Letters on a series that was begun, changed, cancelled, or got other guests: one for one act.

What an act did to each booking stands in it, as it was and as it is, with an entry for the calendar.
"""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import object_session

from booking.audit.actions import Action
from booking.charges.series import SeriesCosts, costs_of
from booking.language import gettext, local_name
from booking.letters.calendar_entry import along_of
from booking.letters.invitations import files_for_host, published_file
from booking.letters.render import render
from booking.letters.reservations import fees_of
from booking.letters.told_prices import MOVES
from booking.mail.outbox import LetterFile, LetterText
from booking.reservations.models import OPEN_STATES, ReservationChange
from booking.reservations.series.tell_series import SeriesNews
from booking.spaces.models import Space
from booking.values import Money, Span
from booking.values.reading import one_line

BEGUN = "begun"


def series_begun(news: SeriesNews) -> LetterText:
    """Tell what was booked of it, and how many are only wished for; all entries in one file, to be added."""
    series, made = news.series, news.reservations
    return _on_series(
        news,
        BEGUN,
        lambda name: gettext("重复预订：%(name)s", name=name),
        lambda: (published_file(f"series-{series.id}.ics", made, series.created_at),),
    )


def series_changed(news: SeriesNews) -> LetterText:
    """Tell what it is now, what it was before, and who comes along where that was changed.

    Where it got another rule: what that was before, what was given back for it, and what is new.
    """
    guests = {one.action for one in news.steps} == {Action.RESERVATION_GUESTS_NAMED}
    words = {
        True: lambda name: gettext("重复预订的同行人有变动：%(name)s", name=name),
        False: lambda name: gettext("重复预订已更改：%(name)s", name=name),
    }
    return _on_series(news, "changed", words[guests], lambda: _files(news))


def series_cancelled(news: SeriesNews) -> LetterText:
    """Tell what was given back, and what is left of it."""
    return _on_series(
        news,
        "cancelled",
        lambda name: gettext("重复预订已取消：%(name)s", name=name),
        lambda: _files(news),
    )


def _on_series(
    news: SeriesNews, act: str, subject: Callable[[str], str], files: Callable[[], tuple[LetterFile, ...]]
) -> LetterText:
    """Write to who made it what was done, and what there is of it now."""
    series, named = news.series, _touched(news, Action.RESERVATION_GUESTS_NAMED)
    coming = [one for one in news.reservations if one.state in OPEN_STATES]
    gone = _touched(news, Action.RESERVATION_CANCELLED)
    along = along_of(coming) if named or act == BEGUN else {}
    session = object_session(series)
    costs = costs_of(session, series, coming) if session and coming else SeriesCosts([], in_turn=False)
    names = list(dict.fromkeys(guest.called for one in coming for guest in along.get(one.id, ())))
    return render(
        series.space.park,
        series.member.language,
        "series",
        lambda: subject(one_line(local_name(series.space.name, series.space.name_en))),
        files=files,
        act=act,
        series=series,
        coming=coming,
        gone=[one for one in news.touched if one.id in gone],
        new=_touched(news, Action.RESERVATION_MADE).keys() - _before(news).keys() if news.left_over else (),
        was=news.left_over.before if news.left_over else None,
        before=_before(news),
        stayed=news.stayed,
        named=bool(named or names),
        along=names,
        wished=news.wished,
        over=news.over,
        later=news.later,
        doubtful=news.doubtful,
        years=news.years,
        fees=Money.total(fees_of([one for one in news.touched if one.id in gone]).values()),
        costs=costs,
        reader=series.member,
    )


def _touched(news: SeriesNews, *actions: Action) -> dict[int, ReservationChange]:
    """Give the first of these steps of each booking that was part of the act, by its id."""
    steps: Sequence[ReservationChange] = [one for one in news.steps if one.action in actions]
    return {one.reservation_id: one for one in reversed(steps)}


def _before(news: SeriesNews) -> dict[int, tuple[Space | None, Span]]:
    """Give where and when each was that was moved, on the same day, by its id."""
    moved = _touched(news, *MOVES).items()
    return {
        key: (one.old_space, Span(one.old_starts_at, one.old_ends_at))
        for key, one in moved
        if one.old_starts_at and one.old_ends_at
    }


def _files(news: SeriesNews) -> tuple[LetterFile, ...]:
    """Give a file for each booking that the act touched, which updates the entry of that alone."""
    at = {one.reservation_id: one.at for one in news.steps}
    return files_for_host(news.series.member, [(one, at[one.id]) for one in news.touched if one.id in at])
