"""Areas, spaces, the rules they open by, and closures."""
