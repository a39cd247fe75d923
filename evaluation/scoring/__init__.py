"""Scores any collection call, the bot's or a person's, from its words; acts are used only where they are present."""
