"""An enterprise's reservations, and what its people wait for: free places, the answer to a request."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import render_template, request, url_for

from booking import clock
from booking.audit.actions import Action
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.conflicts import answer_to_move
from booking.blueprints.kit.filters import clock_span, comma_list, day as day_text
from booking.blueprints.kit.labels.passed_over import asked_of_waits, my_free_waits, waits_passed_over
from booking.blueprints.kit.labels.prices import Cost, cost_of
from booking.blueprints.kit.labels.reservations import reservation_mark, times
from booking.blueprints.kit.labels.series import asked_label
from booking.blueprints.kit.labels.waiting import promised, proposed_to_me, wait_state, wait_tone, waits_for
from booking.blueprints.kit.pagination import Pager, this_page
from booking.blueprints.kit.session import me, my_enterprise, my_enterprise_id, my_park
from booking.blueprints.reservations.new import blueprint
from booking.charges.dearest import dearest_listed
from booking.charges.queries import billed_by_reservation
from booking.db import db
from booking.language import gettext, local_name, ngettext
from booking.reservations.approval.proposals import proposals_of
from booking.reservations.approval.rules import Answerer
from booking.reservations.approval.wait_again import PROPOSAL_UNANSWERED
from booking.reservations.booked_rows import BookedRow, WhoseList, called_off_of, coming_of, past_of
from booking.reservations.guests.invite import comes_along
from booking.reservations.models import Reservation, ReservationChange, ReservationState
from booking.reservations.refusals import Taken
from booking.reservations.waiting.line import before_in_line, own_before
from booking.reservations.waiting.models import Wait, WaitState
from booking.reservations.waiting.wait_for import waits_of
from booking.spaces.models import Kind
from booking.values import Span, local_day


class WaitItem(NamedTuple):
    """A line of what is waited for, in words."""

    url: str
    name: str
    when: str
    member: str
    state: str
    tone: str
    held: bool


def waiting_lines(*, everybody: bool, now: datetime) -> list[WaitItem]:
    """List what the reader, or their enterprise, waits for, what is held first."""
    waits = waits_of(db.session(), my_enterprise_id(), now, member_id=None if everybody else me().id)
    before, over = before_in_line(db.session(), waits), waits_passed_over(waits, now)
    own, asked = own_before(db.session(), waits), asked_of_waits(waits, now)
    by_manager = [one for one in waits if one.id in over and over[one.id].needs_manager]
    free = my_free_waits(by_manager, now)

    def state(one: Wait) -> str:
        if one.id in asked:
            return gettext("候补中，已经申请，等批准")
        if one.id in free:
            return gettext("候补中，现在空着，可以申请")
        if one.id in over:
            return gettext("候补中，空出来时会跳过")
        return wait_state(one, before[one.id], own=own.get(one.id))

    return [
        WaitItem(
            url_for("waiting.show", wait_id=one.id),
            waits_for(one),
            times(one.starts_at, one.ends_at, one.kind),
            one.member.name if everybody else "",
            state(one),
            "warning" if one.id in over else wait_tone(one.state),
            one.state is WaitState.OFFERED,
        )
        for one in waits
    ]


def asked_of(
    reservation: Reservation, now: datetime, taken: Taken | None = None, *, told: bool
) -> dict[str, Any]:
    """Gather what the page of a request shows of its answer, but for what was just `told`."""
    asked = reservation.state is ReservationState.REQUESTED
    found = proposals_of(db.session(), [reservation.id] if asked else (), now).get(reservation.id)
    answer = answer_to_move(reservation, found.space, taken, now) if taken and found else None
    return {
        "promise": "" if found or told else promised(reservation, now),
        "proposed": proposed_to_me([found])[0] if found else None,
        "may_take": me().enterprise_id is not None,
        "answer": answer,
    }


def promises_of(rows: Sequence[BookedRow], now: datetime) -> dict[int, str]:
    """Say of each request in a list whose turn it is: the park's, and by when, or theirs."""
    asked = [row for row in rows if row.state is ReservationState.REQUESTED]
    proposed = proposals_of(db.session(), [row.id for row in asked], now)
    return {
        row.id: gettext("园区提议了别的时间或空间，等你答复") if row.id in proposed else promised(row, now)
        for row in asked
    }


