"""Simulated callers in text: who they are, how they speak, and the oracle that judges what the bot said to them."""
