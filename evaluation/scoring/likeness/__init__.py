"""How much a line is like things that may be said: learnt from lines of our own, blurred as an ear blurs them."""
