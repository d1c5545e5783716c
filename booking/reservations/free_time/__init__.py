"""How much of a day is free, and when several people and rooms are."""
