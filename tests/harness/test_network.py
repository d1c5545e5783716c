"""Tests reach the servers they started, and nobody else."""

from __future__ import annotations

import socket
import urllib.request

import pytest
from pytest_socket import SocketConnectBlockedError

from tests.harness.mail import free_port
from tests.harness.network import ForeignName

# Addresses and names of documentation (RFC 5737, 3849 and 2606): should one get out, it reaches nobody.
FOREIGN = ["192.0.2.1", "203.0.113.7", "2001:db8::1"]


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
@pytest.mark.parametrize("address", FOREIGN)
def test_a_foreign_address_is_refused(address):
    with pytest.raises(SocketConnectBlockedError, match="allowed: "):
        socket.create_connection((address, 443), timeout=0.2)


@pytest.mark.parametrize("name", ["www.example.com", b"smtp.example.com", "api.stripe.com"])
def test_a_foreign_name_is_not_even_looked_up(name):
    with pytest.raises(ForeignName, match="servers of their own"):
        socket.create_connection((name, 443), timeout=0.2)


def test_no_library_reaches_out():
    with pytest.raises(ForeignName):
        urllib.request.urlopen("https://www.example.com/", timeout=0.2)


def test_a_name_that_never_exists_is_not_found():
    with pytest.raises(socket.gaierror):
        socket.create_connection(("mail.invalid", 25), timeout=0.2)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_server_of_the_test_is_reached(host):
    with (
        socket.create_server(("127.0.0.1", port := free_port())),
        socket.create_connection((host, port)) as line,
    ):
        assert line.getpeername() == ("127.0.0.1", port)
