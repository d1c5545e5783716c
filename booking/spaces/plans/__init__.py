"""Floor plans of areas: what is drawn on the grid, and where each space lies."""
