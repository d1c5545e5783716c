"""What really happened: checking in and out, stays, no-shows, corrections."""
