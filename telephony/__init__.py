"""Telephone calls and their media: placing, transferring, hanging up, audio in and out. Knows nothing of what is said in them."""
