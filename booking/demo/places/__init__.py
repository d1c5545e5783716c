"""What the demo's park has: its spaces, what they cost, the floors they lie on, and what stood empty before."""
