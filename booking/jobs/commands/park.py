"""`flask park`: set up a park, and the first of its administrators."""

import sys
from typing import NoReturn

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from booking import clock
from booking.audit.actor import Actor
from booking.db import transaction
from booking.parks.models import Park
from booking.parks.particulars import create_park
from booking.parks.queries import park_with_code
from booking.people.accounts import create_admin
from booking.values.refusal import Refusal


@click.group("park")
def command() -> None:
    """Set up parks and their administrators."""


SYSTEM = Actor.system("flask park")


@command.command("create")
@click.argument("code")
@click.argument("name")
@click.option("--zone", default="Asia/Shanghai", show_default=True, help="the park's time zone")
@with_appcontext
def create(code: str, name: str, zone: str) -> None:
    """Set up the park NAME; CODE (up to 12 letters and digits) stands in its invoice numbers."""
    if not (code.isascii() and code.isalnum() and len(code) <= 12):  # noqa: PLR2004 - the column's length
        _refuse("CODE has up to 12 letters and digits")
    try:
        with transaction() as session:
            create_park(session, code, name, zone, by=SYSTEM, now=clock.now())
    except Refusal as refusal:
        _refuse(repr(refusal))
    click.echo(f"{code}: set up. Next: flask --app wsgi park admin {code} EMAIL NAME")


@command.command("admin")
@click.argument("code")
@click.argument("email")
@click.argument("name")
@click.password_option(help="at least 10 characters; asked for where it is not given")
@with_appcontext
def admin(code: str, email: str, name: str, password: str) -> None:
    """Give the park CODE an administrator, or give that administrator a new password."""
    try:
        with transaction() as session:
            create_admin(session, _park(session, code), email, name, password, by=SYSTEM, now=clock.now())
    except Refusal as refusal:
        _refuse(repr(refusal))
    click.echo(f"{email}: may sign in as an administrator of {code}")


def _park(session: Session, code: str) -> Park:
    return park_with_code(session, code) or _refuse(f"there is no park {code!r}")


REFUSED = 2


def _refuse(reason: str) -> NoReturn:
    click.echo(f"park: {reason}", err=True)
    sys.exit(REFUSED)
