"""Who is asked along to a booking: colleagues and guests; they are told, expected, and forgotten again."""
