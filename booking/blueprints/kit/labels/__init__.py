"""Names of things in the reader's language, for pages and letters."""
