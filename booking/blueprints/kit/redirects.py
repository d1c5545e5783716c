"""Leads on to an address that somebody sent, where it is a page of this site and nothing else."""

from urllib.parse import urlsplit

from flask import redirect
from werkzeug import Response


def is_safe_path(target: str) -> bool:
    """Tell whether an address is a path on this site and nothing else, however browsers read it."""
    if not target.startswith("/") or target.startswith(("//", "/\\")):
        return False
    if any(not char.isprintable() or char == "\\" for char in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


SEE_OTHER = 303


def lead_on(target: str, otherwise: str, code: int = SEE_OTHER) -> Response:
    """Redirect to the address that was sent, or to our own where that one is not safe."""
    return redirect(target if is_safe_path(target) else otherwise, code)
