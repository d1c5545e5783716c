"""What reaches people by itself: reminders of their bookings, and how each wants to be told."""
