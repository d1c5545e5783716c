"""What one person does again and again, and the next time like one that was."""
