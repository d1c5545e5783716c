"""Rules of sending: when a letter is tried again, and when a person must look at it."""

from dataclasses import dataclass
from datetime import timedelta

from booking.values.backoff import backoff
from booking.values.refusal import Refusal

LOCKED_FOR = timedelta(minutes=3)  # longer than the slowest SMTP session
RATE_WINDOW = timedelta(minutes=1)
LATE_AFTER = timedelta(minutes=30)
NOT_NEEDED = "not needed any more"  # kept as the error of a letter whose link would open nothing
TOO_LATE = "too late"  # of one that tells of what is over, or is not so any more
TAKEN_BACK = "taken back"  # and of one that was not sent before what it tells was called off
FORGOTTEN = "forgotten"  # of one whose reader is no longer to be known
GUESTS = "guest:"  # begins the keys of letters whose readers are forgotten, from the trail as well
KEPT_BACK = (TOO_LATE, TAKEN_BACK, FORGOTTEN)  # nobody sends these again


@dataclass(eq=False)
class LetterNotFailed(Refusal):
    """Only a letter that could not be delivered is sent again by hand."""

    to: str


FIRST_PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=4)
MOST_ATTEMPTS = 20  # about two days


def pause_after(attempts: int) -> timedelta:
    """Give the pause after so many attempts (1, 2, …): 2 minutes, doubling, at most 4 hours."""
    return backoff(attempts, first=FIRST_PAUSE, longest=LONGEST_PAUSE)
