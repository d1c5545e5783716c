"""A manager's pages: who is in the enterprise, what they may book, what they ask for, its chat groups."""
