"""Documents kept for ever: bytes and their SHA-256."""
