"""Writes down the minutes of days that are over: when places were open, booked and used."""
