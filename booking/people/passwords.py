"""How passwords are kept: argon2id, never the password itself."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from booking.people.rules import LONGEST_PASSWORD, normal_password

HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """Give what may be kept of a password."""
    return HASHER.hash(normal_password(password))


# Checked where there is no account, so that the answer takes as long as for one that exists. Nobody kept the
# password. Not made at each start, of which it was a tenth of a second; to be replaced with the parameters.
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$97WeoearB/uRa/u4K98sOA$1/LVc1nzF79077UTPFu5fTagk/V7A7P9LvawhCYlR5U"


def fits(kept: str | None, password: str) -> bool:
    """Tell whether the password opens the account; costs the same where there is none (`kept` is None)."""
    typed = normal_password(password[: LONGEST_PASSWORD * 4])
    try:
        HASHER.verify(kept or NOBODYS, typed)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_dated(kept: str) -> bool:
    """Tell whether a hash was made with other parameters than today's, and should be made again."""
    return HASHER.check_needs_rehash(kept)
