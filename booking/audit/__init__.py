"""Who changed what, and which job ran when."""
