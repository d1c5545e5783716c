"""What a change of a series would come to, in words: what moves, stays, is new, is given back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from booking.blueprints.kit.filters import clock_span, comma_list, day, money
from booking.blueprints.kit.labels.prices import estimate_label, in_turn_label
from booking.blueprints.kit.session import actor, me, my_enterprise, my_park
from booking.blueprints.series.cancel import GoneLine, with_fees
from booking.blueprints.series.outlook import occurrence_line, price_each, seen_of
from booking.blueprints.series.seen import Seen, SeenOccurrence
from booking.blueprints.series.show import is_provisional
from booking.charges.pricing import Quote
from booking.charges.quote_each import quote_in_turn
from booking.charges.series import costs_of, late_cancel_fees
from booking.db import db
from booking.language import gettext, local_name
from booking.reservations.approval.agree import PricedChange, changes_judged
from booking.reservations.models import Reservation
from booking.reservations.move_or_cancel import who_is_asked
from booking.reservations.refusals import AsksForApproval, OutOfDate
from booking.reservations.series.change_series import SeriesChange, foresee_change, regular
from booking.reservations.series.foresee import Outlook, Prospect
from booking.reservations.series.foresee_rule import RuleChange, RuleOutlook, foresee_rule
from booking.reservations.series.instead import Elsewhere
from booking.reservations.series.models import Series
from booking.reservations.series.rules import planned_day
from booking.spaces.models import Space
from booking.values import Money, Refusal, Span, local_day


class ChangeLine(NamedTuple):
    """One occurrence of a series that would be changed, and what becomes of it in a word."""

    seen: SeenOccurrence
    mark: str
    tone: str = ""
    before: str = ""  # where or when it is now, where that changes


class ChangeSeen(NamedTuple):
    """The preview of a change."""

    sums: str  # how many move, stay, are new, are given back
    lines: Sequence[ChangeLine]
    button: str  # what is pressed; "" where nothing would come of it
    total: str = ""  # what all that moves or is new comes to, in its turn
    estimate: str = ""
    gone: Sequence[GoneLine] = ()
    fee: Money | None = None  # of all that; None where nothing can be given back
    notes: Sequence[str] = ()
    warnings: Sequence[str] = ()
    years: Sequence[int] = ()
    folds: bool = False
    elsewhere: Sequence[str] = ()  # what was chosen instead, to be sent along


Looked = Sequence[tuple[Reservation, Prospect, Quote | None]]


def check_version(series: Series, version: int | None) -> None:
    """Refuse to foresee what is another by now; raises OutOfDate."""
    if version != series.version:
        raise OutOfDate(series.version)


def look_at_hours(series: Series, there: SeriesChange, since: str, now: datetime) -> Looked:
    """Foresee the move of each to another hour or space; raises what is wrong with all."""
    session, space = db.session(), there.space
    rows = regular(session, series, since, now)
    found, opening = foresee_change(session, series, rows, there, now=now)
    if opening.needs_approval and space.id != series.space_id and rows:
        span = found[0].occurrence.span
        if span is not None:
            raise AsksForApproval(space.id, space.name, span)
    by_key = {one.recurrence_id or "": one for one in rows}
    return _if_alone(found, by_key, space, park_approves=opening.needs_approval)


def _if_alone(
    found: Sequence[Prospect], rows: Mapping[str, Reservation], space: Space, *, park_approves: bool
) -> Looked:
    """Judge whether the reader may move each there without anybody's leave, as the move itself does."""
    moves = [one for one in found if one.occurrence.key in rows]
    quotes = price_each(space, [one.occurrence for one in moves if one.refusal is None])
    changes = {
        key: PricedChange(rows[key], space, span, quotes[key].total)
        for key, span in ((one.occurrence.key, one.occurrence.span) for one in moves)
        if key in quotes and span is not None
    }
    judged = dict(zip(changes, changes_judged(db.session(), me().rights, [*changes.values()]), strict=True))
    seen: list[tuple[Reservation, Prospect, Quote | None]] = []
    for one in moves:
        key = one.occurrence.key
        row, quote = rows[key], quotes.get(key)
        try:
            if key in judged:
                there = (row, space, changes[key].span, judged[key])
                who_is_asked(*there, actor(), park_approves=park_approves)
        except Refusal as refusal:
            seen.append((row, one._replace(refusal=refusal), None))
        else:
            seen.append((row, one, quote))
    return seen


