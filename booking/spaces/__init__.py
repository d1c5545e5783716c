"""Areas, spaces, opening rules, closures and floor plans."""
