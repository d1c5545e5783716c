"""Timers and the shell: each job asks what is due, does one item at a time, and is harmless twice."""
