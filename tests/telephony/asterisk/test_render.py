from __future__ import annotations

import re
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.asterisk.render import PREFIX, TEMPLATES, BadConfiguration, main, rendered, values_from, write

SECRET, PASSWORD = "doors-secret-0123456789", "asterisk-password-0123456789"
LEAST = {PREFIX + "SECRET": SECRET, PREFIX + "PASSWORD": PASSWORD, PREFIX + "TRUNK_HOST": "sip.operadora.example:5060"}

BY_TLS = {"TRUNK_TRANSPORT": "tls", "TLS_CERT": "/etc/asterisk/keys/bot.pem", "TLS_KEY": "/etc/asterisk/keys/bot.key"}
ONLY_BY_TLS = {"pjsip_trunk_tls.conf", "pjsip_trunk_certificate.conf", "pjsip_trunk_srtp.conf"}


def files(**more: str) -> dict[str, str]:
    return rendered(values_from(LEAST | {PREFIX + name: value for name, value in more.items()}))


def test_every_place_is_filled_and_nothing_is_left_over() -> None:
    made = files(TRUNK_USER="bot", TRUNK_PASSWORD="word", **BY_TLS, PHONES_BIND="10.0.0.5:5060")
    assert set(made) == {path.name for path in TEMPLATES.glob("*.conf")}
    assert [name for name, text in made.items() if re.search(r"<<|>>", text)] == []


def test_a_trunk_known_by_its_address_needs_no_registration() -> None:
    made = files()
    assert "match = sip.operadora.example\n" in made["pjsip.conf"]
    assert not {"pjsip_trunk_auth.conf", "pjsip_trunk_registration.conf"} & set(made)


@pytest.mark.parametrize(
    ("transport", "port", "uri"),
    [
        pytest.param("udp", 5060, "sip:sip.operadora.example:5060\n", id="udp"),
        pytest.param("tcp", 5060, "sip:sip.operadora.example:5060\\;transport=tcp\n", id="tcp"),
        pytest.param("tls", 5061, "sip:sip.operadora.example:5060\\;transport=tls\n", id="tls"),
    ],
)
def test_the_operator_is_reached_and_registered_with_by_the_transport_that_is_set(
    transport: str, port: int, uri: str
) -> None:
    made = files(TRUNK_TRANSPORT=transport, TRUNK_USER="bot")
    trunk, registration = made["pjsip.conf"], made["pjsip_trunk_registration.conf"]
    assert f"[transport-{transport}]\ntype = transport\nprotocol = {transport}\nbind = 0.0.0.0:{port}\n" in trunk
    assert f"contact = {uri}" in trunk
    assert f"server_uri = {uri}" in registration
    for text in (trunk, registration):
        assert set(re.findall(r"^transport = (.*)$", text, re.MULTILINE)) == {f"transport-{transport}"}


def test_a_trunk_by_tls_knows_its_operator_and_encrypts_the_voice() -> None:
    made = files(TRUNK_TRANSPORT="tls")
    assert "verify_server = yes\n" in made["pjsip_trunk_tls.conf"]
    assert "ca_list_file = /etc/ssl/certs/ca-certificates.crt\n" in made["pjsip_trunk_tls.conf"]
    assert "media_encryption = sdes\n" in made["pjsip_trunk_srtp.conf"]
    assert "media_encryption_optimistic = no\n" in made["pjsip_trunk_srtp.conf"]
    assert "pjsip_phones.conf" not in made, "nothing listens in the clear beside it"


def test_what_a_trunk_in_the_clear_does_not_need_is_not_there() -> None:
    assert not (ONLY_BY_TLS | {"pjsip_phones.conf"}) & set(files())
    assert "pjsip_trunk_srtp.conf" not in files(TRUNK_TRANSPORT="tls", TRUNK_SRTP="no")


