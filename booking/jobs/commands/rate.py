"""`flask rate FILE.json`: check a price from the shell, on a document instead of the database."""

import json
import sys
from pathlib import Path

import click

from booking.tariffs.rate_document import DocumentRefused, rate_document

REFUSED = 2  # the shell's customary answer to input that cannot be used


@click.command("rate")
@click.argument("file")
def command(file: str) -> None:
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
