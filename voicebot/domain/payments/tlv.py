"""Tag, length, value as EMV writes it, two digits each, and the checksum that closes a code."""

from __future__ import annotations

from typing import Final

from voicebot.domain.payments.errors import (
    PixChecksumWrong,
    PixFieldInvalid,
    PixFieldRepeated,
    PixFieldTooLong,
    PixTruncated,
)

_CRC_HEADER: Final = "6304"
_CRC_DIGITS: Final = 4
_MOST: Final = 99
"""A length has two digits."""
_POLYNOMIAL: Final = 0x1021
_WORD: Final = 0xFFFF


def crc16(data: str) -> str:
    """Give the CRC-16/CCITT-FALSE of ASCII text as four upper-case hexadecimal digits; "123456789" gives 29B1."""
    value = _WORD
    for byte in data.encode("ascii"):
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ _POLYNOMIAL if value & 0x8000 else value << 1) & _WORD
    return f"{value:04X}"


def field(tag: str, value: str) -> str:
    """Write one field.

    Raises:
        PixFieldTooLong: more than 99 characters.
    """
    if len(value) > _MOST:
        raise PixFieldTooLong(f"field {tag} has {len(value)} characters, {_MOST} are possible")
    return f"{tag}{len(value):02d}{value}"


def fields(text: str, where: str) -> dict[str, str]:
    """Read every field of `text`, in order; `where` names the text in an error.

    Raises:
        PixTruncated: a field reaches past the end.
        PixFieldInvalid: a tag or a length that is not two digits.
        PixFieldRepeated: a tag there twice.
    """
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        header = text[position : position + 4]
        if len(header) < 4:
            raise PixTruncated(f"{where} ends inside the header of a field: copy the whole code")
        if not header.isdigit():
            raise PixFieldInvalid(f"{where} has a field whose tag or length is no number, at position {position}")
        tag, length = header[:2], int(header[2:])
        value = text[position + 4 : position + 4 + length]
        if len(value) < length:
            raise PixTruncated(f"{where} ends inside field {tag}: copy the whole code")
        if tag in found:
            raise PixFieldRepeated(f"{where} has field {tag} twice")
        found[tag] = value
        position += 4 + length
    return found


def sealed(body: str) -> str:
    """Close a code with its checksum."""
    return f"{body}{_CRC_HEADER}{crc16(body + _CRC_HEADER)}"


def opened(code: str) -> str:
    """Give what the checksum covers, without its own field.

    Raises:
        PixTruncated: no checksum at the end.
        PixChecksumWrong: it does not fit.
    """
    body, header, digits = code[:-8], code[-8:-_CRC_DIGITS], code[-_CRC_DIGITS:]
    if header != _CRC_HEADER:
        raise PixTruncated("the code does not end with its checksum (field 63): copy the whole code")
    if crc16(body + header) != digits:
        raise PixChecksumWrong("the checksum does not fit the code: a character was lost or changed, copy it again")
    return body
