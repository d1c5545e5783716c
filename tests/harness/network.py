"""No test reaches beyond its own machine: connections are pytest-socket's (pyproject.toml), names are ours.

pytest-socket judges the address of a connection; a name would be asked of a name server before that. What
runs in a process of its own (Chromium, gunicorn, PostgreSQL) is given only addresses of this machine.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

ASK = socket.getaddrinfo
UNKNOWN = ".invalid"
"""Names that never exist (RFC 2606), for tests of a server that cannot be found."""


class ForeignName(RuntimeError):  # noqa: N818 - no OSError, which the product would take for a bad line
    """A test looked for a machine by its name."""


def of_this_machine(host: str) -> bool:
    """Tell what needs no name server; a foreign address is refused when it is connected to."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host in {"", "localhost"}
    return True


def ask_nobody(host: str | bytes | None, *arguments: Any, **named: Any) -> list[tuple[Any, ...]]:
    """Look up what is of this machine, and refuse the rest."""
    name = host.decode() if isinstance(host, bytes) else host or ""
    if name.endswith(UNKNOWN):
        raise socket.gaierror(socket.EAI_NONAME, f"nobody is called {name}")
    if not of_this_machine(name):
        message = f"A test looked up {name!r}; tests reach only servers of their own, on 127.0.0.1 or ::1."
        raise ForeignName(message)
    return ASK(host, *arguments, **named)


def pytest_configure(config: pytest.Config) -> None:
    socket.getaddrinfo = ask_nobody


def pytest_unconfigure(config: pytest.Config) -> None:
    socket.getaddrinfo = ASK