@pytest.mark.parametrize(
    ("name", "more"),
    [
        pytest.param("TRUNK_TRANSPORT", {"TRUNK_TRANSPORT": "sctp"}, id="a transport nobody speaks"),
        pytest.param("TRUNK_SRTP", {"TRUNK_SRTP": "sdes"}, id="keys in the clear"),
        pytest.param("TRUNK_SRTP", BY_TLS | {"TRUNK_SRTP": "dtls"}, id="an encryption no trunk speaks"),
        pytest.param("TLS_CERT", {"TLS_CERT": "/a.pem", "TLS_KEY": "/a.key"}, id="a certificate without TLS"),
        pytest.param("TLS_CA", {"TLS_CA": "/etc/ssl/operator.pem"}, id="an authority without TLS"),
        pytest.param("TLS_CERT", BY_TLS | {"TLS_KEY": ""}, id="a certificate without its key"),
        pytest.param("TLS_CA", BY_TLS | {"TLS_CA": "ca.pem"}, id="a path from nowhere"),
        pytest.param("PHONES_BIND", {"PHONES_BIND": "10.0.0.5:5060"}, id="a second UDP beside the trunk's"),
    ],
)
def test_what_would_be_less_private_than_it_looks_is_refused(name: str, more: dict[str, str]) -> None:
    with pytest.raises(BadConfiguration, match=PREFIX + name):
        files(**more)


def test_a_rendering_leaves_nothing_of_another_trunk_s(tmp_path: Path) -> None:
    """Asterisk would read the password and the encryption of a trunk that is not there any more."""
    (tmp_path / "pjsip_local.conf").write_text("[200]")
    write(tmp_path, files(TRUNK_USER="bot", **BY_TLS))
    plain = files()
    write(tmp_path, plain)
    assert {path.name for path in tmp_path.iterdir()} == {*plain, "pjsip_local.conf"}


@pytest.mark.parametrize(
    ("gateway", "doors", "uri", "tls"),
    [
        pytest.param(
            "http://127.0.0.1:8000",
            f"http://asterisk:{SECRET}@127.0.0.1:8000/telephony/asterisk",
            "ws://127.0.0.1:8000/telephony/asterisk/media",
            "no",
            id="this machine",
        ),
        pytest.param(
            "https://bot.example.com/",
            f"https://asterisk:{SECRET}@bot.example.com/telephony/asterisk",
            "wss://bot.example.com/telephony/asterisk/media",
            "yes",
            id="another",
        ),
    ],
)
def test_the_doors_are_named_alike_everywhere(gateway: str, doors: str, uri: str, tls: str) -> None:
    made = files(GATEWAY=gateway)
    assert f"VB_DOORS = {doors}\n" in made["extensions.conf"]
    assert f"uri = {uri}\n" in made["websocket_client.conf"]
    assert f"tls_enabled = {tls}\n" in made["websocket_client.conf"]


def test_each_secret_stands_only_where_it_is_needed() -> None:
    made = files()
    assert {name for name, text in made.items() if SECRET in text} == {"extensions.conf", "websocket_client.conf"}
    assert {name for name, text in made.items() if PASSWORD in text} == {"ari.conf", "manager.conf"}


@pytest.mark.parametrize("name", ["SECRET", "PASSWORD", "TRUNK_HOST"])
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(BadConfiguration, match=PREFIX + name):
        values_from({key: value for key, value in LEAST.items() if key != PREFIX + name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("SECRET", "s3cr3t", id="a short secret"),
        pytest.param("SECRET", "with;a;comment;sign;in;it", id="a comment sign"),
        pytest.param("PASSWORD", "line one is long\nread_only = no", id="a second line"),
        pytest.param("TRUNK_HOST", "sip.example]\n[evil", id="a section of one's own"),
        pytest.param("DIAL_PREFIX", "${SHELL(id)}", id="a dialplan function"),
        pytest.param("MEDIA", "smoke-signals", id="a medium nobody speaks"),
        pytest.param("GATEWAY", "ftp://127.0.0.1", id="a scheme nobody speaks"),
        pytest.param("GATEWAY", "http://somebody@127.0.0.1", id="a user in the address"),
    ],
)
def test_what_asterisk_would_misread_is_refused_without_showing_it(name: str, value: str) -> None:
    with pytest.raises(BadConfiguration) as refusal:
        files(**{name: value})
    assert value not in str(refusal.value)


