"""Vendor SDKs, one port each; they know neither tables nor requests."""
