"""Whose a taken time is: named to its own people and to the park, to everybody else only busy."""

from datetime import timedelta
from typing import NamedTuple

from flask import url_for
from flask_login import current_user

from booking.blueprints.kit.filters import duration
from booking.blueprints.kit.labels.calendar import closure_words
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.signed_in import me, my_park
from booking.db import db
from booking.language import gettext
from booking.people.models import Role
from booking.reservations.queries import ClaimRow, claims_between
from booking.reservations.refusals import Own, Taken
from booking.reservations.rules import MINUTE
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rule_for, space_in_park
from booking.values.span import Span


class Holder(NamedTuple):
    """Who has a time, in words; `url` leads to the reservation where the reader may see it."""

    text: str
    url: str = ""


MOST_IN_A_SENTENCE = 2


def taken_words(taken: Taken) -> str:
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


def holders(space: Space, span: Span, but: Own | None = None) -> list[Holder]:
    """Tell who has the space then, the time that is kept free after a use included; `but` is no other's."""
    buffer = rule_for(db.session(), space).buffer_minutes
    rows = claims_between(db.session(), space, span.widened(timedelta(0), buffer * MINUTE))
    others = list({_key(row): row for row in rows if not _is_of(row, but)}.values())
    named = [holder(row, space.kind) for row in others[:MOST_NAMED]]
    if buffer and others and not any(_in_use(row).overlaps(span) for row in others):
        words = gettext("每次使用前后要留 %(length)s整理，所以挨得太近也不行。", length=duration(buffer))
        named.append(Holder(words))
    return named


def _is_of(row: ClaimRow, own: Own | None) -> bool:
    return own is not None and getattr(row, own[0]) == own[1]


def _in_use(row: ClaimRow) -> Span:
    return Span(row.starts_at, row.agreed_end or row.ends_at)


def holder(row: ClaimRow, kind: Kind) -> Holder:
    """Say whose a claim is, as far as the reader may know."""
    if row.closure_id is not None:
        return Holder(closure_words(row.reason, row.closed_until))
    when = times(row.starts_at, row.agreed_end or row.ends_at, kind)
    if me().enterprise_id is not None and row.enterprise_id == me().enterprise_id:
        return _of_ours(row, when)
    if me().role is Role.ADMIN:
        url = (
            url_for("front_desk.reservation", reservation_id=row.reservation_id) if row.reservation_id else ""
        )
        words = [row.enterprise, row.member, row.purpose]
        return Holder(f"{when} {' · '.join(word for word in words if word)}", url)
    return Holder(gettext("%(when)s 已占用", when=times(row.starts_at, row.ends_at, kind)))


def _of_ours(row: ClaimRow, when: str) -> Holder:
    if row.reservation_id is None:
        return Holder(gettext("%(when)s 你们公司正在使用", when=when))
    url = url_for("reservations.show", reservation_id=row.reservation_id)
    if row.member_id == me().id:
        words = gettext("%(when)s 是你自己的预订", when=when)
    else:
        words = gettext("%(when)s 是同事%(name)s的预订", when=when, name=row.member or "")
    return Holder(f"{words}{gettext('“%(purpose)s”', purpose=row.purpose) if row.purpose else ''}", url)


def _key(row: ClaimRow) -> tuple[object, ...]:
    """Know one holder by the rows of all parts of a combined space, and of all days of a closure."""
    began = None if row.closure_id else row.starts_at
    return (row.reservation_id, row.closure_id, row.enterprise_id, began)
