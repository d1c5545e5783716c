"""Who has a time that is wanted, in words, as far as the reader may know."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from flask import url_for
from flask_login import current_user

from booking import clock
from booking.blueprints.kit.filters import clock as clock_text, comma_list, duration, moment, span_text
from booking.blueprints.kit.labels.consent import until_agreed
from booking.blueprints.kit.labels.reservations import held_too_label, times
from booking.blueprints.kit.labels.spaces import closed_label, through
from booking.blueprints.kit.session import me, my_park
from booking.db import db
from booking.language import gettext, local_name
from booking.people.models import Role
from booking.reservations.approval.requests import taken_requests
from booking.reservations.claim import with_buffer
from booking.reservations.models import Reservation
from booking.reservations.queries import ClaimRow, claims_between, parts_of_wholes
from booking.reservations.refusals import OwnBooking, Taken
from booking.reservations.rules import OwnPlace
from booking.reservations.waiting.take_hold import asked_holds
from booking.reservations.waiting.wait_for import holds_of
from booking.spaces.models import AnySpace
from booking.spaces.queries import space_in_park
from booking.values import Span


class TimeHolder(NamedTuple):
    """Who has a time, in words; `url` leads to the reservation where the reader may see it."""

    text: str
    url: str = ""
    mine: bool = False  # the reader has it themselves, for whom it is no use to wait


MOST_IN_A_SENTENCE = 2


def taken_label(taken: Taken) -> str:
    """Say in one sentence why a time cannot be had, as far as the reader may know; a stranger only that."""
    space = None
    if current_user.is_authenticated:
        space = space_in_park(db.session(), my_park().id, taken.space_id)
    if space is None:
        return gettext("这段时间没有空，请另选时间或空间。")
    if others := holders(space, taken.span, taken.own):
        words = gettext("；").join(other.text for other in others[:MOST_IN_A_SENTENCE])
        return gettext("%(whose)s。请另选时间或空间。", whose=words)
    return gettext("这段时间刚才有人占着，现在又空出来了，请再试一次。")


MOST_NAMED = 5


def holders(space: AnySpace, span: Span, but: OwnBooking | None = None) -> list[TimeHolder]:
    """Tell who has the space then, the time that is kept free after a use included; `but` is no other's."""
    used = with_buffer(db.session(), space, span)
    rows = claims_between(db.session(), space, used)
    others = list({_key(row): row for row in rows if not _is_of(row, but)}.values())
    named = [time_holder(row, space) for row in others[:MOST_NAMED]]
    if others and used != span and not any(row.used_at(clock.now()).overlaps(span) for row in others):
        length = duration(used.end - span.end)
        words = gettext("每次使用前后要留 %(length)s整理，所以挨得太近也不行", length=length)
        named.append(TimeHolder(words, mine=all(one.mine for one in named)))
    return named


def own_among(own: Sequence[OwnPlace], spaces: Collection[int]) -> Sequence[OwnPlace]:
    """Keep what is held of these spaces, or of their parts: a hall is no reason why no room is free."""
    parts, wanted = parts_of_wholes(db.session(), my_park().id), _with_parts(spaces)
    return [one for one in own if wanted.intersection((one.space_id, *parts.get(one.space_id, ())))]


def _with_parts(spaces: Collection[int]) -> set[int]:
    parts = parts_of_wholes(db.session(), my_park().id)
    return {part for space in spaces for part in (space, *parts.get(space, ()))}


def own_holds(span: Span, spaces: Collection[int]) -> list[TimeHolder]:
    """Say which of these spaces, or of their parts, are held for the reader then, and lead to accepting it.

    One query; who is no tenant waits for nothing.
    """
    if me().enterprise_id is None:
        return []
    wanted = _with_parts(spaces)
    return [
        TimeHolder(
            gettext(
                "%(name)s %(when)s 为你的候补保留到 %(until)s，点这里接受",
                name=local_name(one.offered_space.name, one.offered_space.name_en),
                when=span_text(one.span),
                until=moment(one.held_until),
            ),
            url_for("waiting.show", wait_id=one.id),
        )
        for one in holds_of(db.session(), me().id, clock.now())
        if one.offered_space is not None
        and one.held_until is not None
        and one.span.overlaps(span)
        and one.offered_space_id in wanted
    ]


def own_holders(own: Sequence[OwnPlace]) -> Sequence[TimeHolder]:
    """Say what the reader and colleagues have at a time; a colleague's mere request is in nobody's way."""
    return [_own_holder(one) for one in own if not (one.colleague and one.requested)]


def _own_holder(one: OwnPlace) -> TimeHolder:
    """Say what the reader, or a colleague, has at a time, and lead to it."""
    name, when = local_name(one.name, one.name_en), span_text(one.span)
    url = url_for("reservations.show", reservation_id=one.reservation_id)
    if one.requested:
        return TimeHolder(gettext("%(name)s %(when)s 你自己已经申请，还没批准", name=name, when=when), url)
    if one.colleague:
        words = gettext("%(name)s %(when)s 是同事%(who)s的预订", name=name, when=when, who=one.colleague)
        return TimeHolder(words, url)
    return TimeHolder(gettext("%(name)s %(when)s 是你自己的预订", name=name, when=when), url, mine=True)


