"""The inventory as a table: read from CSV or XLSX, compared with what is there, and written back."""
