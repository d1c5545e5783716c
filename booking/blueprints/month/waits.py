"""What waits for the reader: on the branch's home each with its count, one tap away."""

from collections.abc import Iterator, Sequence

from flask import url_for

from booking import clock
from booking.blueprints.cycle.calls import whom_to_call
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.language import ngettext
from booking.needs.work_queries import Stage, waiting_in

Waiting = tuple[str, str]


def what_waits(undecided: Sequence[Waiting]) -> list[Waiting]:
    """Word each with its address: what is undecided in a month, needs that are late, whom to call on."""
    return [*undecided, *_at_all_times()]


def _at_all_times() -> Iterator[Waiting]:
    if late := waiting_in(db.session(), my_park().id, clock.now()).overdue:
        said = ngettext("%(num)s 件诉求逾期", "%(num)s 件诉求逾期", late)
        yield said, url_for("needs.index", stage=Stage.OVERDUE.value)
    if calls := len(whom_to_call()):
        yield ngettext("%(num)s 家要走访", "%(num)s 家要走访", calls), url_for("cycle.calls")
