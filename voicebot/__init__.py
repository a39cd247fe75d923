"""The bot: dialogue, speech and records of a debt-collection call."""
