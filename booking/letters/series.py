"""Letters about series: begun, changed, cancelled; one for one act, with all its entries for the calendar."""

from collections.abc import Callable, Sequence

from booking.language import gettext, local_name
from booking.letters.calendar_entry import along_of, reservations_file
from booking.letters.render import render
from booking.mail.outbox import LetterText
from booking.reservations.models import OPEN_STATES, Reservation
from booking.reservations.series.models import Series
from booking.values.one_line import one_line


def _on(
    series: Series, reservations: Sequence[Reservation], wished: int, subject: Callable[[str], str]
) -> LetterText:
    """Write to who made it what there is of it now."""
    return render(
        series.space.park,
        series.member.language,
        "series",
        lambda: subject(one_line(local_name(series.space.name, series.space.name_en))),
        files=lambda: (
            reservations_file(f"series-{series.id}.ics", reservations, along=along_of(reservations)),
        ),
        series=series,
        coming=[one for one in reservations if one.state in OPEN_STATES],
        wished=wished,
        reader=series.member,
    )


def begun(series: Series, reservations: Sequence[Reservation], wished: int) -> LetterText:
    """Tell what was booked of it, and how many are only wished for."""
    return _on(series, reservations, wished, lambda name: gettext("重复预订：%(name)s", name=name))


def changed(series: Series, reservations: Sequence[Reservation], wished: int) -> LetterText:
    """Tell what it is now."""
    return _on(series, reservations, wished, lambda name: gettext("重复预订已更改：%(name)s", name=name))


def cancelled(series: Series, reservations: Sequence[Reservation], wished: int) -> LetterText:
    """Tell what is left of it."""
    return _on(series, reservations, wished, lambda name: gettext("重复预订已取消：%(name)s", name=name))
