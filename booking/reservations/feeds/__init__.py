"""Calendar feeds: secret addresses that calendar programs subscribe to, and what they tell."""
