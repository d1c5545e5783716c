"""Tariffs, charges, statements, invoices, payments: billed is what was used."""
