"""Judges whole calls by the rules of the design; shares no code with what decides, renders or gates."""
