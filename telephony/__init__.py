"""Calls, media and providers; ignorant of debt."""
