"""Caller text to Meaning."""
