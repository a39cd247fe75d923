"""What is asked for with a call besides ringing: who answered, and a recording at the provider. Both off by default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode


def with_reference(url: str, call_ref: str) -> str:
    """Give the URL with the call's reference in its query."""
    return f"{url}?{urlencode({'call_ref': call_ref})}"


@dataclass(frozen=True, slots=True)
class MachineDetection:
    """The provider listens for a machine beside the bot; asynchronous, so nobody waits in silence for its opinion.

    A second signal only: it comes seconds into the call. Limits and defaults are those of the Calls resource.
    """

    report_url: str
    """Where the opinion is sent; `?call_ref=` is added."""
    timeout_s: int = 30
    speech_ms: int = 2_400
    """Speech longer than this is a machine's greeting, 1000 to 6000."""
    speech_end_ms: int = 1_200
    """So much silence ends a greeting, 500 to 5000."""
    silence_ms: int = 5_000
    """So much silence in the beginning is `unknown`, 2000 to 10000."""

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("timeout_s", self.timeout_s, 3, 59),
            ("speech_ms", self.speech_ms, 1_000, 6_000),
            ("speech_end_ms", self.speech_end_ms, 500, 5_000),
            ("silence_ms", self.silence_ms, 2_000, 10_000),
        ):
            if not low <= value <= high:
                raise ValueError(f"machine detection: {name} must be {low} to {high}")

    def parameters(self, call_ref: str) -> dict[str, Any]:
        return {
            "machine_detection": "Enable",
            "async_amd": "true",
            "async_amd_status_callback": with_reference(self.report_url, call_ref),
            "async_amd_status_callback_method": "POST",
            "machine_detection_timeout": self.timeout_s,
            "machine_detection_speech_threshold": self.speech_ms,
            "machine_detection_speech_end_threshold": self.speech_end_ms,
            "machine_detection_silence_timeout": self.silence_ms,
        }


@dataclass(frozen=True, slots=True)
class ProviderRecording:
    """Both sides recorded at the provider, on channels of their own; our own recording needs none of this."""

    report_url: str | None = None
    """Where the recording's states are sent; `?call_ref=` is added."""

    def parameters(self, call_ref: str) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "record": True,
            "recording_channels": "dual",
            # The default cuts silence away, and the times in the record would not hold any more.
            "trim": "do-not-trim",
        }
        if self.report_url is not None:
            asked["recording_status_callback"] = with_reference(self.report_url, call_ref)
            asked["recording_status_callback_event"] = ["in-progress", "completed", "absent"]
        return asked
