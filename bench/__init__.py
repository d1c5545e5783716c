"""Measures the product at growing size; never part of the tests."""
