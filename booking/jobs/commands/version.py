"""`flask version`: say which version of the product this is."""

import click

from booking import __version__


@click.command("version")
def command() -> None:
    """Print the product's version; needs no settings and no database."""
    click.echo(__version__)