@given(st.text(min_size=1, max_size=40))
def test_no_value_can_add_a_line(value: str) -> None:
    try:
        made = files(TRUNK_USER=value)
    except BadConfiguration:
        return
    assert {name: text.count("\n") for name, text in made.items()} == {
        name: text.count("\n") for name, text in files(TRUNK_USER="bot").items()
    }


def test_the_files_are_for_their_owner_and_group(tmp_path: Path) -> None:
    (tmp_path / "ari.conf").write_text("open to all")
    (tmp_path / "ari.conf").chmod(0o666)
    write(tmp_path, files())
    assert {stat.S_IMODE(path.stat().st_mode) & ~0o040 for path in tmp_path.iterdir()} == {0o600}
    assert PASSWORD in (tmp_path / "ari.conf").read_text()


def test_the_command_writes_or_says_in_one_line_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--out", str(tmp_path / "etc")]) == 1
    assert capsys.readouterr().err.splitlines() == [f"error: {PREFIX}SECRET is missing: set it in the environment"]
    for name, value in LEAST.items():
        monkeypatch.setenv(name, value)
    assert main(["--out", str(tmp_path / "etc")]) == 0
    assert (tmp_path / "etc" / "extensions.conf").exists()


def dialled(text: str, context: str) -> list[str]:
    body = text.partition(f"[{context}]")[2].partition("\n[")[0]
    return re.findall(r"^exten => (\S+),1,", body, re.MULTILINE)


def test_the_dialplan_dials_brazil_and_nothing_else() -> None:
    text = files()["extensions.conf"]
    for context in ("voicebot-dial", "voicebot-human", "voicebot-person"):
        assert dialled(text, context) == ["_+55ZZ9XXXXXXXX", "_+55ZZ[2-5]XXXXXXX"]


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("", id="a person's number"),
        pytest.param("PJSIP/200", id="an extension"),
        pytest.param("Local/900@filas", id="a queue's extension"),
    ],
)
def test_a_person_is_rung_by_number_or_at_the_one_place_that_is_configured(target: str) -> None:
    text = files(HUMAN_TARGET=target)["extensions.conf"]
    assert f"\nVB_HUMAN_TARGET = {target}\n" in text
    for context in ("voicebot-human-ring", "voicebot-person-ring"):
        body = text.partition(f"[{context}]")[2].partition("\n[")[0]
        assert re.findall(r"Dial\(([^,]+),", body) == ["${VB_RINGS}"]
        assert set(re.findall(r"Set\(VB_RINGS=([^)]+)\)", body)) == {
            "PJSIP/${EXTEN:0}@${VB_HUMAN}",
            "${VB_HUMAN_TARGET}",
        }


def test_a_place_with_a_mark_of_the_dialplan_is_refused() -> None:
    with pytest.raises(BadConfiguration, match="HUMAN_TARGET"):
        files(HUMAN_TARGET="PJSIP/200&Local/0800@trunk")


def test_a_caller_cannot_reach_a_context_that_dials() -> None:
    """From the trunk's context only the bot's is reached, and that dials the bot's media alone."""
    text = files()["extensions.conf"]
    assert "context = voicebot-from-trunk\n" in files()["pjsip.conf"]
    for context, goes in (("voicebot-from-trunk", {"voicebot-bot"}), ("voicebot-bot", set())):
        body = text.partition(f"[{context}]")[2].partition("\n[")[0]
        assert set(re.findall(r"Goto\(([\w-]+),", body)) == goes
        assert set(re.findall(r"Dial\((\w+)/", body)) <= {"WebSocket", "AudioSocket"}


def test_the_manager_may_redirect_and_nothing_else() -> None:
    text = files()["manager.conf"]
    assert re.findall(r"^write = (.*)$", text, re.MULTILINE) == ["call"]
    assert re.findall(r"^read =(.*)$", text, re.MULTILINE) == [""]
    assert "bindaddr = 127.0.0.1\n" in text


def test_the_script_that_installs_is_sound() -> None:
    script = TEMPLATES.parent / "setup.sh"
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert script.stat().st_mode & stat.S_IXUSR
