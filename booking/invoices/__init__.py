"""Closed months: invoices without gaps in their numbers, and the credit notes that mend them."""
