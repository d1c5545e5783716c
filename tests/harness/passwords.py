"""Passwords in tests are hashed at next to no cost; how they are kept in production has a test of its own."""

from __future__ import annotations

from argon2 import PasswordHasher

from booking.people import passwords

IN_PRODUCTION, DUMMY_HASH_IN_PRODUCTION = passwords.HASHER, passwords.DUMMY_HASH
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def spare_the_cost_of_passwords() -> None:
    """Hash and check by few rounds from now on in this process: each would take a tenth of a second."""
    passwords.HASHER = QUICK
    passwords.DUMMY_HASH = QUICK.hash("nobody")
