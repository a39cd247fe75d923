"""Speech recognition and synthesis engines, the model catalogue, the phrase cache."""
