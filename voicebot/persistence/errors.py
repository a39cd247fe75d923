"""What can go wrong with what is kept, as one tree.

PersistenceError
├── EmbeddedUnavailable      the embedded server cannot be had here; the message says what to do
├── PortfolioConflict        a debtor reference or contract belongs to another creditor
└── RecordingError
    ├── RecordingKeyInvalid  not 32 bytes in base64, or not the key of this file
    ├── RecordingTampered    bytes were changed, swapped or taken out
    └── RecordingIncomplete  the final frame is missing: a crash, or a cut file

`RecordsUnavailable` (the database is away) and `UnknownCall` are the application's own words and live beside its ports.
"""

from __future__ import annotations


class PersistenceError(Exception):
    """Base of everything raised here that another try would not mend."""

    retryable = False


class EmbeddedUnavailable(PersistenceError):
    """The embedded PostgreSQL cannot be started or reached."""


class PortfolioConflict(PersistenceError):
    """A debtor reference or contract is already another creditor's."""


class RecordingError(PersistenceError):
    """A recording cannot be written or read."""


class RecordingKeyInvalid(RecordingError):
    """The key is malformed, or it is not the one this file was written with."""


class RecordingTampered(RecordingError):
    """The file is not what the writer wrote."""


class RecordingIncomplete(RecordingError):
    """The file ends before its final frame."""
