"""Who is in no figure of a month: by name where that may be told, else counted, each with its way on."""

from collections.abc import Iterator

from flask import url_for

from booking import clock
from booking.blueprints.kit.labels.reservations import way_to
from booking.blueprints.kit.session import my_park
from booking.blueprints.kit.why import FigurePart
from booking.db import db
from booking.language import gettext
from booking.savings.models import BaselineState
from booking.savings.queries import MissingBaseline, missing_baselines
from booking.savings.standings import shown_enterprises
from booking.savings.visible_month import VisibleMonth
from booking.values.chinese_order import in_chinese_order


def not_counted(shown: VisibleMonth) -> list[FigurePart]:
    """Give the enterprises in no figure, those without a baseline apart from those whose waits."""
    return [*_without_baseline(shown), *_too_few(shown)]


def _without_baseline(shown: VisibleMonth) -> Iterator[FigurePart]:
    if not shown.without_baseline:
        return
    session, park = db.session(), my_park()
    until = shown.signing.at if shown.signing else clock.now()
    missing = missing_baselines(session, park.id, shown.month, until=until)[: shown.without_baseline]
    named = shown_enterprises(session, park.id)
    told = [one for one in missing if one.enterprise.id in named]
    for one in in_chinese_order(told, lambda one: one.enterprise.short_name):
        yield _named(one)
    hidden = [one for one in missing if one.enterprise.id not in named]
    waiting = sum(one.waiting is not None for one in hidden)
    unknown = shown.without_baseline - len(told) - waiting  # a signed month keeps its count
    yield from _counted(unknown, gettext("没有基线"))
    yield from _counted(waiting, gettext("待核"))


def _named(one: MissingBaseline) -> FigurePart:
    label = gettext("不在数内：%(name)s", name=one.enterprise.short_name)
    if one.waiting is not None:
        readable = one.waiting.state in {BaselineState.PENDING, BaselineState.CHECKED}
        url = url_for("savings.check", baseline_id=one.waiting.id) if readable else ""
        how = gettext("基线已申报，核对以后才计入")
        return FigurePart(label, gettext("待核"), how, url=url, paper=gettext("核对基线"))
    how = gettext("没有为这个月申报原租赁基线")
    theirs = way_to("savings.of_enterprise", enterprise_id=one.enterprise.id)
    if theirs:
        return FigurePart(label, gettext("没有基线"), how, url=theirs, paper=gettext("看这家"))
    return FigurePart(
        label, gettext("没有基线"), how, url=url_for("needs.visits", all=1), paper=gettext("走访")
    )


def _counted(count: int, why: str) -> Iterator[FigurePart]:
    if count:
        label = gettext("不在数内：未具名企业，%(why)s", why=why)
        yield FigurePart(label, gettext("%(count)s 家", count=count), gettext("没有同意具名，不列名"))


def _too_few(shown: VisibleMonth) -> Iterator[FigurePart]:
    if shown.left_out:
        yield FigurePart(
            gettext("不在数内：未具名"),
            gettext("%(count)s 家", count=shown.left_out),
            gettext("不足三家，或待下个季度才能合为一组；不列名，没有可以打开的凭证"),
        )
