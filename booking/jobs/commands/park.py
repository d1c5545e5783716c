"""`flask park` and `flask month`: set up a park and its administrator, look at its months and close them."""

import sys
from typing import NoReturn

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import clock
from booking.audit.actions import Actor
from booking.charges.models import MonthClose
from booking.db import db, transaction
from booking.invoices import rules
from booking.invoices.billable_lines import enterprises_to_invoice
from booking.invoices.close_month import close_month, invoiced, preview_month
from booking.jobs.invoices import IssueResult, issue_all
from booking.parks.models import Park
from booking.parks.queries import park_with_code
from booking.parks.set_up import create_park
from booking.people.accounts import create_admin
from booking.people.models import Enterprise
from booking.values import Month, Refusal


@click.group("park")
def park_command() -> None:
    """Set up parks and their administrators."""


SYSTEM = Actor.system("flask park")


@park_command.command("create")
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


@park_command.command("admin")
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


@click.group("month")
def month_command() -> None:
    """Preview and close a month."""


WRONG = 2
SHELL = "flask month close"


@month_command.command("close")
@click.argument("month")
@click.option("--park", "code", help="the park's code; not needed where there is only one park")
@click.option("--early", metavar="REASON", default="", help="close before the review is over, and say why")
@with_appcontext
def close(month: str, code: str | None, early: str) -> None:
    """Close MONTH (2026-10): an invoice and a letter for each enterprise.

    A second run makes what is still missing and nothing else. Exit status 1 where something failed,
    2 where the month cannot be closed.
    """
    park_id, wanted = _which(month, code)
    by = Actor.system(SHELL, park_id)
    try:
        with transaction() as session:
            row = close_month(session, _park_of(park_id), wanted, by=by, now=clock.now(), early=early)
    except Refusal as refusal:
        click.echo(f"month close: {_said(refusal)}", err=True)
        sys.exit(WRONG)
    made = _finish(row, park_id, wanted, by)
    _report(made, park_id, wanted)
    sys.exit(1 if made.failed else 0)


def _finish(row: MonthClose, park_id: int, month: Month, by: Actor) -> IssueResult:
    if row.finished_at is not None:
        return IssueResult(finished=True)
    due = enterprises_to_invoice(db.session(), park_id, month)
    return issue_all(park_id, month, due, by=by)


def _report(made: IssueResult, park_id: int, month: Month) -> None:
    session = db.session()
    names = _names(set(made.failed))
    for enterprise_id, why in made.failed.items():
        click.echo(f"failed: {names[enterprise_id]}: {why}", err=True)
    count, total = invoiced(session, park_id, month)
    click.echo(f"{month}: {len(made.numbers)} invoices made now, {count} in all, {total} yuan")
    click.echo("finished" if made.finished else f"not finished: {len(made.failed)} failed; run it again")


@month_command.command("preview")
@click.argument("month")
@click.option("--park", "code", help="the park's code; not needed where there is only one park")
@with_appcontext
def preview(month: str, code: str | None) -> None:
    """Show what closing MONTH would bill, enterprise by enterprise; changes nothing."""
    park_id, wanted = _which(month, code)
    found = preview_month(db.session(), _park_of(park_id), wanted, now=clock.now())
    for one in found.enterprises:
        notes = [f"{count} {what}" for what, count in one.notes().items() if count]
        click.echo(f"{one.name}\t{one.lines} lines\t{one.total}\t{', '.join(notes)}".rstrip())
    click.echo(
        f"{wanted}: {found.invoices} invoices, {found.total} yuan; closable from {found.closable_from}"
    )


def _park_of(park_id: int) -> Park:
    return db.session().get_one(Park, park_id)


def _which(month: str, code: str | None) -> tuple[int, Month]:
    query = select(Park).order_by(Park.id)
    parks = db.session.scalars(query if code is None else query.where(Park.code == code)).all()
    if len(parks) != 1:
        wrong = f"there is no park {code!r}" if code else "say which park with --park CODE"
        raise click.UsageError(wrong)
    try:
        return parks[0].id, Month.parse(month, parks[0].zone)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _names(ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Enterprise.id, Enterprise.name).where(Enterprise.id.in_(ids)).order_by(Enterprise.id)
    )
    return {row.id: row.name for row in rows}


def _said(refusal: Refusal) -> str:
    match refusal:
        case rules.MonthNotOver(month, first_day):
            return f"{month} is not over; it can be closed from {first_day} on, after its review"
        case rules.ReviewRunning(month, closable_from):
            return f"{month} is open to question until {closable_from}; --early REASON closes it today"
        case rules.EarlierMonthOpen(month, earlier):
            return f"{earlier} comes first: it has lines and is not closed, so {month} waits"
    return repr(refusal)
