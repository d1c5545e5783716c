"""Who waits for a time that is taken, in order of asking; what comes free is held for the first."""
