"""Papers and pictures kept for ever: bytes and their SHA-256."""
