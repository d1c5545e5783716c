"""Values without identity: money, spans of time, months, refusals. They know nothing but numbers."""
