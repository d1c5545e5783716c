"""What became of each version of a baseline, in words; and what a pending one would change."""

from collections.abc import Sequence
from dataclasses import dataclass

from booking import clock
from booking.blueprints.kit.filters import day
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.language import gettext
from booking.savings.checking.jumps import Jump
from booking.savings.models import Baseline, BaselineState
from booking.savings.preview import OwnChange, own_change_if_checked
from booking.savings.queries import jumps_waiting
from booking.savings.rules import version_in_force
from booking.values.month import Month


@dataclass(frozen=True, slots=True)
class VersionStanding:
    """Where a version stands: a word with its tone, and who decided when."""

    version: Baseline
    label: str
    tone: str
    note: str


def standings(versions: Sequence[Baseline]) -> list[VersionStanding]:
    """Say of each version where it stands."""
    return [VersionStanding(one, *_mark(one, versions), _note(one)) for one in versions]


def _mark(one: Baseline, versions: Sequence[Baseline]) -> tuple[str, str]:
    running = Month.of(clock.now(), my_park().zone)
    if one.state is BaselineState.PENDING:
        return gettext("待核"), "warning"
    if one.state is not BaselineState.CHECKED:
        return gettext("已退回"), "danger"
    if version_in_force(versions, running) is one:
        return gettext("在用"), "accent"
    first = Month.containing(one.valid_from, running.zone)
    if version_in_force(versions, first) is not one:
        return gettext("已被替换"), ""
    return (gettext("未开始"), "") if first > running else (gettext("以前"), "")


def _note(one: Baseline) -> str:
    """Say who decided, and with which reason; what the demo or an import wrote has nobody."""
    if one.decided_at is None:
        return gettext("%(day)s 申报", day=day(one.created_at))
    facts = {"day": day(one.decided_at), "who": one.decided_by.name if one.decided_by else ""}
    if one.state is BaselineState.SENT_BACK:
        return gettext("%(day)s %(who)s 退回：%(reason)s", reason=one.reason, **facts)
    return gettext("%(day)s %(who)s 核对", **facts).strip()


def pending_changes(versions: Sequence[Baseline]) -> list[tuple[Baseline, OwnChange, Sequence[Jump]]]:
    """Give what waits to be checked, each with what it would change for the enterprise, and what jumps."""
    session, park, now = db.session(), my_park(), clock.now()
    jumps = jumps_waiting(session, [one for one in versions if one.decided_at is None], park.zone)
    return [
        (one, own_change_if_checked(session, park, one, now=now), jumps[one.id])
        for one in versions
        if one.state is BaselineState.PENDING
    ]
