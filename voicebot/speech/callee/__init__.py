"""Who picked up: people, recordings, menus, assistants and tones told apart by ear, without any model of language."""
