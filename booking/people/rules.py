"""Rules of accounts: passwords, throttling, invitations, enterprises' codes, and their refusals."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking.values import Refusal
from booking.values.reading import half_width_email, normal_uscc

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)
RESET_LETTERS = 3  # to one account within RESET_LETTERS_WITHIN; the last of them still opens
RESET_LETTERS_WITHIN = RESET_LASTS
SESSION_LASTS = timedelta(days=14)  # since it was last used; a signed cookie older than this is not read


@dataclass(eq=False)
class TooManyTries(Refusal):
    """So many tries went wrong lately that the next one has to wait."""

    seconds: int


@dataclass(eq=False)
class AskedTooOften(TooManyTries):
    """Somebody without an account asked for so much lately that what they ask next has to wait."""


@dataclass(eq=False)
class WrongSignIn(Refusal):
    """No account opens with this; whether the e-mail or the password is wrong is not told."""


SHORTEST_PASSWORD = 10


@dataclass(eq=False)
class PasswordTooShort(Refusal):
    """Short passwords are guessed."""

    shortest: int = SHORTEST_PASSWORD


LONGEST_PASSWORD = 200


@dataclass(eq=False)
class PasswordTooLong(Refusal):
    """Nobody types this much; hashing it would only cost time."""

    longest: int = LONGEST_PASSWORD


@dataclass(eq=False)
class PasswordTooPlain(Refusal):
    """The password is the person's own e-mail or name, or a single character over and over."""


@dataclass(eq=False)
class WrongPassword(Refusal):
    """The present password, asked again before a change, is another one."""


@dataclass(eq=False)
class TicketSpent(Refusal):
    """A mailed link was used before, is too old, or never was one."""


@dataclass(eq=False)
class LinkNotNeeded(Refusal):
    """The account a letter would open was closed, or its password set, while the letter waited."""


@dataclass(eq=False)
class LinkNotForOthers(Refusal):
    """A letter whose link opens an account goes to that account's own address and to no other."""


@dataclass(eq=False)
class EnoughLetters(Refusal):
    """So many letters with a link went to this account within the hour that the last one will do."""

    name: str


@dataclass(eq=False)
class AccountClosed(Refusal):
    """Nobody gets a link to a closed account."""

    name: str


@dataclass(eq=False)
class EmailTaken(Refusal):
    """An account with this e-mail exists already."""

    email: str


A_DAY = timedelta(days=1)
INVITATIONS_A_DAY = 20  # of all managers of one enterprise together, sent again or not


@dataclass(eq=False)
class TooManyInvitations(Refusal):
    """An enterprise's managers send so many invitations a day, and have."""

    most: int = INVITATIONS_A_DAY


@dataclass(eq=False)
class BadUscc(Refusal):
    """This is no unified social credit code (GB 32100-2015): wrong length, characters or check digit."""

    uscc: str


@dataclass(eq=False)
class UsccTaken(Refusal):
    """Another enterprise of the park has this code."""

    uscc: str


@dataclass(eq=False)
class AccountChanged(Refusal):
    """The account is not what the page showed: somebody changed it; `who` and `at` where the trail tells."""

    name: str
    who: str
    at: datetime | None


@dataclass(eq=False)
class LastManager(Refusal):
    """An enterprise keeps at least one active manager."""

    name: str


@dataclass(eq=False)
class WrongKindOfRole(Refusal):
    """Roles of an enterprise are for its people, roles of the park for the park's own."""


@dataclass(eq=False)
class OwnAccount(Refusal):
    """Nobody takes their own rights or account away."""


@dataclass(eq=False)
class MemberAlreadyIn(Refusal):
    """Who has set a password needs no invitation any more."""

    name: str


@dataclass(eq=False)
class EnterpriseHasLeft(Refusal):
    """An enterprise that left the park gets no new colleagues."""

    name: str


@dataclass(eq=False)
class EndsAfterLeaving(Refusal):
    """An enterprise that is about to leave has its places until the end of that day."""

    last_day: date


@dataclass(eq=False)
class LeavesBeforeItJoined(Refusal):
    """An enterprise leaves on or after the day on which it joined."""


def normal_email(email: str) -> str:
    """Normalise an e-mail: half-width, trimmed, lower case."""
    return half_width_email(email).lower()


def normal_password(password: str) -> str:
    """Normalise a password (NFKC): every keyboard then makes the same one."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, *personal: str) -> str:
    """Give the normalised password; raises PasswordTooShort, PasswordTooLong or PasswordTooPlain.

    `personal` are words a guesser would try first: the person's e-mail and name.
    """
    normal = normal_password(password)
    if len(normal) < SHORTEST_PASSWORD:
        raise PasswordTooShort
    if len(normal) > LONGEST_PASSWORD:
        raise PasswordTooLong
    if len(set(normal)) == 1 or normal.casefold() in {word.casefold() for word in personal}:
        raise PasswordTooPlain
    return normal


PAIR_TRIES = 5  # at one account from one address: 10 in any hour
ACCOUNT_TRIES = 15  # at one account from all addresses together: 30 in any hour
DEVICE_TRIES = 5  # at one account on a device that signed in to it before
DEVICES_TRIES = 10  # at one account on all such devices together, copies of their cookies included
CROWDED_AT = 200  # tries from one address at any accounts; forty people who mistype three times make 120
PAIR_TRIES_IN_A_CROWD = 3  # instead of PAIR_TRIES, from an address where that many were tried
RESET_ASKS = 100  # links asked for from one address
ANONYMOUS_ASKS = 10  # by one telephone number, of whatever somebody without an account may ask for
ANONYMOUS_ASK = 100  # from one address: a whole park may sit behind it
TRIES_KEPT_FOR = timedelta(hours=1)
TRIES_WITHIN = timedelta(minutes=30)  # what is counted below is counted over so long, up to now


def time_to_wait(tries: Sequence[datetime], allowed: int, now: datetime) -> timedelta:
    """Give the time until one more try is allowed; `tries` are the recent ones, latest first.

    A try dated after `now` was made before the clock was set back; it counts as made now.
    """
    if len(tries) < allowed:
        return timedelta(0)
    return min(tries[allowed - 1], now) + TRIES_WITHIN - now


MAILED_NAMES = ("name", "short_name", "billing_title")  # of an enterprise, as they stand in letters


def check_uscc(code: str) -> str:
    """Normalise a unified social credit code; raises BadUscc (GB 32100-2015)."""
    try:
        return normal_uscc(code)
    except ValueError as error:
        raise BadUscc(code) from error
