"""When two names that somebody typed are the same, of a person or an enterprise."""

import unicodedata

OF_ID = "#"


def plain(text: str) -> str:
    """Write a name as it is compared: width, capitals and blanks make no other person."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def firm_key(enterprise_id: int | None, typed: str) -> str:
    """Give what is the same for all of one enterprise: no name that somebody typed is taken for an id."""
    return f"{OF_ID}{enterprise_id}" if enterprise_id is not None else plain(typed).lstrip(OF_ID)
