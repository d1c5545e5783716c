"""Tariffs, charges, statements, invoices, payments and fapiao requests."""
