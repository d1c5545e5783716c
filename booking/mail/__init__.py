"""The outbox: letters waiting to go out."""
