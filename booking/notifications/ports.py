"""The ports to what reaches people outside of the mail: pushes, robots, and a box for the secrets of both."""

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from booking.mail.transport import TransportError


class SecretBox(Protocol):
    """Keeps a secret so that the database, and every backup of it, holds nothing to use it with."""

    def close(self, secret: str) -> str:
        """Give what may be kept; never the same twice."""
        ...

    def open(self, kept: str) -> str | None:
        """Give the secret back; None where another key of the installation closed it."""
        ...


@dataclass(frozen=True, slots=True)
class PushTarget:
    """Where a browser takes pushes, and with which keys of its own it reads them (RFC 8291), in base64url."""

    endpoint: str = field(repr=False)  # who knows it could send
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


class PushNote(NamedTuple):
    """What a push tells: one line, the path it leads to, and for how many seconds it is of use."""

    title: str
    path: str
    lasts: int


class Gone(TransportError):  # noqa: N818 - it says what to do
    """The browser takes no pushes of ours any more: nobody tries again."""


class Pusher(Protocol):
    """Hands pushes to the services of the browsers' makers, who never learn what they say."""

    @property
    def public_key(self) -> str:
        """Our key as browsers want it when they allow pushes, in base64url (RFC 8292)."""
        ...

    def push(self, target: PushTarget, note: PushNote) -> None:
        """Hand it over; raises Gone, TryLater or GivenUp."""
        ...


class RobotMessenger(Protocol):
    """Writes into chat groups through the robots that their members set up."""

    def say(self, address: str, text: str) -> None:
        """Hand a text to the robot at an address; raises TryLater or GivenUp, neither names the address."""
        ...
