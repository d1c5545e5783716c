"""Post: letters waiting to go out."""
