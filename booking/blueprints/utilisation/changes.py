"""Off-peak and extended use before and after a price or an opening rule changed, and who gained how much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from flask import render_template, request, url_for
from sqlalchemy import select

from booking import clock
from booking.audit.actions import Action
from booking.audit.models import AuditEntry
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.converters import day_or_none
from booking.blueprints.kit.filters import duration, full_day, money, percent
from booking.blueprints.kit.labels.spaces import kind_name, kind_or
from booking.blueprints.kit.labels.utilisation import knowing, not_told_label, or_dash
from booking.blueprints.kit.session import me, my_park
from booking.blueprints.utilisation.filter import blueprint
from booking.charges.queries import Gain, gains
from booking.db import db
from booking.language import gettext
from booking.people.models import Role
from booking.savings.disclosure import tellable
from booking.savings.standings import named_since, standings_of
from booking.savings.visible_month import rounded_money
from booking.spaces.models import Kind
from booking.tariffs.queries import tariff_versions
from booking.usage.measuring.heat_map import Places, places_used
from booking.usage.measuring.measure_days import first_measured, yesterday
from booking.usage.telling import span_told, unnamed_uses
from booking.usage.utilisation import Told, Utilisation, roughly
from booking.values import Money, Month, Share, local_day


@dataclass(frozen=True, slots=True)
class DatedChange:
    """A price or an opening rule that changed on a day, for a kind."""

    on: date
    kind: Kind
    what: str

    @property
    def title(self) -> str:
        """Say when, of what and what."""
        facts = {"day": full_day(self.on), "kind": kind_name(self.kind), "what": self.what}
        return gettext("%(day)s，%(kind)s：%(what)s", **facts)

    @property
    def url(self) -> str:
        """Give the address of its comparison."""
        return url_for("utilisation.changes", on=self.on.isoformat(), kind=self.kind.value)


class Compared(NamedTuple):
    """A figure before and after, and how it moved."""

    label: str
    before: str
    after: str
    moved: str


ONE_DAY = timedelta(days=1)


@blueprint.get("/changes")
@allow(*STAFF)
def changes() -> str:
    """Compare as many days before a change as after it."""
    found, until = _changes(), yesterday(my_park(), clock.now())
    on, kind = day_or_none(request.args.get("on")), kind_or(request.args.get("kind"), Kind.WORKSTATION)
    chosen = next((one for one in found if (one.on, one.kind) == (on, kind)), found[0] if found else None)
    if chosen is None:
        return render_template("utilisation/changes.html", chosen=None, found=())
    days = _days(chosen, until)
    before = _use(chosen.kind, chosen.on - days * ONE_DAY, chosen.on - ONE_DAY)
    last = chosen.on + (days - 1) * ONE_DAY
    after = _use(chosen.kind, chosen.on, last)
    listed = gains(db.session(), my_park().id, chosen.kind, chosen.on, last)
    return render_template(
        "utilisation/changes.html",
        chosen=chosen,
        found=[(full_day(one.on), kind_name(one.kind), one.what, one.url, one is chosen) for one in found],
        title=chosen.title,
        days=days,
        rows=_compared(before, after),
        gains=_told(listed, chosen.on, last, with_group=not _overlaps(chosen, found)),
    )


SHORTEST = 7


def _changes() -> list[DatedChange]:
    """List what changed since the park is measured, with days enough on both sides, the newest first."""
    session, park = db.session(), my_park()
    first, last = first_measured(session, park.id), yesterday(park, clock.now())
    if first is None:
        return []
    prices = [
        DatedChange(one.valid_from, one.kind, gettext("价目“%(name)s”开始", name=one.name))
        for one in tariff_versions(session, park.id)
        if one.space_id is None and one.withdrawn_on is None and one.kind is not Kind.STORAGE
    ]
    found = [one for one in [*prices, *_rules()] if (one.on - first).days >= SHORTEST]
    return sorted(
        (one for one in found if (last - one.on).days + 1 >= SHORTEST),
        key=lambda one: (one.on, one.kind),
        reverse=True,
    )


def _rules() -> list[DatedChange]:
    """List when the opening rule of a kind was set, as the trail has it."""
    rows = db.session().execute(
        select(AuditEntry.at, AuditEntry.after)
        .where(
            AuditEntry.park_id == my_park().id,
            AuditEntry.action == Action.RULE_SET,
            AuditEntry.before.is_not(None),
        )
        .order_by(AuditEntry.at)
    )
    found = {
        (local_day(at, my_park().zone), Kind(after["kind"])): DatedChange(
            local_day(at, my_park().zone), Kind(after["kind"]), gettext("开放规则更改")
        )
        for at, after in rows
        if after and after.get("space_id") is None and after.get("kind") in set(Kind)
    }
    return list(found.values())


LONGEST = 91  # days compared on each side


def _overlaps(change: DatedChange, found: Sequence[DatedChange]) -> bool:
    """Tell whether days after another change of the kind can be among those compared after this one."""
    others = [one for one in found if one.kind is change.kind and one.on != change.on]
    return any(abs((one.on - change.on).days) < LONGEST for one in others)


def _days(change: DatedChange, until: date) -> int:
    first = first_measured(db.session(), my_park().id) or change.on
    return min(LONGEST, (until - change.on).days + 1, (change.on - first).days)


def _use(kind: Kind, first: date, last: date) -> Utilisation:
    """Tell it of days that can be taken from whole months: nothing of unnamed ones exactly."""
    session, places, known = db.session(), Places(my_park().id, first, last, kind), knowing()
    use = sum((row.use for row in places_used(session, places)), Utilisation())
    if known is None:
        return use
    told, bands = span_told(unnamed_uses(session, known, first, last), kind, known)
    return replace(use, told=told, bands_told=bands)


def _compared(before: Utilisation, after: Utilisation) -> list[Compared]:
    if Told.EXACT is max(before.told, after.told):
        return [*_shares_compared(before, after), *_minutes_compared(before, after)]
    return list(_shares_told(before, after))


def _shares_compared(before: Utilisation, after: Utilisation) -> Iterator[Compared]:
    for label, one, two in (
        (gettext("利用率"), before.share, after.share),
        (gettext("错时占比"), before.off_peak_share, after.off_peak_share),
        (gettext("延时占比"), before.extended_share, after.extended_share),
    ):
        yield Compared(label, or_dash(one), or_dash(two), _points(one, two))


def _minutes_compared(before: Utilisation, after: Utilisation) -> Iterator[Compared]:
    for label, one, two in (
        (gettext("使用"), before.used, after.used),
        (gettext("错时使用"), before.off_peak, after.off_peak),
        (gettext("延时使用"), before.extended, after.extended),
    ):
        yield Compared(label, duration(one), duration(two), _more(one, two))


def _shares_told(before: Utilisation, after: Utilisation) -> Iterator[Compared]:
    """Compare in whole per cents where unnamed ones used the kind, and not where few did."""
    if Told.HIDDEN is max(before.told, after.told):
        yield Compared(gettext("利用率"), "–", not_told_label(), "–")
    else:
        yield _about(gettext("利用率"), roughly(before.used, before.open), roughly(after.used, after.open))
    for label, band in ((gettext("错时占比"), "off_peak"), (gettext("延时占比"), "extended")):
        if Told.HIDDEN in {getattr(use.bands_told, band) for use in (before, after)}:
            yield Compared(label, "–", not_told_label(), "–")
        else:
            one, two = (roughly(getattr(use, band), use.used) for use in (before, after))
            yield _about(label, one, two)


def _about(label: str, before: Fraction | None, after: Fraction | None) -> Compared:
    one, two = ("–" if share is None else percent(Share(share, exact=False)) for share in (before, after))
    if before is None or after is None:
        return Compared(label, one, two, "–")
    points = gettext("%(points)s 个百分点", points=f"{float(100 * (after - before)):+.0f}".replace("-", "−"))
    return Compared(label, one, two, gettext("约 %(amount)s", amount=points))


def _points(before: float | None, after: float | None) -> str:
    """Say by how many percentage points a share moved."""
    if before is None or after is None:
        return "–"
    return gettext(
        "%(sign)s%(points)s 个百分点",
        sign="+" if after >= before else "−",
        points=f"{100 * abs(after - before):.1f}",
    )


def _more(before: int, after: int) -> str:
    """Say by what share minutes grew."""
    if not before:
        return "–"
    return ("+" if after >= before else "−") + percent(abs(after - before) / before)


class GainsTold(NamedTuple):
    """Who gained how much, as far as the reader may know."""

    rows: Sequence[tuple[str, str, Money]]
    group: tuple[int, str] | None  # how many unnamed ones, and what they gained together, rounded
    left_out: int


def _told(listed: Sequence[Gain], first: date, last: date, *, with_group: bool) -> GainsTold:
    """Name everybody to the administrator; to the branch as the savings do, in groups settled by the quarter.

    What all used together is told exactly on the page of utilisation, so that who is left out counts, too.
    Two spans that overlap can be taken from each other, so `with_group` is for days that no other page has.
    """
    if me().role is Role.ADMIN:
        return GainsTold([_row(one) for one in listed], None, 0)
    standings, zone = standings_of(db.session(), my_park().id), my_park().zone
    firms = [one.enterprise for one in listed]
    named = named_since(db.session(), my_park(), first) & {one.id for one in firms}
    may_tell = tellable(
        about=frozenset(one.id for one in firms),
        named=named,
        known=named | {one.id for one in firms if one.naming_withdrawn_at is not None},
        groups=[
            standings.of(month).group
            for month in Month.containing(first, zone).through(Month.containing(last, zone))
            if with_group
        ],
    )
    rows = [_row(one) for one in listed if one.enterprise.id in may_tell.named]
    grouped = [one.gained for one in listed if one.enterprise.id in may_tell.group]
    together = (len(grouped), _rounded(Money.total(grouped))) if grouped else None
    return GainsTold(rows, together, len(listed) - len(rows) - len(grouped))


def _rounded(gained: Money) -> str:
    told = rounded_money(gained)
    return gettext("约 %(money)s", money=money(told)) if told else gettext("不足 1,000 元")


def _row(gain: Gain) -> tuple[str, str, Money]:
    return gain.enterprise.short_name, duration(gain.minutes), gain.gained
