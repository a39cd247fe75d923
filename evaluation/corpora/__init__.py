"""Spoken corpora: written lines said by many voices, sent over a telephone line and heard by our own recogniser."""
