"""What is still undecided where a month is signed, each with the way to it; signing stays possible."""

from collections.abc import Iterator

from flask import url_for

from booking import clock
from booking.blueprints.kit.labels.reservations import way_to
from booking.blueprints.kit.session import my_park
from booking.blueprints.savings.checking import waiting_for_me
from booking.charges.queries import count_open_disputes
from booking.db import db
from booking.language import gettext, ngettext
from booking.needs.queries import matters_of_month
from booking.values.month import Month


def left_undecided(month: Month, matters: int | None = None) -> list[tuple[str, str]]:
    """Word each with its address: `matters` (counted here where that is not known), baselines, disputes."""
    if matters is None:
        matters = len(matters_of_month(db.session(), my_park(), month, clock.now()).to_decide)
    return list(_left(month, matters))


def _left(month: Month, matters: int) -> Iterator[tuple[str, str]]:
    if matters:
        said = ngettext("%(num)s 件议题未定", "%(num)s 件议题未定", matters)
        yield said, url_for("month.agenda", month=month)
    if baselines := waiting_for_me():
        yield ngettext("%(num)s 份基线待核", "%(num)s 份基线待核", baselines), url_for("savings.pending")
    if disputes := disputes_left(month):
        said = ngettext("%(num)s 条计费异议未答", "%(num)s 条计费异议未答", disputes)
        shared = url_for("report.why", month=month, figure="shared")
        yield said, way_to("disputes.index") or shared


def disputes_left(month: Month) -> int:
    """Count the questions about lines of a month and of those before it that nobody has answered."""
    return count_open_disputes(db.session(), my_park().id, month)


def disputes_note(month: Month) -> list[str]:
    """Say that lines in question are in no bill yet; nothing where there are none."""
    count = disputes_left(month)
    said = gettext(
        "到这个月为止，还没有答复的计费异议：%(count)s 条。有争议的明细答复以后才计入账单。", count=count
    )
    return [said] if count else []
