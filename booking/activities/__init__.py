"""What happens in the hall: activities, who signs up, who came, and whether it was useful."""
