"""Lines of what was used, priced once; the statement, and questions about its lines."""
