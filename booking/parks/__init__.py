"""Parks: zone, opening hours, working days, the park's own particulars."""