def held_beside(own: Sequence[OwnPlace], space_id: int, *, free: bool) -> str:
    """Say what is held at a time (`held_then`) at which a space is wanted.

    Of what is not `free` one's own of that space is the reason; what is of another is said to be besides.
    """
    if free:
        return held_too_label(own, me())
    here = own_among(own, [space_id])
    there = own_holders([one for one in own if one not in here])
    besides = gettext("另外，%(own)s", own=comma_list(one.text for one in there)) if there else ""
    return gettext("；").join(filter(None, [comma_list(one.text for one in own_holders(here)), besides]))


def all_mine(found: Sequence[TimeHolder]) -> bool:
    """Tell whether the reader alone has it: waiting for oneself is no use, giving it up is."""
    return bool(found) and all(one.mine for one in found)


def _is_of(row: ClaimRow, own: OwnBooking | None) -> bool:
    return own is not None and getattr(row, own[0]) == own[1]


def time_holder(row: ClaimRow, space: AnySpace) -> TimeHolder:
    """Say whose a claim is, as far as the reader may know."""
    if row.closure_id is not None:
        return TimeHolder(closed_label(row, space.id))
    used = row.used_at(clock.now())
    when = times(used.start, used.end, space.kind)
    if row.wait_id is not None:
        return _held(row, when)
    if me().enterprise_id is not None and row.enterprise_id == me().enterprise_id:
        return _of_ours(row, when)
    if me().role is Role.ADMIN:
        url = (
            url_for("front_desk.reservation", reservation_id=row.reservation_id) if row.reservation_id else ""
        )
        words = [row.enterprise, row.member, row.purpose]
        return TimeHolder(f"{when} {' · '.join(word for word in words if word)}", url)
    busy, so = _busy(row, when), through(row, space.id)
    return TimeHolder(busy + (gettext("（%(why)s）", why=so) if so else ""))


def _busy(row: ClaimRow, when: str) -> str:
    """Say that somebody has it, and until when it is tidied up after them."""
    now = clock.now()
    if row.is_overstayed(now):
        return gettext("%(when)s 已占用，里面的人还没走", when=when)
    if row.used_at(now).end < row.ends_at:
        return gettext("%(when)s 已占用，之后整理到 %(until)s", when=when, until=clock_text(row.ends_at))
    return gettext("%(when)s 已占用", when=when)


def _held(row: ClaimRow, when: str) -> TimeHolder:
    """Say that it is held for who waited; to others it is busy like anything else."""
    if me().enterprise_id is not None and row.enterprise_id == me().enterprise_id:
        words = gettext("%(when)s 正为你们的候补保留，点这里接受", when=when)
        return TimeHolder(words, url_for("waiting.show", wait_id=row.wait_id))
    if me().role is Role.ADMIN:
        return TimeHolder(gettext("%(when)s 为候补保留 · %(who)s", when=when, who=row.enterprise or ""))
    return TimeHolder(_busy(row, when))


def _of_ours(row: ClaimRow, when: str) -> TimeHolder:
    if row.reservation_id is None:
        return TimeHolder(gettext("%(when)s 你们公司正在使用", when=when))
    url = url_for("reservations.show", reservation_id=row.reservation_id)
    mine = row.member_id == me().id
    if mine:
        words = gettext("%(when)s 是你自己的预订", when=when)
    else:
        words = gettext("%(when)s 是同事%(name)s的预订", when=when, name=row.member or "")
    purpose = gettext("“%(purpose)s”", purpose=row.purpose) if row.purpose else ""
    return TimeHolder(f"{words}{purpose}", url, mine)


def _key(row: ClaimRow) -> tuple[object, ...]:
    """Know one holder by the rows of all parts of a combined space, and of all days of a closure."""
    began = None if row.closure_id else row.starts_at
    return (row.reservation_id, row.closure_id, row.enterprise_id, began)


class InTheWay(NamedTuple):
    """What stands in the way of a yes, in words; what is `taken` cannot be had any more."""

    words: str
    taken: bool = False


def in_the_way(requests: Sequence[Reservation]) -> dict[int, InTheWay]:
    """Say by their ids which cannot be agreed to, or not beside another, or until when; in few queries."""
    if not requests:
        return {}
    taken = taken_requests(db.session(), [one.id for one in requests])
    parts = parts_of_wholes(db.session(), my_park().id)
    found = {one: InTheWay(gettext("这段时间已经有人订了，批准不了"), taken=True) for one in taken}
    open_ = [(one, {one.space_id, *parts.get(one.space_id, ())}) for one in requests if one.id not in taken]
    for one, here in open_:
        span = Span(one.starts_at, one.ends_at)
        others = [
            two.member.name
            for two, there in open_
            if two is not one and here & there and span.overlaps(Span(two.starts_at, two.ends_at))
        ]
        if others:
            who = comma_list(dict.fromkeys(others))
            found[one.id] = InTheWay(gettext("和%(who)s的另一个申请撞了时间，只能批准一个", who=who))
    for held in asked_holds(db.session(), Reservation.id.in_([one.id for one in requests]), clock.now()):
        found.setdefault(held.reservation_id, InTheWay(until_agreed(held.held_until)))
    return found
