"""What somebody waits for, in words: a place in the line, a wish of their series, the answer to a request.

And what became of it: what is held for them, what came free, and what the park proposes instead.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from flask import url_for

from booking import clock
from booking.blueprints.kit.filters import moment, span_text
from booking.blueprints.kit.held import held_then
from booking.blueprints.kit.labels.consent import why_not_alone
from booking.blueprints.kit.labels.people import asks_first, asks_manager, judged_for_me
from booking.blueprints.kit.labels.prices import fulls_of, price_text
from booking.blueprints.kit.labels.reservations import (
    StateBadge,
    held_too_label,
    place_name,
    quoted,
    times,
)
from booking.blueprints.kit.labels.spaces import kind_name, things_text
from booking.blueprints.kit.session import me, my_enterprise, my_park
from booking.charges.dearest import dearest_proposed
from booking.charges.quote_each import quote_each
from booking.db import db
from booking.language import gettext, local_name
from booking.people.models import Member
from booking.reservations.approval.agree import ToJudge
from booking.reservations.approval.proposals import beyond_rights, proposals_of, proposals_to_member
from booking.reservations.approval.requests import answer_until, over_when, place_of
from booking.reservations.approval.rules import NeedsManager
from booking.reservations.approval.wait_again import is_proposal_asked
from booking.reservations.models import ProposedPlace, Reservation, ReservationState
from booking.reservations.rules import held_too
from booking.reservations.series.instead import Missed
from booking.reservations.waiting.models import Wait, WaitState
from booking.reservations.waiting.take_hold import asked_holds
from booking.reservations.waiting.wait_for import holds_of
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rules_for
from booking.values import Money, Span


def any_space_label(kind: Kind, equipment: Sequence[str]) -> str:
    """Say that any of a kind will do, with what it must have."""
    words = gettext("任意%(kind)s", kind=kind_name(kind))
    has = things_text(equipment)
    return f"{words} · {has}" if has else str(words)


def waits_for(wait: Wait) -> str:
    """Name what is held, or else what is waited for."""
    if wait.offered_space is not None:
        return place_name(wait.offered_space)
    return place_name(wait.space) if wait.space is not None else any_space_label(wait.kind, wait.equipment)


def wait_state(wait: Wait, before: int = 0, *, own: Span | None = None, to_them: bool = True) -> str:
    """Say what became of it, to whose it is or to the park; of who waits, how many stand before.

    `own` is the time of a wait of theirs that is served before.
    """
    match wait.state:
        case WaitState.WAITING:
            return _turn(before, own)
        case WaitState.OFFERED:
            assert wait.held_until is not None  # noqa: S101 - a hold has an end
            until = moment(wait.held_until)
            words = gettext("为你保留到 %(until)s", until=until)
            return str(words if to_them else gettext("保留到 %(until)s", until=until))
        case WaitState.TAKEN:
            return str(gettext("已订下"))
        case WaitState.LAPSED:
            return str(gettext("已过期"))
        case WaitState.WITHDRAWN:
            return str(gettext("已退出"))


def _turn(before: int, own: Span | None) -> str:
    if own is not None:
        return str(gettext("候补中，先轮到自己 %(when)s 的那次", when=span_text(own)))
    return str(gettext("候补中，前面 %(count)s 位", count=before) if before else gettext("候补中，排第一"))


def wait_tone(state: WaitState) -> str:
    """Choose the badge's tone."""
    return {WaitState.OFFERED: "warning", WaitState.TAKEN: "accent", WaitState.WAITING: "accent"}.get(
        state, ""
    )


class HeldForMe(NamedTuple):
    """A hold that can be taken now, in words."""

    name: str
    when: str
    until: str
    url: str
    asks: str  # "" where the reader may take it alone
    asked_url: str  # leads to what their manager was asked, who has not answered


def held_for_me(now: datetime) -> Sequence[HeldForMe]:
    """List them, what runs out first before others; one query, and the prices for who has a limit."""
    held = holds_of(db.session(), me().id, now)
    judged = judged_for_me([ToJudge(one.offered_space, one.span) for one in held if one.offered_space])
    asks = [asks_manager(wish, park_approves=False) for wish in judged]
    ids = [one.id for one, why in zip(held, asks, strict=True) if why]
    asked = asked_holds(db.session(), Wait.id.in_(ids), now) if ids else ()
    urls = {one.wait_id: url_for("reservations.show", reservation_id=one.reservation_id) for one in asked}
    return [
        HeldForMe(
            waits_for(one),
            times(one.starts_at, one.ends_at, one.kind),
            wait_state(one),
            url_for("waiting.show", wait_id=one.id),
            why,
            urls.get(one.id, ""),
        )
        for one, why in zip(held, asks, strict=True)
    ]


class AskedLine(Protocol):
    """A reservation, or a row of a list."""

    @property
    def state(self) -> ReservationState: ...  # noqa: D102
    @property
    def answer_by(self) -> datetime | None: ...  # noqa: D102


def promised(asked: AskedLine, now: datetime) -> str:
    """Tell who asked by when the park answers; "" of what is no request, or was promised nothing."""
    if asked.state is not ReservationState.REQUESTED or asked.answer_by is None:
        return ""
    if asked.answer_by <= now:
        return gettext("园区没有在承诺的 %(when)s 前答复，已提醒管理员", when=moment(asked.answer_by))
    return gettext("园区会在 %(when)s 前答复", when=moment(asked.answer_by))


