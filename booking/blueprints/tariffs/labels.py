"""A tariff's figures in words, and what a new version changes."""

from collections.abc import Iterator
from dataclasses import dataclass

from booking.blueprints.kit.filters import duration, money
from booking.blueprints.kit.labels.people import size_name
from booking.blueprints.kit.labels.prices import days_name, factor_text, per, permille_text
from booking.blueprints.kit.labels.spaces import kind_name
from booking.language import gettext
from booking.spaces.models import Kind, Space
from booking.tariffs.snapshot import TariffSnapshot
from booking.tariffs.terms import Band
from booking.values.writing import minute_clock


def scope_name(kind: Kind, space: Space | None) -> str:
    """Name what versions are for: the space, or the whole kind."""
    return f"{space.code} {space.name}" if space else kind_name(kind)


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


def facts_of(snapshot: TariffSnapshot) -> list[Fact]:
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
    old = {fact.label: fact.lines for fact in facts_of(before)}
    return [
        _change(fact.label, old.get(fact.label, ()), fact.lines)
        for fact in facts_of(after)
        if old.get(fact.label) != fact.lines
    ]


def _change(label: str, before: tuple[str, ...], after: tuple[str, ...]) -> Change:
    """Leave out the lines that stay."""
    gone = tuple(line for line in before if line not in after)
    come = tuple(line for line in after if line not in before)
    return Change(label, gone, come)
