"""Telephone calls and their media: placing, transferring, ending, audio. Knows nothing of what is said in them."""
