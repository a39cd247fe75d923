"""The embedded way out: each message as a file for whoever sends it on, and as a text to read.

`<folder>/<date>/<key>.json` holds `{"key", "channel", "to", "sender", "created_at", "subject", "parts"}`; `<key>.txt`
beside it the same for people. Both are personal data: files 0600, folders 0700.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

from voicebot.application.outbox import DeliveryFailed, Envelope


class FileOutbox:
    """`Deliverer` into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, envelope: Envelope) -> None:
        """Write both files, each whole or not at all; what a message's key named before is left as it is.

        Raises:
            DeliveryFailed: the folder cannot be written to.
        """
        try:
            await asyncio.to_thread(self._write, envelope)
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise DeliveryFailed(f"the outbox folder cannot be written: {reason}", retryable=True) from error

    def _write(self, envelope: Envelope) -> None:
        day = self._folder / f"{envelope.created_at:%Y-%m-%d}"
        for folder in (self._folder, day):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The file that a sender picks up comes last: where it is, the message is complete.
        for suffix, text in ((".txt", _readable(envelope)), (".json", _for_machines(envelope))):
            place = day / f"{envelope.key}{suffix}"
            if not place.exists():
                _put(place, text)


def _put(place: Path, text: str) -> None:
    part = place.with_name(f".{place.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(place)


def _for_machines(envelope: Envelope) -> str:
    shape = {
        "key": envelope.key,
        "channel": envelope.channel,
        "to": envelope.to,
        "sender": envelope.sender,
        "created_at": envelope.created_at.isoformat(),
        "subject": envelope.content.subject,
        "parts": list(envelope.content.parts),
    }
    return json.dumps(shape, ensure_ascii=False, indent=1) + "\n"


def _readable(envelope: Envelope) -> str:
    head = [
        f"Para: {envelope.to} ({envelope.channel})",
        f"De: {envelope.sender}",
        f"Em: {envelope.created_at:%d/%m/%Y %H:%M}",
    ]
    if envelope.content.subject is not None:
        head.append(f"Assunto: {envelope.content.subject}")
    return "\n".join(head) + "\n\n" + "\n\n---\n\n".join(envelope.content.parts) + "\n"
