"""Web push: pushes signed, encrypted and handed to the browsers' services (RFC 8030, 8291, 8292)."""

import json
import socket
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import ClassVar

from cryptography.hazmat.primitives.asymmetric import ec
from http_ece import ECEException
from py_vapid import Vapid
from pywebpush import WebPushException, webpush
from requests import RequestException, Response, Session
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool

from booking.gateways.in_time import InTime, SealedInTime
from booking.mail.transport import GivenUp, TransportError, TryLater
from booking.notifications.ports import Gone, PushNote, PushTarget

TIMEOUT = 10.0  # seconds, to connect and for each part of the answer


def send_push(
    target: PushTarget,
    note: PushNote,
    key: ec.EllipticCurvePrivateKey,
    contact: str,
    session: Session | None = None,
) -> None:
    """Sign, encrypt and send one push; raises Gone, TryLater or GivenUp, none of which names the address.

    Without a `session` it goes by https to a public address alone.
    """
    try:
        webpush(
            {"endpoint": target.endpoint, "keys": {"p256dh": target.p256dh, "auth": target.auth}},
            json.dumps({"title": note.title, "path": note.path}, ensure_ascii=False),
            vapid_private_key=Vapid(private_key=key),
            vapid_claims={"sub": contact},
            ttl=note.lasts,
            timeout=TIMEOUT,
            requests_session=session or outside_session(),
        )
    except WebPushException as refused:
        raise _judge(refused.response) from refused
    except InsideAddressError as inside:
        raise GivenUp(str(inside)) from inside
    except RequestException as trouble:
        reason = f"the push service was not reached: {type(trouble).__name__}"
        raise TryLater(reason) from trouble
    except (ECEException, ValueError) as unfit:
        reason = "the browser's keys are none"
        raise Gone(reason) from unfit


GONE = (401, 403, 404, 410)  # it is not there any more, or was allowed to another key than ours
REFUSED = (400, 413)


def _judge(answer: Response | None) -> TransportError:
    if answer is None:
        return Gone("the browser's keys are none")
    reason = f"the push service answered {answer.status_code}"
    if answer.status_code in GONE:
        return Gone(reason)
    return GivenUp(reason) if answer.status_code in REFUSED else TryLater(reason)


class InsideAddressError(Exception):
    """A name that leads into this machine or its own network: browsers may name any address."""


class OutsideConnection(SealedInTime):
    """A connection that goes to public addresses alone, whatever a name is made to mean, and ends in time."""

    def _new_conn(self) -> socket.socket:
        """Look before and after: a name may mean another address the second time it is asked."""
        for *_, found in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            _refuse_inside(str(found[0]))
        made = super()._new_conn()
        try:
            _refuse_inside(str(made.getpeername()[0]))
        except InsideAddressError:
            made.close()
            raise
        return made


def _refuse_inside(address: str) -> None:
    """Refuse what is not public; of IPv6 also what only wraps an address of IPv4 (6to4, NAT64, mapped)."""
    found = ip_address(address.partition("%")[0])
    wraps = isinstance(found, IPv6Address) and (found not in UNICAST or found in SIX_TO_FOUR)
    if wraps or not found.is_global:
        message = "the address is not a public one"
        raise InsideAddressError(message)


UNICAST, SIX_TO_FOUR = IPv6Network("2000::/3"), IPv6Network("2002::/16")


class _OutsidePool(HTTPSConnectionPool):
    ConnectionCls = OutsideConnection


class _Outside(InTime):
    pools: ClassVar[dict[str, type[HTTPConnectionPool]]] = {"https": _OutsidePool}


def outside_session() -> Session:
    """Give a session for https to public addresses: no redirects, no proxy of the environment."""
    session = Session()
    session.trust_env = False
    session.max_redirects = 0
    session.adapters.clear()
    session.mount("https://", _Outside())
    return session
