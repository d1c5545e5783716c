"""Reservations made by one recurrence rule: what it means, what of it can be had, and changing it."""
