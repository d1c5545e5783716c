"""Versions of prices and rules, and the rater that prices by them."""
