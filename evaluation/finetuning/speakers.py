"""Who says the training texts, and who is kept for the test: no speaker of one is part of any blend of the other."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Final

from rich.console import Console

from evaluation.corpora.casting import TEST, TRAINING, Cast
from voicebot.speech import catalogue, fetch
from voicebot.speech.catalogue import Fetched, Model, ModelFile, NpmSource
from voicebot.speech.tts import kokoro

_SHA256: Final = MappingProxyType(
    {
        "af_bella": "f69d836209b78eb8c66e75e3cda491e26ea838a3674257e9d4e5703cbaf55c8b",
        "af_heart": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
        "am_michael": "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1",
        "am_puck": "fcf73c989033e9233e0b98713eca600c8c74dcc1614b37009d5450ff4a2274a0",
        "bf_emma": "669fe0647f9dd04fcab92f1439a40eeb4c8b4ab1f82e4996fe3d918ce4a63b73",
        "bm_george": "c4b235a4c1f2cd3b939fed08b899ce9385638b763f7b73a59616c4fc9bd6c9bc",
        "ef_dora": "f66ec66bd295acb18372e37008533a9a3228483ccd294e7538d5d9294ac9a532",
        "em_alex": "27809e9eafdcbcfff90a3016c697568676531de2a2c39cee29c96c7bd6b83e95",
        "ff_siwis": "a35f5675ad08948e326ae75fd0ea16ba5d0042e4f76b5f3d1df77d0a48c54861",
        "hf_alpha": "040be6a4425411cc01fda5fd06693c76bfa78572632852bc8cda9c99232ffb56",
        "hm_omega": "b02d9222d9ed00ce26b302173a862c2c93f96cc40b5c422b8d14910b9ff34137",
        "im_nicola": "bc578e510d52a96d6940d46f12e96d7b3df00905dbea075113226d100e6e1ab0",
    }
)
_VOICE_BYTES: Final = 522_240
SPEAKERS: Final = Model(
    name="kokoro-speakers",
    about="More of Kokoro's speakers, who say Portuguese with an accent of their own",
    licence="Apache-2.0",
    fetched=Fetched.ASKED,
    files=tuple(ModelFile(f"voices/{name}.bin", _VOICE_BYTES, sha256) for name, sha256 in _SHA256.items()),
    sources=(NpmSource("kokoro-js@1.2.1", {f"voices/{name}.bin": f"package/voices/{name}.bin" for name in _SHA256}),),
)

TAUGHT: Final = Cast(
    "finetuning",
    MappingProxyType(
        {
            "dora": {"pf_dora": 1.0},
            "alex": {"pm_alex": 1.0},
            "dora_alex": {"pf_dora": 0.5, "pm_alex": 0.5},
            "dora_more": {"pf_dora": 1.25, "pm_alex": -0.25},
            "alex_more": {"pm_alex": 1.2, "pf_dora": -0.2},
            "dora_heart": {"pf_dora": 0.6, "af_heart": 0.4},
            "dora_siwis": {"pf_dora": 0.6, "ff_siwis": 0.4},
            "dora_emma": {"pf_dora": 0.6, "bf_emma": 0.4},
            "alex_michael": {"pm_alex": 0.6, "am_michael": 0.4},
            "alex_george": {"pm_alex": 0.6, "bm_george": 0.4},
            "alex_omega": {"pm_alex": 0.6, "hm_omega": 0.4},
            "dora_alpha": {"pf_dora": 0.6, "hf_alpha": 0.4},
            "bella_dora": {"af_bella": 0.5, "pf_dora": 0.5},
            "puck_alex": {"am_puck": 0.5, "pm_alex": 0.5},
            "spanish_dora": {"ef_dora": 1.0},
            "spanish_alex": {"em_alex": 1.0},
            "siwis": {"ff_siwis": 1.0},
            "heart": {"af_heart": 1.0},
            "michael": {"am_michael": 1.0},
            "george": {"bm_george": 1.0},
        }
    ),
    0.85,
    1.2,
    0.0,
    TRAINING.murmurs,
)
HELD: Final = Cast(
    "window",
    MappingProxyType(
        {
            "santa": {"pm_santa": 1.0},
            "sara": {"if_sara": 1.0},
            "nicola": {"im_nicola": 1.0},
            "sara_santa": {"if_sara": 0.5, "pm_santa": 0.5},
            "sara_nicola": {"if_sara": 0.5, "im_nicola": 0.5},
            "santa_nicola": {"pm_santa": 0.5, "im_nicola": 0.5},
        }
    ),
    0.9,
    1.2,
    0.0,
    TEST.murmurs,
)


def with_all_speakers(models: Path, folder: Path, console: Console) -> Path:
    """Make a models folder under `folder` in which Kokoro has all of these speakers; gives it.

    Raises `ModelMissing`, `ModelDamaged` or `DownloadFailed`.
    """
    home = catalogue.verify(catalogue.find(kokoro.MODEL), models)
    fetch.ensure([SPEAKERS], folder, console)
    joined = folder / kokoro.MODEL
    for source in (home, folder / SPEAKERS.name):
        for path in (path for path in source.rglob("*") if path.is_file()):
            target = joined / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            target.symlink_to(path.resolve())
    return folder
