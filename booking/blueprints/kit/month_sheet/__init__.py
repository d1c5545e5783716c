"""What a month comes to: the sheet that the month page shows and the report prints, the savings, the wall."""
