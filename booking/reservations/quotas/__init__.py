"""How much of a kind an enterprise, or one person of it, may have in a day, a week or a month."""
