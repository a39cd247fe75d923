"""The eleven criteria of a call, one file for each part of it; each gives pass, fail or not applicable."""
