"""The later ends that a stay which goes on may have, each with what it adds, or why there is none."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from booking.blueprints.kit.availability import new_url
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import wording
from booking.charges.quote_each import quote_each
from booking.db import db
from booking.reservations.approval.rules import NeedsManager
from booking.spaces.models import Kind
from booking.spaces.queries import rule_for
from booking.usage.door.at_the_door import latest_stay_end
from booking.usage.models import Stay
from booking.usage.rules import end_choices, forgotten_end
from booking.usage.stay_longer import latest_allowed, longer_refused
from booking.values import Money, Refusal, Span, local_day


class LongerEnd(NamedTuple):
    """A later end that may be chosen, and what it adds to what is planned; None without a tariff."""

    end: datetime
    extra: Money | None


MINUTE = timedelta(minutes=1)


class LongerEnds(NamedTuple):
    """The later ends there are, why no later one, and where to ask for the time after."""

    ends: Sequence[LongerEnd] = ()
    why: str = ""
    ask_url: str = ""


def longer_ends(stay: Stay, now: datetime) -> LongerEnds:
    """Offer later ends for a stay that goes on, each with what it adds; the queries do not grow."""
    if stay.ended_at is not None or stay.space_kind is Kind.STORAGE:
        return LongerEnds()
    latest = latest_stay_end(db.session(), stay, now)
    if latest is None or forgotten_end(stay.planned_end, now) is not None:
        return LongerEnds()
    planned = max(stay.planned_end, now)
    ends = end_choices(stay.planned_end, planned + MINUTE, latest)
    refused = longer_refused(db.session(), stay, _prices(stay, agreed_start(stay), ends), actor())
    if refused:  # what is offered last is the last that may be had, not the last of round lengths
        price = partial(_prices, stay, agreed_start(stay))
        last, refused = latest_allowed(db.session(), stay, latest, price, by=actor(), now=now)
        ends = [] if last is None else end_choices(stay.planned_end, planned + MINUTE, last)
    prices = _prices(stay, stay.started_at, [planned, *ends])
    usual = prices.get(planned)
    found = [(end, prices.get(end)) for end in ends]
    offered = [LongerEnd(end, price - usual if price and usual else None) for end, price in found]
    return LongerEnds(offered, *_why_no_later(stay, refused))


def agreed_start(stay: Stay) -> datetime:
    """Give from when a stay's time is quoted: from its reservation's start, where there is one."""
    return stay.reservation.starts_at if stay.reservation else stay.started_at


def _prices(stay: Stay, start: datetime, ends: Sequence[datetime]) -> dict[datetime, Money]:
    stretches = {end.isoformat(): (stay.space, Span(start, end)) for end in ends}
    quotes = quote_each(db.session(), my_park(), stay.enterprise, stretches)
    return {end: quotes[end.isoformat()].total for end in ends if end.isoformat() in quotes}


def _why_no_later(stay: Stay, refused: Mapping[datetime, Refusal]) -> tuple[str, str]:
    if not refused:
        return "", ""
    end = min(refused)
    if not isinstance(refused[end], NeedsManager):
        return wording(refused[end]), ""
    rule = rule_for(db.session(), stay.space, since=local_day(stay.planned_end, my_park().zone))
    span = Span(stay.planned_end, max(end, stay.planned_end + rule.minimum_minutes * MINUTE))
    return wording(refused[end]), new_url(stay.space_id, stay.space_kind, span)
