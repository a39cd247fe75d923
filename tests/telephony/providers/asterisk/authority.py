"""A certificate authority of the test's own."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_LONG_AGO, _FAR_OFF = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=365 * 50)


class Authority:
    """Signs for whom it is told to; keeps its files in a folder."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(_pem(self._signed(self._name, self._key, x509.BasicConstraints(True, None))))

    def certificate(self, *, address: str = "127.0.0.1") -> Path:
        """Give a file with a certificate for this address, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        about = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        path = self._folder / f"{self.file.stem}-{address}.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(secret + _pem(self._signed(_named(address), key, about)))
        return path

    def _signed(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, about: x509.ExtensionType
    ) -> x509.Certificate:
        return (
            x509.CertificateBuilder(self._name, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(_LONG_AGO)
            .not_valid_after(_FAR_OFF)
            .add_extension(about, critical=isinstance(about, x509.BasicConstraints))
            .sign(self._key, hashes.SHA256())
        )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
