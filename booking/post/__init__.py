"""Letters waiting to go out: the outbox and its carrier."""
