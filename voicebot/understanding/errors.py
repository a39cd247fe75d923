"""What can be wrong with the language data.

UnderstandingError
├── LanguageDataInvalid
└── EncoderMissing
"""

from __future__ import annotations


class UnderstandingError(Exception):
    """Anything this package refuses."""


class LanguageDataInvalid(UnderstandingError):
    """A lexicon, rule or training file cannot be used as it is."""


class EncoderMissing(UnderstandingError):
    """Something needs the sentence encoder, which is not installed."""