def why_not(changes: Sequence[ReservationChange], answerer: Answerer) -> str:
    """Say why a request came to nothing, where its last step was a no or no answer at all."""
    last = changes[-1] if changes else None
    if answerer is Answerer.MANAGER:
        return _why_not_by_manager(last)
    if last is not None and last.action is Action.RESERVATION_EXPIRED:
        if last.reason == PROPOSAL_UNANSWERED:
            return gettext("到申请的开始时间，园区的提议还没有等到答复，这个申请已自动关闭，没有费用。")
        return gettext(
            "园区没有在开始前答复，这个申请已自动关闭，没有占用空间，也没有费用。需要的话请换个时间再申请。"
        )
    if last is not None and last.action is Action.RESERVATION_DECLINED:
        return gettext("园区没有同意这个申请：%(reason)s", reason=last.reason or "")
    return ""


def _why_not_by_manager(last: ReservationChange | None) -> str:
    if last is not None and last.action is Action.RESERVATION_EXPIRED:
        return gettext(
            "企业负责人没有在开始前答复，这个申请已自动关闭，没有占用空间，也没有费用。需要的话请换个时间再申请。"
        )
    if last is not None and last.action is Action.RESERVATION_DECLINED:
        return gettext("企业负责人没有同意这个申请：%(reason)s", reason=last.reason or "")
    return ""


class ReservationItem(NamedTuple):
    """A line of the list, in words: what it is for is its name, else the place."""

    id: int
    url: str
    name: str
    place: str  # "" where it is the name
    when: str
    detail: str
    promise: str  # by when a request is answered, or that it is their turn
    cost: Cost
    state: str
    tone: str
    repeats: bool


class FoldedSeries(NamedTuple):
    """What comes of one series on a page of the list, as one line until it is opened."""

    id: int | None
    name: str
    place: str
    when: str
    detail: str
    url: str
    entries: Sequence[ReservationItem]
    more: int  # so many more of it are on its own page


class BookedDay(NamedTuple):
    """A day of the list: its heading, and what begins on it."""

    heading: str
    entries: Sequence[ReservationItem | FoldedSeries]


PAGE = 30
MOST_OPENED = 10


KNOWS = ("tab", "who")


@blueprint.get("")
@allow(*TENANTS)
def index() -> str:
    """List the reader's own reservations, or all of their enterprise; what comes of a series is one line."""
    tab = request.args.get("tab")
    past, called_off = tab == "past", tab == "cancelled"
    everybody = request.args.get("who") == "all"
    pager, session, now = Pager.of_request(PAGE, *KNOWS), db.session(), clock.now()
    lines = list(pager.cut(_listed(tab, pager, everybody=everybody, now=now)))
    rows = [row for line in lines for row in line[:MOST_OPENED]]
    billed = billed_by_reservation(session, [row.id for row in rows])
    promises = promises_of(rows, now)
    fulls = {} if past or called_off else dearest_listed(session, my_park(), my_enterprise(), rows, now)
    costs = {row.id: cost_of(row, billed.get(row.id), now, fulls.get(row.id)) for row in rows}
    return render_template(
        "reservations/index.html",
        days=by_day(
            lines,
            {row.id: item_of(row, costs[row.id], promises.get(row.id, "")) for row in rows},
            now,
            past=past or called_off,
        ),
        tabs=[
            (gettext("将来"), this_page(*KNOWS, tab=None), not (past or called_off)),
            (gettext("过去"), this_page(*KNOWS, tab="past"), past),
            (gettext("已取消"), this_page(*KNOWS, tab="cancelled"), called_off),
        ],
        whose=[
            (gettext("我的"), this_page(*KNOWS, who=None), not everybody),
            (gettext("全公司"), this_page(*KNOWS, who="all"), everybody),
        ],
        past=past,
        called_off=called_off,
        pager=pager,
        waits=[] if past or called_off or pager.before else waiting_lines(everybody=everybody, now=now),
    )


