"""Names of things in the reader's language, for pages and letters; some are filters too."""

from flask import Flask

from booking.blueprints.kit.labels.people import (
    account_state,
    because,
    role_name,
    role_rights,
    size_name,
    who_did,
)
from booking.blueprints.kit.labels.spaces import kind_name


def init(app: Flask) -> None:
    """Give the templates these names."""
    named = (account_state, because, kind_name, role_name, role_rights, size_name, who_did)
    app.jinja_env.filters.update({name.__name__: name for name in named})
