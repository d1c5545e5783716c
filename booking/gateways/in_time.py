"""Connections that end in time, however slowly an answer trickles in; for requests' sessions."""

import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress
from contextvars import ContextVar
from threading import Timer
from typing import Any, ClassVar

from requests import Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

DEADLINE = 20.0  # seconds that a connection lasts


def ends_in_time(connection: socket.socket, seconds: float) -> Callable[[], None]:
    """Cut a connection after so long, TLS or not; gives what calls that off.

    A time-out counts anew with each byte that comes, and one that sends a byte now and then would hold the
    worker for ever.
    """
    watched = connection.dup()  # TLS takes the connection's own handle away

    def cut() -> None:
        with suppress(OSError):
            watched.shutdown(socket.SHUT_RDWR)
        watched.close()

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()

    def call_off() -> None:
        timer.cancel()
        watched.close()

    return call_off


_watches: ContextVar[ExitStack] = ContextVar("watches")


class PlainInTime(HTTPConnection):
    """A connection without TLS that lasts no longer than the deadline."""

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        _watches.get().callback(ends_in_time(made, DEADLINE))
        return made


class SealedInTime(PlainInTime, HTTPSConnection):
    """A connection with TLS that lasts no longer than the deadline."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = PlainInTime


class _SealedPool(HTTPSConnectionPool):
    ConnectionCls = SealedInTime


class InTime(HTTPAdapter):
    """Lets a session's connections end in time, to both `http:` and `https:`; for one request a session.

    A connection is watched until the whole answer is there, not until it is closed: what says that it closes
    after its answer is closed on our side before that is read.
    """

    pools: ClassVar[dict[str, type[HTTPConnectionPool]]] = {"http": _PlainPool, "https": _SealedPool}

    def init_poolmanager(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as requests calls it
        """Make the pools, of our connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self.pools

    def send(self, *args: Any, **options: Any) -> Response:  # noqa: ANN401 - as requests calls it
        """Send, and read the whole answer; raises what requests does, where it was cut too."""
        with ExitStack() as watches:
            held = _watches.set(watches)
            watches.callback(_watches.reset, held)
            answer = super().send(*args, **options)
            answer.content  # noqa: B018 - it is kept
            return answer