def _listed(
    tab: str | None, pager: Pager, *, everybody: bool, now: datetime
) -> Sequence[Sequence[BookedRow]]:
    """Read a page of the tab that is open, by lines, and one more."""
    whose = WhoseList(my_enterprise_id(), None if everybody else me().id, comes_along(me().id))
    asked = {"limit": PAGE + 1, "offset": pager.before}
    if tab == "past":
        return [[one] for one in past_of(db.session(), whose, now, **asked)]
    if tab == "cancelled":
        return [[one] for one in called_off_of(db.session(), whose, **asked)]
    return coming_of(db.session(), whose, now, **asked)


def by_day(
    lines: Sequence[Sequence[BookedRow]], items: Mapping[int, ReservationItem], now: datetime, *, past: bool
) -> list[BookedDay]:
    """Put lines under the day on which each begins; what goes on since before stands under today.

    Of what is to come, a series stands once, where its next occurrence does.
    """
    zone = my_park().zone
    days: dict[str, list[ReservationItem | FoldedSeries]] = {}
    for alike in lines:
        row, item = alike[0], items[alike[0].id]
        day, when = local_day(row.starts_at if past else max(row.starts_at, now), zone), item.when
        if row.kind is not Kind.STORAGE and local_day(row.starts_at, zone) == day:
            when = clock_span(Span(row.starts_at, row.ends_at))
        line = folded(alike, items, when) if len(alike) > 1 else item._replace(when=when)
        days.setdefault(day_text(day), []).append(line)
    return [BookedDay(heading, entries) for heading, entries in days.items()]


def folded(rows: Sequence[BookedRow], items: Mapping[int, ReservationItem], when: str) -> FoldedSeries:
    """Say what comes of a series: `when` the next is, how often in all and in which space, and until when."""
    first, item = rows[0], items[rows[0].id]
    much = ngettext("%(num)s 次", "%(num)s 次", len(rows))
    until = gettext("到 %(day)s", day=day_text(rows[-1].starts_at))
    url = url_for("series.show", series_id=first.series_id)
    name, place, detail = item.name, item.place, item.detail
    if len({row.space_id for row in rows}) > 1:
        often = Counter(local_name(row.space, row.space_en) for row in rows)
        each = [gettext("%(place)s %(count)s 次", place=one, count=count) for one, count in often.items()]
        much = gettext("%(much)s：%(each)s", much=much, each=comma_list(each))
        name = first.purpose or comma_list(often)
        place = gettext("下次在 %(place)s", place=local_name(first.space, first.space_en))
        areas = comma_list(dict.fromkeys(local_name(row.area, row.area_en) for row in rows))
        detail = " · ".join(part for part in (areas, first.member) if part)
    elif len({clock_span(Span(row.starts_at, row.ends_at)) for row in rows}) > 1:
        when = gettext("下次 %(when)s", when=when)
    detail = " · ".join(one for one in (much, asked_label(rows), until, detail) if one)
    entries = [items[row.id] for row in rows if row.id in items]
    return FoldedSeries(first.series_id, name, place, when, detail, url, entries, len(rows) - len(entries))


def item_of(row: BookedRow, cost: Cost, promise: str) -> ReservationItem:
    """Put a row in words."""
    place = local_name(row.space, row.space_en)
    return ReservationItem(
        row.id,
        url_for("reservations.show", reservation_id=row.id),
        row.purpose or place,
        place if row.purpose else "",
        times(row.starts_at, row.ends_at, row.kind),
        " · ".join(part for part in (local_name(row.area, row.area_en), row.member) if part),
        promise,
        cost,
        *reservation_mark(row),
        row.series_id is not None,
    )
