"""E-mail addresses as mail servers know them."""

import unicodedata


def half_width_email(text: str) -> str:
    """Write full-width signs and the full stop of a Chinese keyboard as ASCII; trimmed."""
    return unicodedata.normalize("NFKC", text).replace("。", ".").strip()
