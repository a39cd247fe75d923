"""Pure: money, debts, limits, offers, the dialogue. No I/O, no clock, no randomness."""
