"""The documents; `generate.py` fills their generated blocks from the code."""
