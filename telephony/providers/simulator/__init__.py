"""A faithful fake phone and carrier on loopback."""
