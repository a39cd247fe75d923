"""Who picked up: people, recordings, menus, assistants and tones told apart by tones, pauses and wording."""
