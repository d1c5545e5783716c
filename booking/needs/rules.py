"""Rules of needs and matters: by when, who next, when it ends, and their refusals."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

from booking.values import Calendar, Month, Refusal, working_day_after


class NeedKind(StrEnum):
    """What is asked for: 想要, 报修, 投诉, or what a visit 走访 brought."""

    WISH = "wish"
    FAULT = "fault"
    COMPLAINT = "complaint"
    VISIT = "visit"


ANSWERED_WITHIN = {
    NeedKind.FAULT: 1,
    NeedKind.COMPLAINT: 3,
    NeedKind.WISH: 5,
    NeedKind.VISIT: 3,  # who was out is called on again
}
"""Working days, after the day on which it was said."""
UNCONTRADICTED = 5  # working days after an answer
DECIDED_FOR = 10  # working days after a meeting: by then, unless it says otherwise, what it decides is done


def usual_due_day(calendar: Calendar, today: date) -> date:
    """Give the day that is offered for what a meeting decides today: about two weeks ahead, a working day."""
    return working_day_after(calendar, today, DECIDED_FOR)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Give the instant at which a local day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)


class Escalation(StrEnum):
    """To whom a need has risen: it rises when it is overdue."""

    OWNER = "owner"
    ADMIN = "admin"
    BRANCH = "branch"


def escalation_of(late: int) -> Escalation:
    """Tell to whom a need has risen that is so many working days late.

    On time, and on rest days after, it is its owner's; on the first working day after it was due the
    administrator's as well, from the second on the branch's.
    """
    if late <= 0:
        return Escalation.OWNER
    return Escalation.ADMIN if late == 1 else Escalation.BRANCH


NOT_SAID = re.compile(r"[\W_]+")


def same_key(who: str, words: str, space_id: int | None) -> str:
    """Hash who says what where: the same once more is no other need. Blanks and punctuation do not count."""
    plain = NOT_SAID.sub("", unicodedata.normalize("NFKC", words).casefold()) or words
    return sha256(f"{who}\n{plain}\n{space_id or ''}".encode()).hexdigest()


PHONE_DIGITS = re.compile(r"\d")
LEAST_DIGITS, MOST_DIGITS = 5, 15


def plain_phone(phone: str) -> str:
    """Give the digits of a telephone number alone."""
    return "".join(PHONE_DIGITS.findall(unicodedata.normalize("NFKC", phone)))


def check_phone(phone: str) -> str:
    """Give it half-width; raises PhoneUnreadable where nobody can be called by it."""
    if not LEAST_DIGITS <= len(plain_phone(phone)) <= MOST_DIGITS:
        raise PhoneUnreadable
    return unicodedata.normalize("NFKC", phone).strip()


@dataclass(eq=False)
class PhoneUnreadable(Refusal):
    """This is no telephone number."""


@dataclass(eq=False)
class NothingAsked(Refusal):
    """A need says what is needed."""


@dataclass(eq=False)
class NobodyAnswers(Refusal):
    """The park has nobody who could answer: no administrator and no branch."""


@dataclass(eq=False)
class NotOurPeople(Refusal):
    """Needs are answered, and enterprises looked after, by the park's own people with an open account."""


@dataclass(eq=False)
class NeedOver(Refusal):
    """The need has its end; it can be opened again."""

    done_at: datetime | None


@dataclass(eq=False)
class VisitStays(Refusal):
    """A visit is the park's own note: it becomes no other kind of need, and no other kind becomes one."""


@dataclass(eq=False)
class AnswerMissing(Refusal):
    """An answer says something."""


class DecisionPart(StrEnum):
    """What a decision says."""

    WHAT = "what"
    WHO = "who"
    BY_WHEN = "by_when"


@dataclass(eq=False)
class DecisionMissing(Refusal):
    """A decision says what, who and by when; this part is missing."""

    part: DecisionPart


@dataclass(eq=False)
class DecidedOutOfTime(Refusal):
    """The meeting of the running month or of the one before decides."""

    running: Month


@dataclass(eq=False)
class DueBeforeDecided(Refusal):
    """What is decided is done on the day it is decided at the earliest."""

    today: date


@dataclass(eq=False)
class DecidedAlready(Refusal):
    """A decision on the matter stands: it is settled before another is made."""

    what: str


@dataclass(eq=False)
class MatterOver(Refusal):
    """The matter is done with."""

    done_at: datetime


@dataclass(eq=False)
class NothingDecided(Refusal):
    """There is no decision on the matter that could be settled."""


@dataclass(eq=False)
class NeedElsewhere(Refusal):
    """The need is in another matter already."""

    title: str


@dataclass(eq=False)
class NothingToJoin(Refusal):
    """A matter is made of needs."""


@dataclass(eq=False)
class SameDeputy(Refusal):
    """Whoever stands in for somebody is somebody else."""


@dataclass(eq=False)
class SourceMissing(Refusal):
    """An earlier figure says where it comes from."""
