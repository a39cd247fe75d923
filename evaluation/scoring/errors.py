"""What can be wrong with what is to be scored.

ScoringError
├── TranscriptUnreadable   a file is missing, is no JSON, or is no transcript
└── ScorecardInvalid       a scorecard or a list of cues is malformed
"""

from __future__ import annotations


class ScoringError(Exception):
    """Nothing can be scored until a person mends the file; the message says which and how."""

    retryable = False


class TranscriptUnreadable(ScoringError):
    pass


class ScorecardInvalid(ScoringError):
    pass
