"""How much of some days is free, and where who says no time begins."""
