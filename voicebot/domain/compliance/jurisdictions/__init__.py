"""One file per jurisdiction, each exporting RULES."""
