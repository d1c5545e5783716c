"""What is held, on its page: its price, who may take it, and what who takes it should know before."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from flask import url_for

from booking.blueprints.kit.filters import comma_list, moment, money
from booking.blueprints.kit.held import held_then
from booking.blueprints.kit.labels.consent import why_not_alone
from booking.blueprints.kit.labels.prices import fulls_of
from booking.blueprints.kit.labels.reservations import held_too_label
from booking.blueprints.kit.session import actor, me, my_enterprise, my_enterprise_id, my_park
from booking.blueprints.messages import wording
from booking.charges.charge_fee import cancel_terms
from booking.charges.pricing import Quote, quote
from booking.db import db
from booking.language import gettext
from booking.people.models import Role
from booking.people.queries import managers_of
from booking.reservations.approval.rules import NeedsManager, NobodyToAsk
from booking.reservations.models import Reservation
from booking.reservations.waiting.models import Wait, WaitState
from booking.reservations.waiting.take_hold import asked_for_hold, check_hold
from booking.tariffs.rules import NoTariff
from booking.values import Money, Refusal


def is_held(wait: Wait, now: datetime) -> bool:
    """Tell whether it can be taken now."""
    return wait.state is WaitState.OFFERED and wait.held_until is not None and wait.held_until > now


def price_of_hold(wait: Wait) -> Quote | None:
    """Price what is held for the reader's enterprise; None where it has no tariff."""
    assert wait.offered_space is not None  # noqa: S101 - what is held is a space
    try:
        return quote(db.session(), my_park(), my_enterprise(), wait.offered_space, wait.span)
    except NoTariff:
        return None


def full_price(wait: Wait, price: Quote) -> Money | None:
    """Give what it comes to where the free minutes go elsewhere; None where that is no more."""
    assert wait.offered_space is not None  # noqa: S101 - what is held is a space
    return fulls_of({"": (wait.offered_space, wait.span)}, {"": price}).get("")


class ByManager(NamedTuple):
    """What takes the manager, in words; `may_ask` where one press asks them, `asked_url` where one did."""

    words: str
    may_ask: bool = False
    asked_url: str = ""


def by_manager(wait: Wait, price: Money, now: datetime) -> ByManager | None:
    """Say of what is held that the manager is asked, or has to be; None where the reader may take it."""
    asked = asked_for_hold(db.session(), wait)
    until = {"until": moment(wait.held_until)} if wait.held_until else {}
    if asked is not None:
        return _asked(asked, wait, until)
    refused = _refused(wait, price, now)
    if not isinstance(refused, NeedsManager):
        return None
    why, names = why_not_alone(refused), _names()
    if not names:
        return ByManager(wording(NobodyToAsk()))
    if wait.member_id != me().id:
        return ByManager(
            gettext("%(why)s：请企业负责人（%(names)s）打开这一页来接受。", why=why, names=names)
        )
    words = gettext(
        "%(why)s。请企业负责人（%(names)s）批准：%(until)s 前批准就订下，不然轮到下一位。",
        why=why,
        names=names,
        **until,
    )
    return ByManager(words, may_ask=True)


def _asked(asked: Reservation, wait: Wait, until: Mapping[str, str]) -> ByManager:
    """Say who was asked, and lead them to where they say yes, others to what they asked."""
    if me().role is Role.MANAGER:
        words = gettext(
            "%(who)s已请你批准。%(until)s 前批准就订下，不然轮到下一位。", who=wait.member.name, **until
        )
        return ByManager(words, asked_url=url_for("asked.index"))
    words = gettext(
        "已请企业负责人（%(names)s）批准。%(until)s 前批准就订下，不然轮到下一位。", names=_names(), **until
    )
    return ByManager(words, asked_url=url_for("reservations.show", reservation_id=asked.id))


def _names() -> str:
    return comma_list(one.name for one in managers_of(db.session(), my_enterprise_id()))


def _refused(wait: Wait, price: Money, now: datetime) -> Refusal | None:
    assert wait.offered_space is not None  # noqa: S101 - what is held is a space
    try:
        check_hold(db.session(), wait.offered_space, wait.span, price, by=actor(), now=now)
    except Refusal as refusal:
        return refusal
    return None


def why_not(wait: Wait, price: Money, now: datetime) -> str:
    """Say beforehand why what is held cannot be taken; "" where it can."""
    refused = _refused(wait, price, now)
    return wording(refused) if refused else ""


def before_taking(wait: Wait, price: Quote, now: datetime) -> list[str]:
    """Say what whoever takes it should know before: what they have then already, what cancelling costs."""
    own = held_too_label(held_then(wait.kind, wait.span), me())
    fee = cancel_terms(price.snapshot, price.total, wait.starts_at).fee_at(now)
    words = gettext("离开始已近：接受以后再取消，按价目收取 %(fee)s。", fee=money(fee)) if fee else ""
    return [one for one in (own, words) if one]
