"""What can go wrong with speech; each message names the command that mends it.

SpeechError
├── BadAudio             audio of another shape, type or format than asked for
├── EngineUnavailable    an engine's library or process is missing or died
└── ModelError
    ├── UnknownModel     no such name in the catalogue
    ├── ModelMissing     its files are not in the models folder
    ├── ModelDamaged     a file is not what the catalogue says
    └── DownloadFailed   no source gave the right file
"""

from __future__ import annotations

from pathlib import Path

FETCH = "python -m voicebot models fetch"


class SpeechError(Exception):
    """Base of all speech errors."""


class BadAudio(SpeechError):
    """Audio that an engine cannot take."""


class EngineUnavailable(SpeechError):
    """An engine cannot run here, or its process ended.

    `retryable` is true when the same call may work the next time.
    """

    def __init__(self, engine: str, reason: str, mend: str, *, retryable: bool = False) -> None:
        super().__init__(f"{engine} cannot run: {reason}; {mend}")
        self.engine = engine
        self.retryable = retryable


class ModelError(SpeechError):
    """Something is wrong with a model's files."""

    def __init__(self, model: str, message: str) -> None:
        super().__init__(message)
        self.model = model


class UnknownModel(ModelError):
    """No model has this name."""

    def __init__(self, model: str, known: list[str]) -> None:
        super().__init__(
            model, f"no model is called {model!r}; `python -m voicebot models list` shows {', '.join(known)}"
        )


class ModelMissing(ModelError):
    """Files of a model are not there."""

    def __init__(self, model: str, path: Path) -> None:
        super().__init__(
            model, f"model {model} is missing: {path} does not exist; run `make install` or `{FETCH} {model}`"
        )
        self.path = path


class ModelDamaged(ModelError):
    """A file differs from what the catalogue says."""

    def __init__(self, model: str, path: Path, what: str) -> None:
        super().__init__(model, f"model {model} is damaged: {path}: {what}; run `{FETCH} {model}` to fetch it again")
        self.path = path


class DownloadFailed(ModelError):
    """No source gave the files; the message has each source's reason."""

    def __init__(self, model: str, reasons: list[str]) -> None:
        tried = "; ".join(reasons) or "the catalogue lists no source"
        super().__init__(
            model,
            f"model {model} could not be fetched ({tried}); check the network or pip's settings, "
            f"then run `{FETCH} {model}` again",
        )
        self.reasons = reasons
