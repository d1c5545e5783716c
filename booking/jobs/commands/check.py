"""`flask rate FILE.json` and `flask understand SENTENCE`: check from the shell what is made of them.

A price, on a document instead of the database; a sentence, as the field on the pages reads it.
"""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from booking import clock
from booking.db import db
from booking.parks.models import Park
from booking.spaces.queries import own_words
from booking.tariffs.rate_document import DocumentRefused, rate_document
from booking.understand.plain_text import LONGEST
from booking.understand.sentence import USUAL_WORDS, OwnWords, understand

REFUSED = 2  # the shell's customary answer to input that cannot be used


@click.command("rate")
@click.argument("file")
def rate_command(file: str) -> None:
    """Price the stays of FILE (JSON; - reads standard input) and print the lines as JSON.

    Needs no database. A document that cannot be priced is refused by name on standard error, with exit
    status 2. The form of the document is told in docs/pricing.md.
    """
    try:
        rated = rate_document(_read(file))
    except OSError as error:
        click.echo(f"rate: {file!r} cannot be read: {error.strerror or error}", err=True)
        raise SystemExit(REFUSED) from error
    except DocumentRefused as refusal:
        click.echo(f"rate: {refusal}", err=True)
        raise SystemExit(REFUSED) from refusal
    text = json.dumps(rated, ensure_ascii=False, indent=2) + "\n"
    # As UTF-8 whatever the terminal says; half a surrogate pair, which JSON may hold, is written escaped.
    click.echo(text.encode("utf-8", errors="backslashreplace"), nl=False)


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    return Path(file).read_bytes()


WRONG = 2
USUAL_ZONE = ZoneInfo("Asia/Shanghai")


@click.command("understand")
@click.argument("sentence")
@click.option(
    "--now", "said_now", metavar="INSTANT", help="when it is said, with its offset: 2026-11-26T09:00+08:00"
)
@click.option(
    "--park", "code", help="whose words and zone are meant; not needed where there is only one park"
)
@with_appcontext
def understand_command(sentence: str, said_now: str | None, code: str | None) -> None:
    """Print what SENTENCE asks for as one line of JSON; what it does not say is null.

    Needs no database: without one it knows the usual words, with one those of the park as well.
    """
    now = _instant(said_now) if said_now is not None else clock.now()
    own, zone = _park(code)
    found = understand(sentence, now.astimezone(zone), own)
    text = json.dumps(found.as_dict(), ensure_ascii=False) + "\n"
    click.echo(text.encode("utf-8", errors="backslashreplace"), nl=False)
    if found.too_long:
        much = f"{len(sentence)} characters, of which the first {LONGEST} were read"
        click.echo(f"understand: the sentence is too long: {much}", err=True)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    click.echo(
        f"understand: --now {text!r} is no instant with its offset, such as 2026-11-26T09:00+08:00", err=True
    )
    sys.exit(WRONG)


def _park(code: str | None) -> tuple[OwnWords, ZoneInfo]:
    """Give the words and the zone of the park that is meant; the usual ones where there is none."""
    parks = _parks(code)
    if code is not None and not parks:
        click.echo(f"understand: there is no park {code!r}", err=True)
        sys.exit(WRONG)
    if len(parks) != 1:
        return USUAL_WORDS, USUAL_ZONE
    return own_words(db.session(), parks[0].id), parks[0].zone


def _parks(code: str | None) -> Sequence[Park]:
    """List the parks, or the one with a code; none where there is no database, or nothing in it yet."""
    if "sqlalchemy" not in current_app.extensions or _is_no_file():
        return ()
    wanted = select(Park).order_by(Park.id)
    try:
        return db.session.scalars(wanted if code is None else wanted.where(Park.code == code)).all()
    except SQLAlchemyError:
        return ()


def _is_no_file() -> bool:
    """Tell whether asking would make the database's file."""
    url = db.engine.url
    return url.get_backend_name() == "sqlite" and bool(url.database) and not Path(str(url.database)).exists()
