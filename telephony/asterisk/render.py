"""Fill the configuration templates: `python -m telephony.asterisk.render --out /etc/asterisk`.

Values come from the environment, `VOICEBOT_ASTERISK_NAME` for each name below; a secret is never given on the command
line. The files hold secrets, so only their owner and group may read them.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, urlsplit

TEMPLATES: Final = Path(__file__).with_name("etc")
PREFIX: Final = "VOICEBOT_ASTERISK_"
DEFAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "GATEWAY": "http://127.0.0.1:8000",
        "MEDIA": "websocket",
        "AUDIOSOCKET": "127.0.0.1:9092",
        "TRUNK_USER": "",
        "TRUNK_PASSWORD": "",
        "TRUNK_MATCH": "",
        "TRUNK_TRANSPORT": "udp",
        # sdes or no; where nothing is said the voice is as private as the signalling.
        "TRUNK_SRTP": "",
        "TLS_CA": "/etc/ssl/certs/ca-certificates.crt",
        "TLS_CERT": "",
        "TLS_KEY": "",
        "SIP_BIND": "",
        "PHONES_BIND": "",
        "HTTP_BIND": "127.0.0.1",
        "HTTP_PORT": "8088",
        "MANAGER_PORT": "5038",
        "BOT_NETWORK": "127.0.0.1/255.255.255.255",
        "RTP_START": "20000",
        "RTP_END": "20999",
        "RING_S": "30",
        "RTP_TIMEOUT_S": "60",
        "CALL_LIMIT_S": "900",
        "HUMAN_LIMIT_S": "3600",
        "HUMAN_ENDPOINT": "trunk",
        "HUMAN_RING_S": "25",
        "HUMAN_TARGET": "",
        "DIAL_PREFIX": "",
        "DIAL_STRIP": "0",
        "ETC_DIR": "/etc/asterisk",
        "MODULES_DIR": "/usr/lib/x86_64-linux-gnu/asterisk/modules",
        "DATA_DIR": "/var/lib/asterisk",
        "SHARE_DIR": "/usr/share/asterisk",
        "RUN_DIR": "/var/run/asterisk",
        # Keep it short: where the path of a copy is longer than the URL that it came from, Asterisk plays nothing.
        "CACHE_DIR": "/var/cache/asterisk",
        "LOG_DIR": "/var/log/asterisk",
    }
)
"""What may be left out. `SECRET` (Asterisk to the bot), `PASSWORD` (the bot to Asterisk) and `TRUNK_HOST` may not."""
REQUIRED: Final = ("SECRET", "PASSWORD", "TRUNK_HOST")
_SIP_PORTS: Final = MappingProxyType({"udp": "5060", "tcp": "5060", "tls": "5061"})
_ONLY_WHERE: Final[Mapping[str, Callable[[Mapping[str, str]], bool]]] = MappingProxyType(
    {
        "pjsip_trunk_auth.conf": lambda values: bool(values["TRUNK_USER"]),
        "pjsip_trunk_registration.conf": lambda values: bool(values["TRUNK_USER"]),
        "pjsip_trunk_tls.conf": lambda values: values["TRUNK_TRANSPORT"] == "tls",
        "pjsip_trunk_certificate.conf": lambda values: bool(values["TLS_CERT"]),
        "pjsip_trunk_srtp.conf": lambda values: values["TRUNK_SRTP"] == "sdes",
        "pjsip_phones.conf": lambda values: bool(values["PHONES_BIND"]),
    }
)
"""Templates that are for some trunks only, and for which."""
_PLACE: Final = re.compile(r"<<([A-Z_]+)>>")
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~:/@+\-]*")
_SECRET_MIN: Final = 16
_OWNER_AND_GROUP: Final = 0o640


class BadConfiguration(Exception):
    """A value is missing, or cannot stand in Asterisk's configuration; the message names it, never its value."""


