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
        "af_aoede": "4a004c33430762e2461eedb2013fad808ef4ab3121f5300f554476caf58d8361",
        "af_bella": "f69d836209b78eb8c66e75e3cda491e26ea838a3674257e9d4e5703cbaf55c8b",
        "af_heart": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
        "af_kore": "9be5221b6a941c04b561959b8ff0b06e809444dcc4ab7e75a7b23606f691819e",
        "af_nicole": "cd2191ab31b914ed7b318416b0e4440fdf392ddad9106a060819aa600a64f59a",
        "af_nova": "18778272caa0d0eebaea251c35fd635f038434f9eee5e691d02a174bd328414f",
        "af_sarah": "4409fbc125afabacc615d94db5398d847006a737b0247d6892b7a9a0007a2f0a",
        "am_echo": "3968b92c3c4cd1c4416dbded36c13eaa388a90d5788d02a13e4d781f5f8cf3c3",
        "am_fenrir": "c27989f741f7ee34d273a39d8a595cc0837d35f5ced9a29b7cc162614616df43",
        "am_liam": "52403be32fd047c6a44517cb0bcd6b134f2a18baa73e70ef41651e0eab921ade",
        "am_michael": "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1",
        "am_onyx": "da5d135b424164916d75a68ffb4c2abce3d7d5ccc82dd1ee6cf447ce286145e6",
        "am_puck": "fcf73c989033e9233e0b98713eca600c8c74dcc1614b37009d5450ff4a2274a0",
        "bf_emma": "669fe0647f9dd04fcab92f1439a40eeb4c8b4ab1f82e4996fe3d918ce4a63b73",
        "bf_isabella": "3754352c4aaa46d17f27654ab7518d65b62ad6163a0f55a5f4330c2da2c4e94f",
        "bf_lily": "5e0ee32ebe64a467124976b14e69590746f1c4ce41a12b587a50c862edfea335",
        "bm_daniel": "6b3194bbceffb746733cbc22c8f593dd44e401a71d53895a2dca891bc595a1e8",
        "bm_fable": "f889083196807b4adb15e9204252165f503b8d33d3982e681c52443c49d798f1",
        "bm_george": "c4b235a4c1f2cd3b939fed08b899ce9385638b763f7b73a59616c4fc9bd6c9bc",
        "bm_lewis": "b8f671cef828c30e66fdf0b0756a76bba58f6bb3398cbbf27058642acbcedb97",
        "ef_dora": "f66ec66bd295acb18372e37008533a9a3228483ccd294e7538d5d9294ac9a532",
        "em_alex": "27809e9eafdcbcfff90a3016c697568676531de2a2c39cee29c96c7bd6b83e95",
        "ff_siwis": "a35f5675ad08948e326ae75fd0ea16ba5d0042e4f76b5f3d1df77d0a48c54861",
        "hf_alpha": "040be6a4425411cc01fda5fd06693c76bfa78572632852bc8cda9c99232ffb56",
        "hf_beta": "cd83ae0bb9b2e4e4fb92b4973bd8d1822ca0036d3c498bf4fc89aa8e33917cc7",
        "hm_omega": "b02d9222d9ed00ce26b302173a862c2c93f96cc40b5c422b8d14910b9ff34137",
        "hm_psi": "644daf88ba8aeb7bd08950bbdcd4453bb280864e49dc4df93fabc6be32e03f37",
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
            "dora_emma": {"pf_dora": 0.6, "bf_emma": 0.4},
            "dora_bella": {"pf_dora": 0.6, "af_bella": 0.4},
            "dora_nicole": {"pf_dora": 0.6, "af_nicole": 0.4},
            "dora_sarah": {"pf_dora": 0.6, "af_sarah": 0.4},
            "dora_kore": {"pf_dora": 0.6, "af_kore": 0.4},
            "dora_isabella": {"pf_dora": 0.6, "bf_isabella": 0.4},
            "alex_michael": {"pm_alex": 0.6, "am_michael": 0.4},
            "alex_george": {"pm_alex": 0.6, "bm_george": 0.4},
            "alex_puck": {"pm_alex": 0.6, "am_puck": 0.4},
            "alex_fenrir": {"pm_alex": 0.6, "am_fenrir": 0.4},
            "alex_onyx": {"pm_alex": 0.6, "am_onyx": 0.4},
            "alex_echo": {"pm_alex": 0.6, "am_echo": 0.4},
            "alex_daniel": {"pm_alex": 0.6, "bm_daniel": 0.4},
            "alex_fable": {"pm_alex": 0.6, "bm_fable": 0.4},
            "dora_alpha": {"pf_dora": 0.6, "hf_alpha": 0.4},
            "beta_dora": {"hf_beta": 0.5, "pf_dora": 0.5},
            "nova_dora_alex": {"af_nova": 0.4, "pf_dora": 0.4, "pm_alex": 0.2},
            "liam_alex_dora": {"am_liam": 0.4, "pm_alex": 0.4, "pf_dora": 0.2},
            "lily_aoede_dora": {"bf_lily": 0.25, "af_aoede": 0.25, "pf_dora": 0.5},
            "lewis_alex": {"bm_lewis": 0.5, "pm_alex": 0.5},
            "spanish_dora": {"ef_dora": 1.0},
            "spanish_alex": {"em_alex": 1.0},
            "heart": {"af_heart": 1.0},
            "michael": {"am_michael": 1.0},
        }
    ),
    0.85,
    1.25,
    0.0,
    TRAINING.murmurs,
)
WATCHING: Final = Cast(
    "watching",
    MappingProxyType(
        {
            "siwis": {"ff_siwis": 1.0},
            "omega": {"hm_omega": 1.0},
            "psi_siwis": {"hm_psi": 0.5, "ff_siwis": 0.5},
            "omega_siwis": {"hm_omega": 0.6, "ff_siwis": 0.4},
        }
    ),
    0.9,
    1.2,
    0.0,
    (
        "O cachorro do vizinho latiu a madrugada toda e ninguém dormiu.",
        "Bota mais água no feijão que chegou visita de Goiânia.",
        "A novela hoje foi boa demais, você precisava ver o final.",
        "Quebrou o chuveiro bem no dia mais frio do ano inteiro.",
        "A fila do mercado dava a volta no quarteirão de tanta gente.",
    ),
)
"""Who watches the training: what they say chooses the weights and is not trained on."""
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