def answer_due(asked: AskedLine, now: datetime) -> StateBadge:
    """Tell who answers by when they promised to; without a promise nothing."""
    if asked.answer_by is None:
        return StateBadge("", "")
    if asked.answer_by <= now:
        return StateBadge(gettext("逾期：应在 %(when)s 前答复", when=moment(asked.answer_by)), "danger")
    return StateBadge(gettext("%(when)s 前答复", when=moment(asked.answer_by)), "warning")


class Proposed(NamedTuple):
    """What the park proposes, in words; `version` is that of the reservation whose page shows it."""

    reservation_id: int
    version: int
    asked: str
    name: str
    when: str
    price: str
    words: str
    until: str
    asks: str = ""  # why the reader has their manager take it; "" where they may themselves
    also: str = ""  # what its asker holds at that time


def proposed(proposal: ProposedPlace, full: Money | None, beyond: NeedsManager | None = None) -> Proposed:
    """Put a proposal in words, with what it would be instead of, and why the reader may not take it."""
    asked, space = proposal.reservation, proposal.space
    here = f"{local_name(space.name, space.name_en)} · {local_name(space.area.name, space.area.name_en)}"
    there = local_name(asked.space.name, asked.space.name_en)
    return Proposed(
        asked.id,
        asked.version,
        f"{there} {times(asked.starts_at, asked.ends_at, asked.space.kind)}",
        here,
        times(proposal.starts_at, proposal.ends_at, space.kind),
        quoted(proposal, full),
        proposal.words,
        moment(answer_until(asked, proposal)),
        why_not_alone(beyond) if beyond else "",
    )


def parks_proposal(asked: Reservation) -> str:
    """Say to a manager that the park proposed what they are asked for, and what each answer does; else ""."""
    kept = asked.proposal
    if kept is None or not is_proposal_asked(asked, kept):
        return ""
    first = place_of(kept) != place_of(asked) and over_when(kept.space, kept.starts_at) > clock.now()
    if not first:
        return gettext("这是园区的提议，批准后马上订下。")
    return gettext(
        "这是园区的提议，批准后马上订下。原来申请的是%(first)s，不同意的话，那个申请继续等园区答复。",
        first=f"{place_name(kept.space)} {times(kept.starts_at, kept.ends_at, kept.space.kind)}",
    )


def proposed_to_me(proposals: Sequence[ProposedPlace]) -> list[Proposed]:
    """Put them in words to who may take them, with which of them they may not take alone."""
    beyond = beyond_rights(db.session(), me().rights, proposals)
    fulls, ids = dearest_proposed(db.session(), proposals), [one.reservation_id for one in proposals]
    said = [proposed(one, fulls.get(key), beyond.get(key)) for key, one in zip(ids, proposals, strict=True)]
    also = _held_at(proposals)
    return [one._replace(also=also.get(one.reservation_id, "")) for one in said]


def _held_at(proposals: Sequence[ProposedPlace]) -> dict[int, str]:
    """Say of each what its asker holds then, as forms do; a query for each kind, however many they are."""
    asked = defaultdict[tuple[Member, Kind], list[ProposedPlace]](list)
    for one in proposals:
        if one.space.kind is not Kind.STORAGE:
            asked[one.reservation.member, one.space.kind].append(one)
    found = {}
    for (who, kind), some in asked.items():
        spans = {one.reservation_id: place_of(one)[1] for one in some}
        whole = Span(min(one.start for one in spans.values()), max(one.end for one in spans.values()))
        own = held_then(kind, whole, who)
        for key, span in spans.items():
            there = held_too(span, [one for one in own if one.reservation_id != key])
            found[key] = held_too_label(there, who)
    return found


def proposal_to(asked: Reservation, now: datetime) -> Proposed | None:
    """Put in words to the park what it proposed and waits for an answer; None where nothing does."""
    waiting = [asked.id] if asked.state is ReservationState.REQUESTED else []
    found = proposals_of(db.session(), waiting, now).get(asked.id)
    return proposed(found, dearest_proposed(db.session(), [found]).get(asked.id)) if found else None


def proposals_to_person(member_id: int, now: datetime) -> list[Proposed]:
    """List what waits for somebody's answer, on whatever day."""
    return proposed_to_me(proposals_to_member(db.session(), member_id, now))


class WishOffer(NamedTuple):
    """What it would be to take a wish: its price, and who has to say yes first."""

    price: str
    asks: str  # "" where the press books it


def offers_of_wishes(missed: Sequence[Missed], spaces: Mapping[int, Space]) -> dict[str, WishOffer]:
    """Say of each what it would cost the reader's enterprise, and who would have to agree, by key."""
    asked = {one.key: (spaces[one.space_id], one.span) for one in missed}
    found = quote_each(db.session(), my_park(), my_enterprise(), asked)
    fulls, rules = fulls_of(asked, found), rules_for(db.session(), my_park().id, since=None)
    judged = judged_for_me([ToJudge(*asked[key], quoted.total) for key, quoted in found.items()])
    approves = {space.id: rules.of(space.id, space.kind).needs_approval for space in spaces.values()}
    return {
        key: WishOffer(
            price_text(quoted, fulls.get(key)),
            asks_first(wish, park_approves=approves[asked[key][0].id]),
        )
        for (key, quoted), wish in zip(found.items(), judged, strict=True)
    }


NO_OFFER = WishOffer("", "")
