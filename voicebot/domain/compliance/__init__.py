"""Rules with their sources: when contact is permitted, and what may be said to whom."""
