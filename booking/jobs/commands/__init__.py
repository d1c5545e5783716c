"""Shell commands, by subject."""
