"""The pages. A view reads a form, opens a transaction, calls one verb or query, and draws."""
