"""What people ask for, matters of the committee, and the liaisons who look after the enterprises."""
