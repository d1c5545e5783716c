"""Checking what an enterprise states of its office before it counts."""
