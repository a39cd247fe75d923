"""One file or folder per telephony provider; providers do not know each other."""
