"""Asking for a space, refusing, moving, cancelling; and occupancy, the one thing that may never overlap."""
