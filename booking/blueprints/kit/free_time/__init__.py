"""How much of some days is free, where who says no time begins, and how much longer a stay may be."""
