"""When a reminder is due and which way it takes, and what may be pushed to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from booking.values import Refusal


class Occasion(StrEnum):
    """What a reminder is of."""

    START = "start"  # a booking that begins
    END = "end"  # a stay that comes to its planned end
    MISSED = "missed"  # a booking that has begun, and nobody checked in


class Way(StrEnum):
    """How somebody wants to be reminded; but for the first it stands in the inbox in any case."""

    OFF = "off"
    INBOX = "inbox"
    MAIL = "mail"
    PUSH = "push"  # by mail where no browser takes it


class ReminderPlan(NamedTuple):
    """Which way, and how many minutes ahead: of the start, the planned end, the release."""

    way: Way
    minutes: int


LEADS: Final[Mapping[Occasion, tuple[int, ...]]] = {
    Occasion.START: (5, 10, 15, 30, 60, 120, 24 * 60),
    Occasion.END: (5, 10, 15, 30),
    Occasion.MISSED: (3, 5, 10),
}
"""The minutes there are to choose from."""

UNLESS_CHOSEN: Final[Mapping[Occasion, ReminderPlan]] = {
    Occasion.START: ReminderPlan(Way.MAIL, 30),
    Occasion.END: ReminderPlan(Way.MAIL, 10),
    Occasion.MISSED: ReminderPlan(Way.MAIL, 5),
}
"""Those who chose nothing are reminded by mail: two of the three cost money if they are missed."""

QUIET_UNLESS_CHOSEN: Final = (22, 7)

A_MINUTE = timedelta(minutes=1)


def reminder_due(occasion: Occasion, of: datetime, until: datetime, minutes: int) -> datetime:
    """Tell when to remind of something at `of` that is of no use from `until` on.

    What was missed is asked after the start, however short a grace the park gives.
    """
    due = until - minutes * A_MINUTE
    return max(due, of + A_MINUTE) if occasion is Occasion.MISSED else due


ENOUGH_TO_ACT = timedelta(minutes=5)


def is_told(occasion: Occasion, due: datetime, known_since: datetime, until: datetime, now: datetime) -> bool:
    """Tell whether to remind of something that is due, of use `until`, and as it is `known_since`.

    What became known when its moment had passed is told at once, while there is time enough to act on it; who
    booked when it had begun knows that nobody has checked in.
    """
    if known_since <= due:
        return True
    return occasion is not Occasion.MISSED and until - now >= ENOUGH_TO_ACT


def way_at(plan: ReminderPlan, occasion: Occasion, hour: int, quiet: tuple[int, int]) -> Way:
    """Tell which way to take at an hour of the park's day: in quiet hours nothing rings before a start.

    It comes by mail then. Who stays, or should be there by now, is awake. Quiet hours may go over midnight;
    from an hour to itself there are none.
    """
    rings = plan.way is Way.PUSH and occasion is Occasion.START
    return Way.MAIL if rings and _is_quiet(hour, *quiet) else plan.way


def _is_quiet(hour: int, first: int, last: int) -> bool:
    return first <= hour < last if first <= last else hour >= first or hour < last


@dataclass(eq=False)
class NoPushService(Refusal):
    """What a browser said it takes pushes at is no public https address."""


LONGEST_ENDPOINT = 1000
HTTPS = 443
NEVER_PUBLIC = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "test",
    "invalid",
    "arpa",
)


def check_endpoint(address: str) -> None:
    """Judge where to push by its address alone: https, its usual port, a host by a public name.

    Which machine the name means is looked at again each time something is sent. Raises NoPushService.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise NoPushService from error
    *upper, top = host.rstrip(".").split(".")
    named = bool(upper) and top not in NEVER_PUBLIC and not top.isdigit() and ":" not in host
    plain = parts.scheme == "https" and port in (None, HTTPS) and "@" not in parts.netloc
    if len(address) > LONGEST_ENDPOINT or not address.isprintable() or not (named and plain):
        raise NoPushService


P256DH = re.compile(r"[A-Za-z0-9_-]{87}=?")  # 65 bytes in base64url
AUTH = re.compile(r"[A-Za-z0-9_-]{22}(==)?")  # 16


def check_keys(p256dh: str, auth: str) -> None:
    """Judge the keys a browser gave by their form; raises NoPushService."""
    if not (P256DH.fullmatch(p256dh) and AUTH.fullmatch(auth)):
        raise NoPushService


class RobotKind(StrEnum):
    """Whose chat groups a robot writes into."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


@dataclass(eq=False)
class NotARobot(Refusal):
    """An address that is none of a robot of 企业微信, 钉钉 or 飞书: nothing else is written to."""


@dataclass(eq=False)
class TooManyRobots(Refusal):
    """An enterprise has so many at most."""

    most: int


@dataclass(eq=False)
class RobotIsThere(Refusal):
    """The enterprise has this very robot, by the name it gave it; its group would hear everything twice."""

    name: str


TRY_AGAIN_AFTER = timedelta(seconds=10)
"""How long an enterprise's robots rest after one was tried: a group is no place to press a button in."""


@dataclass(eq=False)
class TriedJustNow(Refusal):
    """A robot of the enterprise was tried within TRY_AGAIN_AFTER; in so many seconds it may be again."""

    seconds: int


@dataclass(eq=False)
class RobotSaysNo(Refusal):
    """A robot did not take what it was to say; `answer` is what the other side said."""

    answer: str


def robot_kind(address: str) -> RobotKind:
    """Tell whose robot an address is, by its whole form; raises NotARobot."""
    for kind, form in ROBOT_ADDRESSES.items():
        if form.fullmatch(address):
            return kind
    raise NotARobot


ROBOT_ADDRESSES: Final = {
    RobotKind.WECOM: re.compile(
        r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=[A-Za-z0-9_-]{8,80}"
    ),
    RobotKind.DINGTALK: re.compile(r"https://oapi\.dingtalk\.com/robot/send\?access_token=[A-Za-z0-9]{8,80}"),
    RobotKind.FEISHU: re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/[A-Za-z0-9_-]{8,80}"),
}
MOST_ROBOTS = 5
MOST_FAILURES = 5  # in a row; with the pauses of the outbox half an hour and more
TAIL = 4  # letters of an address that pages show, so that its owner knows which it is