def values_from(environment: Mapping[str, str]) -> dict[str, str]:
    """Give every value that the templates name. Raises `BadConfiguration`."""
    values = {name: environment.get(PREFIX + name) or DEFAULTS.get(name, "") for name in (*DEFAULTS, *REQUIRED)}
    for name in REQUIRED:
        if not values[name]:
            raise BadConfiguration(f"{PREFIX}{name} is missing: set it in the environment")
    for name, value in values.items():
        if _PLAIN.fullmatch(value) is None:
            raise BadConfiguration(
                f"{PREFIX}{name} holds a character that means something to Asterisk: "
                "use letters, digits and . _ ~ : / @ + - only (openssl rand -hex 24 makes a good secret)"
            )
    for name in ("SECRET", "PASSWORD"):
        if len(values[name]) < _SECRET_MIN:
            raise BadConfiguration(f"{PREFIX}{name} is too short: {_SECRET_MIN} characters or more")
    if values["MEDIA"] not in {"websocket", "audiosocket"}:
        raise BadConfiguration(f"{PREFIX}MEDIA is websocket or audiosocket")
    gateway = urlsplit(values["GATEWAY"])
    if gateway.scheme not in {"http", "https"} or not gateway.netloc or "@" in gateway.netloc or gateway.query:
        raise BadConfiguration(f"{PREFIX}GATEWAY must look like https://bot.example.com, without a user or a query")
    base = gateway.netloc + gateway.path.rstrip("/")
    secret = quote(values["SECRET"], safe="")
    values |= _trunk(values)
    return values | {
        "ARI_PASSWORD": values["PASSWORD"],
        "DOORS": f"{gateway.scheme}://asterisk:{secret}@{base}/telephony/asterisk",
        "GATEWAY": f"{gateway.scheme}://{base}",
        "GATEWAY_WS": f"{'wss' if gateway.scheme == 'https' else 'ws'}://{base}",
        "GATEWAY_TLS": "yes" if gateway.scheme == "https" else "no",
        "TRUNK_MATCH": values["TRUNK_MATCH"] or values["TRUNK_HOST"].rpartition("@")[2].partition(":")[0],
    }


def _trunk(values: Mapping[str, str]) -> dict[str, str]:
    """Give how the operator is reached. Raises `BadConfiguration` for what would be less private than it looks."""
    transport = values["TRUNK_TRANSPORT"]
    if transport not in _SIP_PORTS:
        raise BadConfiguration(f"{PREFIX}TRUNK_TRANSPORT is udp, tcp or tls")
    srtp = values["TRUNK_SRTP"] or ("sdes" if transport == "tls" else "no")
    if srtp not in {"sdes", "no"}:
        raise BadConfiguration(f"{PREFIX}TRUNK_SRTP is sdes or no")
    if srtp == "sdes" and transport != "tls":
        raise BadConfiguration(f"{PREFIX}TRUNK_SRTP: its keys would travel in the clear, set TRUNK_TRANSPORT to tls")
    if bool(values["TLS_CERT"]) is not bool(values["TLS_KEY"]):
        raise BadConfiguration(f"{PREFIX}TLS_CERT and {PREFIX}TLS_KEY belong together")
    for name in ("TLS_CERT", "TLS_CA"):
        if transport != "tls" and values[name] != DEFAULTS[name]:
            raise BadConfiguration(f"{PREFIX}{name} is set, but nothing is encrypted: set TRUNK_TRANSPORT to tls")
    for name in ("TLS_CA", "TLS_CERT", "TLS_KEY"):
        if values[name] and not values[name].startswith("/"):
            raise BadConfiguration(f"{PREFIX}{name} is a file's whole path, from / on")
    if values["PHONES_BIND"] and transport == "udp":
        raise BadConfiguration(f"{PREFIX}PHONES_BIND is for a trunk by tcp or tls: phones have SIP_BIND otherwise")
    return {
        "TRUNK_SRTP": srtp,
        "SIP_BIND": values["SIP_BIND"] or f"0.0.0.0:{_SIP_PORTS[transport]}",
        # To Asterisk a bare semicolon begins a comment.
        "TRUNK_URI": f"sip:{values['TRUNK_HOST']}" + ("" if transport == "udp" else rf"\;transport={transport}"),
    }


def rendered(values: Mapping[str, str]) -> dict[str, str]:
    """Give each file's text by name. Raises `BadConfiguration` for a template that names an unknown value."""
    files: dict[str, str] = {}
    for template in sorted(TEMPLATES.glob("*.conf")):
        if template.name in _ONLY_WHERE and not _ONLY_WHERE[template.name](values):
            continue
        text = template.read_text(encoding="utf-8")
        unknown = {name for name in _PLACE.findall(text) if name not in values}
        if unknown:
            raise BadConfiguration(f"{template.name} names values that nobody gives: {', '.join(sorted(unknown))}")
        files[template.name] = _PLACE.sub(lambda place: values[place[1]], text)
    return files


def write(out: Path, files: Mapping[str, str]) -> None:
    """Write the files, each readable by owner and group only from its first byte on.

    A file of an earlier rendering that this one does not need would still be read by Asterisk: it goes.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name in _ONLY_WHERE.keys() - files.keys():
        (out / name).unlink(missing_ok=True)
    for name, text in files.items():
        path = out / name
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_AND_GROUP)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)


def main(arguments: list[str] | None = None) -> int:
    """Render into a folder; 1 and one line on stderr where that cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m telephony.asterisk.render", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="Asterisk's folder of configuration")
    out: Path = parser.parse_args(arguments).out
    try:
        files = rendered(values_from(os.environ))
        write(out, files)
    except (BadConfiguration, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stderr.write(f"wrote {len(files)} files to {out}; reload Asterisk: asterisk -rx 'core restart gracefully'\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
