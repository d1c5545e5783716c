"""What the installation's secret is made into: a box for secrets, and the key that signs pushes.

Whoever changes SECRET_KEY lets browsers allow pushes anew, and enters the addresses of robots again.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha512
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from booking.notifications.ports import PushNote, PushTarget

if TYPE_CHECKING:
    from requests import Session

FERNET_KEY = 32  # bytes


class FernetBox:
    """Closes with Fernet (AES-128-CBC, HMAC-SHA-256), its key made of SECRET_KEY: a backup opens nothing."""

    def __init__(self, secret: str) -> None:
        self._fernet = Fernet(urlsafe_b64encode(_seed(secret, b"kept secrets")[:FERNET_KEY]))

    def close(self, secret: str) -> str:
        """Give what may be kept; never the same twice."""
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, kept: str) -> str | None:
        """Give the secret back; None where another key closed it."""
        try:
            return self._fernet.decrypt(kept.encode()).decode()
        except InvalidToken:
            return None


def _seed(secret: str, purpose: bytes) -> bytes:
    return sha512(purpose + b"\0" + sha512(secret.encode()).digest()).digest()


GROUP_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (FIPS 186-4)


def signing_key(secret: str) -> ec.EllipticCurvePrivateKey:
    """Make the key that signs pushes: the same for every process of an installation, and kept nowhere.

    Of 64 bytes, so that no key is likelier than another.
    """
    number = int.from_bytes(_seed(secret, b"web push")) % (GROUP_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


@dataclass
class WebPusher:
    """Pushes as `contact`, a `mailto:` that the services may write to and some insist on (RFC 8292, 2.1)."""

    secret: str = field(repr=False)
    contact: str
    session: "Session | None" = None  # of tests, whose push service is none of the public ones

    @cached_property
    def key(self) -> ec.EllipticCurvePrivateKey:
        """The key that signs."""
        return signing_key(self.secret)

    @cached_property
    def public_key(self) -> str:
        """Our key as browsers want it, in base64url without padding."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return urlsafe_b64encode(point).rstrip(b"=").decode()

    def push(self, target: PushTarget, note: PushNote) -> None:
        """Hand it over; raises Gone, TryLater or GivenUp."""
        from booking.gateways.web_push import send_push  # noqa: PLC0415 - a second that no page need spend

        send_push(target, note, self.key, self.contact, self.session)


class LateRobots:
    """The robots of Apprise, which is loaded when the first of them speaks."""

    def say(self, address: str, text: str) -> None:
        """Hand a text to the robot at an address; raises TryLater or GivenUp."""
        from booking.gateways.apprise_robots import AppriseRobots  # noqa: PLC0415 - a second that most need not spend

        AppriseRobots().say(address, text)
