"""Enterprises, their members, roles and signing in."""
