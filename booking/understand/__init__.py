"""What one sentence asks for, in Chinese or English: kind, day, times, people and the rest; values only."""
