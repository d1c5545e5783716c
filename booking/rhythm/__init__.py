"""The branch's month page, and the monthly cycle 11530: read from what happened, nothing kept of its own."""
