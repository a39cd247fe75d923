"""The dialogue as a table of transitions: states, acts, decisions."""
