"""Debtor personas that hear and speak."""
