"""The list of all versions, and one version: its figures and changes in words, examples, withdrawing it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.filters import duration, full_day, money
from booking.blueprints.kit.forms.validators import CONFLICT, UNPROCESSABLE
from booking.blueprints.kit.labels.people import size_name
from booking.blueprints.kit.labels.prices import days_name, factor_text, per, permille_text
from booking.blueprints.kit.labels.spaces import kind_name, space_label
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside
from booking.blueprints.tariffs.drafting import WithdrawalForm, worked
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.people.models import Role
from booking.spaces.models import Kind, Space
from booking.tariffs.in_force import TariffSnapshot, snapshot_of
from booking.tariffs.publish_tariff import withdraw_tariff
from booking.tariffs.queries import spaces_to_price, tariff_versions
from booking.tariffs.terms import Band
from booking.values import Refusal, local_day
from booking.values.writing import minute_clock

blueprint = Blueprint("tariffs", __name__, url_prefix="/tariffs")


def scope_name(kind: Kind, space: Space | None) -> str:
    """Name what versions are for: the space, or the whole kind."""
    return space_label(space) if space else kind_name(kind)


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of a version, in words; a list of bands has a line each."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a version does differently from the one before."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def version_facts(snapshot: TariffSnapshot) -> list[Fact]:
    """Say every figure that matters for the kind."""
    return [Fact(label, tuple(lines)) for label, lines in _facts(snapshot)]


def _facts(snapshot: TariffSnapshot) -> Iterator[tuple[str, list[str]]]:
    yield gettext("单价"), [gettext("%(money)s %(per)s", money=money(snapshot.rate), per=per(snapshot.basis))]
    if snapshot.metered:
        yield from _metered_facts(snapshot)
    yield gettext("未到收取"), [_share(snapshot.no_show_permille)]
    yield gettext("迟取消收取"), [_late(snapshot)]
    yield gettext("增值税"), [f"{permille_text(snapshot.vat_permille)} · {snapshot.vat_source}"]


def _metered_facts(snapshot: TariffSnapshot) -> Iterator[tuple[str, list[str]]]:
    yield (
        gettext("计费步长和最短"),
        [
            gettext(
                "按 %(step)s计，最短 %(least)s",
                step=duration(snapshot.increment_minutes),
                least=duration(snapshot.minimum_minutes),
            )
        ],
    )
    cap = snapshot.daily_cap
    yield gettext("每日封顶"), [gettext("不封顶") if cap is None else money(cap)]
    yield gettext("时段"), [_band(band) for band in snapshot.bands] or [gettext("全天同价")]
    yield (
        gettext("每月免费额度"),
        [
            gettext("%(size)s %(free)s", size=size_name(size), free=duration(free))
            for size, free in snapshot.allowances.items()
            if free
        ]
        or [gettext("无")],
    )


def _band(band: Band) -> str:
    return gettext(
        "%(name)s：%(days)s %(start)s–%(end)s %(factor)s",
        name=band.name,
        days=days_name(band.days),
        start=minute_clock(band.from_minute),
        end=minute_clock(band.to_minute),
        factor=factor_text(band.factor),
    )


def _share(permille: int) -> str:
    if not permille:
        return str(gettext("不收"))
    return str(gettext("预订报价的 %(share)s", share=permille_text(permille)))


def _late(snapshot: TariffSnapshot) -> str:
    if not snapshot.late_cancel_permille:
        return str(gettext("不收"))
    return gettext(
        "开始前 %(limit)s内取消，预订报价的 %(share)s",
        limit=duration(snapshot.late_cancel_minutes),
        share=permille_text(snapshot.late_cancel_permille),
    )


def changes(before: TariffSnapshot, after: TariffSnapshot) -> list[Change]:
    """Say what changed, figure by figure; a figure that only one of the two has counts as changed."""
    old = {fact.label: fact.lines for fact in version_facts(before)}
    return [
        _change(fact.label, old.get(fact.label, ()), fact.lines)
        for fact in version_facts(after)
        if old.get(fact.label) != fact.lines
    ]


def _change(label: str, before: tuple[str, ...], after: tuple[str, ...]) -> Change:
    """Leave out the lines that stay."""
    gone = tuple(line for line in before if line not in after)
    come = tuple(line for line in after if line not in before)
    return Change(label, gone, come)


@dataclass(frozen=True, slots=True)
class Version:
    """One version in the list: `until` is the day from which the next one holds."""

    snapshot: TariffSnapshot
    facts: list[Fact]
    changes: list[Change]
    until: date | None
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True)
class TariffScope:
    """All versions of one kind, or of one space."""

    kind: Kind
    space: Space | None
    current: Version | None
    upcoming: list[Version]
    past: list[Version]
    withdrawn: list[Version]

    def __iter__(self) -> Iterator[Version]:
        """Go through all versions: what comes, what holds, what was, what was withdrawn."""
        yield from self.upcoming
        if self.current:
            yield self.current
        yield from self.past
        yield from self.withdrawn

    @property
    def title(self) -> str:
        """What its versions are for."""
        return scope_name(self.kind, self.space)


@blueprint.get("")
@allow(Role.ADMIN)
def index() -> str:
    """Show by kind what holds now, what comes, and what was."""
    spaces = spaces_to_price(db.session(), my_park().id)
    return render_template(
        "tariffs/index.html", scopes=_all_scopes(spaces), spaces=spaces, kind_name=kind_name
    )


@blueprint.get("/<int:tariff_id>")
@allow(Role.ADMIN)
def show(tariff_id: int) -> str:
    """Show one version with what it changed and its worked examples."""
    scope, version = version_or_404(tariff_id)
    return version_page(scope, version, WithdrawalForm(formdata=None))


def version_page(scope: TariffScope, version: Version, form: WithdrawalForm) -> str:
    """Draw one version; the form is that of withdrawing it, while it has not begun."""
    return render_template(
        "tariffs/show.html", scope=scope, version=version, example=worked(version.snapshot), problems=[],
        form=form, may_withdraw=version in scope.upcoming,
    )  # fmt: skip


def version_or_404(tariff_id: int) -> tuple[TariffScope, Version]:
    """Give a version of the park, and what it is for; any other is not found."""
    scopes = _all_scopes(spaces_to_price(db.session(), my_park().id))
    found = [(scope, one) for scope in scopes for one in scope if one.snapshot.tariff_id == tariff_id]
    return found[0] if found else abort(404)


def _all_scopes(spaces: Sequence[Space]) -> list[TariffScope]:
    park = my_park()
    rows = tariff_versions(db.session(), park.id)
    today = local_day(clock.now(), park.zone)
    scopes = _scopes([snapshot_of(row) for row in rows if row.withdrawn_on is None], spaces, today)
    gone = [(snapshot_of(row), row.withdrawn_on) for row in rows if row.withdrawn_on is not None]
    return [_with_withdrawn(scope, gone) for scope in scopes]


def _with_withdrawn(scope: TariffScope, gone: Sequence[tuple[TariffSnapshot, date]]) -> TariffScope:
    """Put the versions that were withdrawn at the end of those for the same."""
    space_id = scope.space.id if scope.space else None
    mine = [
        Version(snapshot, version_facts(snapshot), [], None, withdrawn_on)
        for snapshot, withdrawn_on in gone
        if (snapshot.kind, snapshot.space_id) == (scope.kind, space_id)
    ]
    return replace(scope, withdrawn=mine)


def _scopes(versions: Sequence[TariffSnapshot], spaces: Iterable[Space], today: date) -> list[TariffScope]:
    """Group newest-first versions: each kind, then the spaces of the kind with their own."""
    by_id = {space.id: space for space in spaces}
    scopes = []
    for kind in Kind:
        of_kind = [version for version in versions if version.kind is kind]
        scopes.append(_scope(kind, None, [one for one in of_kind if one.space_id is None], today))
        own = dict.fromkeys(one.space_id for one in of_kind if one.space_id is not None)
        scopes += [
            _scope(kind, by_id[space_id], [one for one in of_kind if one.space_id == space_id], today)
            for space_id in own
            if space_id in by_id
        ]
    return scopes


def _scope(
    kind: Kind, space: Space | None, newest_first: Sequence[TariffSnapshot], today: date
) -> TariffScope:
    followers = [None, *newest_first]
    elders = [*newest_first[1:], None]
    versions = [
        Version(
            snapshot=one,
            facts=version_facts(one),
            changes=changes(elder, one) if elder else [],
            until=follower.valid_from if follower else None,
        )
        for one, elder, follower in zip(newest_first, elders, followers, strict=False)
    ]
    begun = [version for version in versions if version.snapshot.valid_from <= today]
    return TariffScope(
        kind=kind,
        space=space,
        current=begun[0] if begun else None,
        upcoming=[version for version in versions if version.snapshot.valid_from > today],
        past=begun[1:],
        withdrawn=[],
    )


@blueprint.post("/<int:tariff_id>/withdrawal")
@allow(Role.ADMIN)
@takes(_("撤回价目"), WithdrawalForm)
def withdraw(tariff_id: int) -> ResponseReturnValue:
    """Let the version never hold; the one before it goes on."""
    (scope, version), form = version_or_404(tariff_id), WithdrawalForm()
    if not form.validate_on_submit():
        return version_page(scope, version, form), UNPROCESSABLE
    reason = (form.reason.data or "").strip()
    try:
        with transaction() as session:
            withdraw_tariff(session, my_park(), tariff_id, reason, by=actor(), now=clock.now())
    except Refusal as refusal:
        put_beside(form, refusal)
        return version_page(scope, version, form), CONFLICT
    flash(gettext("已撤回原定 %(day)s 起的价目。", day=full_day(version.snapshot.valid_from)), "success")
    return redirect(url_for("tariffs.index"))