def hours_seen(space: Space, seen: Looked) -> ChangeSeen:
    """Word what would become of each at another hour or in another space."""
    alone = {one.occurrence.key: quote for _, one, quote in seen if quote is not None}
    turns = _in_turn(space, seen, alone) if alone else {}
    lines = [_moved(occurrence_line(one, turns.get(one.occurrence.key)), row, space) for row, one, _ in seen]
    count, estimate = len(turns), estimate_label(turns, alone)
    total = Money.total(quote.total for quote in turns.values())
    return ChangeSeen(
        sums_label(moves=count, stays=len(seen) - count),
        lines,
        gettext("更改这 %(count)s 次", count=count) if count else "",
        _total(total, estimate, also=False) if count else "",
        estimate,
        notes=[gettext("单独改过的那几次不动；新时间订不上的，留在原来的时间。")],
    )


def _in_turn(space: Space, seen: Looked, alone: Mapping[str, Quote]) -> dict[str, Quote]:
    """Price those that move one after the other: the month's free minutes come once."""
    spans = {one.occurrence.key: one.occurrence.span for _, one, _ in seen}
    places = {key: (space, span) for key, span in spans.items() if key in alone and span is not None}
    but = {row.id for row, _, quote in seen if quote is not None}
    return quote_in_turn(db.session(), my_park(), my_enterprise(), places, alone, but=but)


def _moved(line: SeenOccurrence, row: Reservation, space: Space) -> ChangeLine:
    line = line._replace(offers=(), also="", asks="", gone="")
    before = gettext("原来 %(when)s", when=_place_now(row, space))
    if line.price:
        return ChangeLine(line, gettext("更改"), before=before)
    return ChangeLine(line, gettext("不动"), "warning", before)


def _place_now(row: Reservation, space: Space) -> str:
    hours = clock_span(Span(row.starts_at, row.ends_at))
    if row.space_id == space.id:
        return hours
    return f"{local_name(row.space.name, row.space.name_en)} {hours}"


def look_at_rule(
    series: Series, change: RuleChange, now: datetime, chosen: Mapping[str, Elsewhere]
) -> ChangeSeen:
    """Foresee another rule, and word what would become of each; raises what is wrong with it."""
    session, space = db.session(), change.space
    found = foresee_rule(session, series, change, now=now)
    outlook = _judged_moves(found, space)
    new = {one.occurrence.key for one in found.new}
    of_new = {key: place for key, place in chosen.items() if key in new}
    moved = [found.moves[one.key].id for one in outlook.free if one.key in found.moves]
    seen = seen_of(space, outlook, series.people, now, of_new, *moved, *(one.id for one in found.gone))
    lines = [_rule_line(line, found, space) for line in seen.lines]
    lines += [_stays(one, series) for one in found.stays]
    gone = sorted(found.gone, key=lambda one: one.starts_at)
    fees = late_cancel_fees(session, my_park(), gone, now)
    counts = _counts(found, lines, gone)
    lines = sorted(lines, key=lambda one: one.seen.key)
    if not (counts["moves"] or counts["stays"] or counts["new"]):
        return _nothing_of_it(lines, seen)
    total, estimate = _sum_of_it(series, found, seen)
    return ChangeSeen(
        sums_label(**counts),
        lines,
        gettext("就这样改"),
        total,
        estimate,
        with_fees(series, gone, fees),
        Money.total(fees.values()),
        _notes(found, seen),
        _warnings(seen, gone),
        seen.years,
        seen.folds,
        seen.elsewhere,
    )


def _nothing_of_it(lines: Sequence[ChangeLine], seen: Seen) -> ChangeSeen:
    """Say why nothing would come of it: then nothing is given back either, nor waited for."""
    counts = [
        (seen.later - seen.doubtful, gettext("还没开放预订 %(count)s 次", count=seen.later - seen.doubtful)),
        (seen.kept, gettext("现在订不上 %(count)s 次", count=seen.kept)),
        (seen.closed + seen.doubtful, gettext("不开放 %(count)s 次", count=seen.closed + seen.doubtful)),
    ]
    why = comma_list(words for count, words in counts if count)
    notes = [gettext("按新规则：%(what)s。每一次的原因列在下面。", what=why)] if why else []
    lines = [one._replace(mark=gettext("还没开放")) if one.seen.later else one for one in lines]
    return ChangeSeen("", lines, "", notes=notes, years=seen.years, folds=seen.folds)


def _sum_of_it(series: Series, found: RuleOutlook, seen: Seen) -> tuple[str, str]:
    """Say what it comes to, and what that rests on: of what is new or moves, else of all that is left."""
    if seen.free:
        return _total(seen.total, seen.estimate, also=bool(found.stays)), seen.estimate
    left = [*found.stays, *found.moves.values()]
    costs = costs_of(db.session(), series, left, but={one.id for one in found.gone})
    estimate = in_turn_label() if costs.in_turn else ""
    return (_total(costs.total, estimate, also=False) if left else ""), estimate


