"""The four accounts of the demo, one of each role; there are none of these in an installation of one's own."""

from typing import NamedTuple

from booking.people.models import Role

PARK_CODE = "XYD"
PASSWORD = "xingye-demo"  # noqa: S105 - printed on the screen for everybody to see


class Account(NamedTuple):
    """Who may come in."""

    role: Role
    name: str
    email: str


MEMBER = Account(Role.MEMBER, "林一", "member@demo.example")
MANAGER = Account(Role.MANAGER, "周可", "manager@demo.example")
ADMIN = Account(Role.ADMIN, "安澜", "admin@demo.example")
BRANCH = Account(Role.BRANCH, "向晨", "branch@demo.example")
ACCOUNTS = (MEMBER, MANAGER, ADMIN, BRANCH)
