"""Append-only encrypted files: frames of AES-256-GCM that cannot be changed, swapped, or cut without it showing.

Layout: a header (magic, salt, key id, label), then frames of `length (4 bytes) | final (1 byte) | ciphertext`. Each
file has a key of its own, derived from the master key and the file's random salt, so the frame counter serves as the
nonce and never repeats under one key. The header's hash, the counter and the final mark are authenticated with every
frame. What a crash left whole stays readable.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from voicebot.persistence.errors import RecordingKeyInvalid, RecordingTampered

_MAGIC: Final = b"VBSEAL1\n"
_KEY_BYTES: Final = 32
_SALT_BYTES: Final = 32
_KEY_ID_BYTES: Final = 8
_FIXED: Final = struct.Struct(f">{len(_MAGIC)}s{_SALT_BYTES}s{_KEY_ID_BYTES}sH")
_FRAME: Final = struct.Struct(">I?")


def generate_key() -> str:
    """Make a new key, 32 random bytes in base64, as VOICEBOT_RECORDING_KEY takes it."""
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def read_key(encoded: str) -> bytes:
    """Decode a key.

    Raises:
        RecordingKeyInvalid: not 32 bytes in base64; the message does not repeat it.
    """
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    return _checked(key)


def key_id(key: bytes) -> str:
    """Name a key without giving it away: 16 hex digits."""
    return hashlib.sha256(b"voicebot key id" + _checked(key)).digest()[:_KEY_ID_BYTES].hex()


def _checked(key: bytes) -> bytes:
    if len(key) != _KEY_BYTES:
        raise RecordingKeyInvalid(
            "the recording key is not 32 bytes in base64: set VOICEBOT_RECORDING_KEY to 32 random bytes in base64"
        )
    return key


class _Cipher:
    """Seals and opens the frames of one file."""

    def __init__(self, key: bytes, header: bytes) -> None:
        _, salt, _, _ = _FIXED.unpack_from(header)
        derived = HKDF(SHA256(), length=_KEY_BYTES, salt=salt, info=b"voicebot sealed file").derive(_checked(key))
        self._aead = AESGCM(derived)
        self._context = hashlib.sha256(header).digest()

    def seal(self, index: int, payload: bytes, *, final: bool) -> bytes:
        return self._aead.encrypt(index.to_bytes(12), payload, self._facts(index, final))

    def open(self, index: int, sealed: bytes, *, final: bool) -> bytes:
        return self._aead.decrypt(index.to_bytes(12), sealed, self._facts(index, final))

    def _facts(self, index: int, final: bool) -> bytes:
        return self._context + index.to_bytes(8) + bytes([final])


class SealedWriter:
    """Writes one new file, mode 0600; `label` (at most 65535 bytes) is readable without the key.

    Raises:
        FileExistsError: something is there already.
        RecordingKeyInvalid: the key has another length.
    """

    def __init__(self, path: Path, key: bytes, label: str) -> None:
        words = label.encode()
        salt = secrets.token_bytes(_SALT_BYTES)
        header = _FIXED.pack(_MAGIC, salt, bytes.fromhex(key_id(key)), len(words)) + words
        self._cipher = _Cipher(key, header)
        self._handle: int | None = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._digest = hashlib.sha256()
        self.path = path
        self.frames = 0
        """Written so far, the final one not counted."""
        self._write(header)

    def append(self, payload: bytes) -> None:
        """Write one frame; when this returns, the frame survives the end of the process."""
        self._frame(payload, final=False)
        self.frames += 1

    def sync(self) -> None:
        """Wait until what is written survives a power cut too; blocks."""
        if self._handle is not None:
            os.fdatasync(self._handle)

    def finish(self) -> str:
        """Write the final frame and close; give the file's SHA-256 in hex."""
        self._frame(b"", final=True)
        self.sync()
        self.close()
        return self._digest.hexdigest()

    def rename(self, path: Path) -> None:
        """Give the file another name in the same folder."""
        self.path.rename(path)
        self.path = path

    def fileno(self) -> int:
        """Give the descriptor, for a lock."""
        if self._handle is None:
            raise ValueError(f"{self.path} is closed")
        return self._handle

    def close(self) -> None:
        """Close without a final frame, as a crash would."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _frame(self, payload: bytes, *, final: bool) -> None:
        sealed = self._cipher.seal(self.frames, payload, final=final)
        self._write(_FRAME.pack(len(sealed), final) + sealed)

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self.fileno(), rest) :]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was read from a file."""

    label: str
    frames: tuple[bytes, ...] = field(repr=False)
    complete: bool
    """False where the final frame is missing; a frame cut in the middle is left out."""


def read_sealed(path: Path, key: bytes) -> Sealed:
    """Read a file to its end, or to where a crash ended it.

    Raises:
        RecordingKeyInvalid: written with another key.
        RecordingTampered: not such a file, or not as it was written.
    """
    raw = path.read_bytes()
    header, label = _header(path, raw, key)
    cipher = _Cipher(key, header)
    frames: list[bytes] = []
    at = len(header)
    while at + _FRAME.size <= len(raw):
        length, final = _FRAME.unpack_from(raw, at)
        start = at + _FRAME.size
        if start + length > len(raw):
            break
        try:
            payload = cipher.open(len(frames), raw[start : start + length], final=final)
        except (InvalidTag, ValueError):
            raise RecordingTampered(f"frame {len(frames)} of {path} is not what was written there") from None
        at = start + length
        if final:
            if at != len(raw):
                raise RecordingTampered(f"{path} goes on after its final frame")
            return Sealed(label, tuple(frames), complete=True)
        frames.append(payload)
    return Sealed(label, tuple(frames), complete=False)


def _header(path: Path, raw: bytes, key: bytes) -> tuple[bytes, str]:
    if len(raw) < _FIXED.size or not raw.startswith(_MAGIC):
        raise RecordingTampered(f"{path} is not a sealed file")
    _, _, found, length = _FIXED.unpack_from(raw)
    if found.hex() != key_id(key):
        raise RecordingKeyInvalid(f"{path} was written with key {found.hex()}, this is key {key_id(key)}")
    header = raw[: _FIXED.size + length]
    try:
        return header, header[_FIXED.size :].decode()
    except UnicodeDecodeError:
        raise RecordingTampered(f"the header of {path} is not what was written there") from None