def _total(total: Money, estimate: str, *, also: bool) -> str:
    """Say what all comes to, or, where there is more that stays, what that of it comes to that does not."""
    said = {"total": money(total)}
    if also:
        words = gettext("新订和更改的预计合计 %(total)s", **said)
        return words if estimate else gettext("新订和更改的合计 %(total)s", **said)
    return gettext("改后预计合计 %(total)s", **said) if estimate else gettext("改后合计 %(total)s", **said)


def _judged_moves(found: RuleOutlook, space: Space) -> Outlook:
    outlook = found.outlook
    park_approves = outlook.opening.needs_approval
    judged = _if_alone(outlook.prospects, found.moves, space, park_approves=park_approves)
    moves = {one.occurrence.key: one for _, one, _ in judged}
    prospects = tuple(moves.get(one.occurrence.key, one) for one in outlook.prospects)
    return Outlook(prospects, outlook.occurrences, outlook.opening)


def _rule_line(line: SeenOccurrence, found: RuleOutlook, space: Space) -> ChangeLine:
    if line.key in found.moves:
        return _moved(line, found.moves[line.key], space)
    if line.price:
        return ChangeLine(line, gettext("新订"), "accent")
    if line.later:
        return ChangeLine(line, gettext("到时自动订"))
    return ChangeLine(line, gettext("订不上"), "warning")


def _stays(row: Reservation, series: Series) -> ChangeLine:
    on, key = local_day(row.starts_at, my_park().zone), row.recurrence_id or ""
    when = f"{day(on)} {clock_span(Span(row.starts_at, row.ends_at))}"
    elsewhere = local_name(row.space.name, row.space.name_en) if row.space_id != series.space_id else ""
    as_it_is = SeenOccurrence(key, when, "", elsewhere, is_provisional(row.starts_at))
    return ChangeLine(as_it_is, gettext("不变"))


def _counts(found: RuleOutlook, lines: Sequence[ChangeLine], gone: Sequence[Reservation]) -> dict[str, int]:
    """Tell how many move, stay, are new and are given back."""
    moves = sum(bool(one.seen.price) for one in lines if one.seen.key in found.moves)
    new = sum(bool(one.seen.price) for one in lines) - moves
    stays = len(found.stays) + len(found.moves) - moves
    return {"new": new, "moves": moves, "stays": stays, "gone": len(gone)}


def sums_label(*, moves: int, stays: int = 0, new: int = 0, gone: int = 0) -> str:
    """Say how many are new, move, stay and are given back."""
    said = [
        gettext("新订 %(count)s 次", count=new) if new else "",
        gettext("更改 %(count)s 次", count=moves) if moves else "",
        gettext("不动 %(count)s 次", count=stays) if stays else "",
        gettext("取消 %(count)s 次", count=gone) if gone else "",
    ]
    return comma_list(one for one in said if one) or gettext("没有可以改的")


def _notes(found: RuleOutlook, seen: Seen) -> list[str]:
    """Say what else becomes of it."""
    days = {one.day for one in found.outlook.occurrences.all}
    given_up = sum(planned_day(one.recurrence_id) not in days for one in found.dropped)
    notes = [
        (
            seen.kept,
            gettext(
                "%(count)s 次现在订不上：先替你记着，空出来时在“今天”里提醒，一点就订。", count=seen.kept
            ),
        ),
        (seen.closed, gettext("%(count)s 次不开放，不订，也不会空出来。", count=seen.closed)),
        (len(found.waits), gettext("%(count)s 次还没订上，照旧候着。", count=len(found.waits))),
        (given_up, gettext("原来还没订上的 %(count)s 次不再候着。", count=given_up)),
        (found.settled, gettext("单独取消过或已经用过的 %(count)s 次不再订。", count=found.settled)),
        (len(seen.left_out), gettext("逢休息日不订：%(days)s", days=comma_list(seen.left_out))),
    ]
    return [*seen.later_labels, *(words for count, words in notes if count)]


def _warnings(seen: Seen, gone: Sequence[Reservation]) -> list[str]:
    """Say what is only asked for, while what is given back is gone at once."""
    warnings = []
    if seen.needs_approval and seen.free:
        warnings.append(gettext("新订的要园区确认，确认之前不保留时间。"))
    elif seen.to_manager:
        words = gettext(
            "%(count)s 次超出你可自行预订的范围，要企业负责人批准；批准之前不保留时间。",
            count=seen.to_manager,
        )
        warnings.append(words)
    if warnings and gone:
        warnings.append(gettext("取消的时间现在就让给别人；申请没批，也要不回来。"))
    return warnings
