"""What can be wrong with a Pix code or a slip, as one tree. No message holds a key, a code or an amount.

PaymentCodeError             (a ValueError)
├── PixError
│   ├── PixChecksumWrong     damaged or forged: the CRC does not fit the rest
│   ├── PixTruncated         a length points past the end, or the closing CRC is missing
│   ├── PixCharacterInvalid  a character that a BR Code cannot hold
│   ├── PixFieldMissing      a field that every Pix code has is absent
│   ├── PixFieldRepeated     a field is there twice
│   ├── PixFieldTooLong      a field, or the whole code, is longer than the standard allows
│   ├── PixFieldInvalid      a field is there and is no such thing
│   ├── PixCurrencyWrong     not in reais
│   ├── PixCountryWrong      not for Brazil
│   ├── PixKeyInvalid        not a CPF, CNPJ, phone, e-mail or random key
│   └── NotPix               a payment code of another arrangement
└── BoletoError
    ├── BoletoLengthWrong    not 44, 47 or 48 digits
    ├── BoletoDigitWrong     a check digit does not fit
    └── BoletoFieldInvalid   a field outside what a slip can hold
"""

from __future__ import annotations


class PaymentCodeError(ValueError):
    """Base of everything refused here; what was given is at fault, so another try does not mend it."""

    retryable = False


class PixError(PaymentCodeError):
    """A Pix code cannot be read or built."""


class PixChecksumWrong(PixError):
    """The CRC does not fit the rest of the code."""


class PixTruncated(PixError):
    """The code ends in the middle."""


class PixCharacterInvalid(PixError):
    """A character outside printable ASCII."""


class PixFieldMissing(PixError):
    """A mandatory field is absent."""


class PixFieldRepeated(PixError):
    """A field is there twice."""


class PixFieldTooLong(PixError):
    """A field is longer than the standard allows."""


class PixFieldInvalid(PixError):
    """A field's content is not what the standard asks for."""


class PixCurrencyWrong(PixError):
    """The code is not in reais."""


class PixCountryWrong(PixError):
    """The code is not for Brazil."""


class PixKeyInvalid(PixError):
    """The key is none of the five kinds."""


class NotPix(PixError):
    """A payment code without a Pix account."""


class BoletoError(PaymentCodeError):
    """A slip cannot be read or built."""


class BoletoLengthWrong(BoletoError):
    """Neither a barcode nor a typed line."""


class BoletoDigitWrong(BoletoError):
    """A check digit does not fit: a digit was mistyped or changed."""


class BoletoFieldInvalid(BoletoError):
    """A field is outside what a slip can hold."""
