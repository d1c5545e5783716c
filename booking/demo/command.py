"""`flask demo`: a lively park on this machine, made once and then served.

Every start of the app loads this, so whatever makes and serves the park is loaded only when it is asked for.
"""

import os
import sys

import click
from flask import Flask
from flask.cli import ScriptInfo

from booking.config import BadConfigurationError


class DemoRefusedError(Exception):
    """The demo may not be made, or cannot be served, here; the message says why and what to do."""


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--months", default=12, show_default=True, type=click.IntRange(1, 12), help="How much of a past."
)
@click.option("--reset", is_flag=True, help="Forget the demo park and make a new one.")
@click.option("--seed-only", is_flag=True, help="Make the park and do not serve it.")
@click.pass_context
def command(
    context: click.Context, *, host: str, port: int, months: int, reset: bool, seed_only: bool
) -> None:
    """Make a lively demo park if there is none yet, and serve it."""
    try:
        _run(
            context.ensure_object(ScriptInfo).load_app(),
            host,
            port,
            months,
            reset=reset,
            served=not seed_only,
        )
    except (BadConfigurationError, DemoRefusedError) as trouble:
        click.echo(str(trouble), err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("\n已停止。没有做完的演示数据会在下次启动时重新生成。", err=True)
        sys.exit(130)


def _run(like: Flask, host: str, port: int, months: int, *, reset: bool, served: bool) -> None:
    from booking.demo import make  # noqa: PLC0415 - dear, and the demo's alone

    if served:
        make.check_port(host, port)
    app = make.demo_app(like, os.environ, host, port)
    if reset:
        make.forget_demo(app)
    if not make.there_is_one(app):
        make.make_apart(app, tell=click.echo, months=months)
    if served:
        make.greet(app, tell=click.echo)
        make.serve_demo(app, host, port)
