"""One whole call with real speech in both directions, shown as it happens, left in a folder to listen to."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from evaluation.scoring import score
from evaluation.scoring.limits import read_limits
from evaluation.scoring.transcript import parse
from evaluation.simulation.persona import Persona, find
from evaluation.simulation.spoken_caller import Exchange, SpokenCaller
from evaluation.stage import SAMPLES, Stage, staged
from telephony.codecs import RATE_HZ
from telephony.providers.simulator.human import HumanDesk
from telephony.providers.simulator.metrics import PAUSE_MS
from telephony.providers.simulator.phone import Phone
from voicebot.application.call_record import CallOutcome
from voicebot.bootstrap import speech
from voicebot.settings import Settings, load_settings
from voicebot.speech import cli as models
from voicebot.speech.phrases import PhraseCache
from voicebot.speech.resample import resample_pcm

CLOSED_WITHIN_S = 15.0
RINGS_S = 6.0
"""Two rings before somebody picks up: the greeting is spoken ahead meanwhile, as on any call."""
HUMAN_VOICE = "pm_santa"
HUMAN_LINES = ("Oi, aqui é o Marcos, da equipe da Lojas Aurora.", "Estou aqui com você. Pode falar no seu tempo.")


@dataclass(slots=True)
class Show:
    """Prints the conversation turn by turn: what was heard and said, the phase, the response time."""

    console: Console
    persona: Persona
    stage: Stage | None = None
    call_id: str | None = None
    shown: int = 0
    times: list[float] = field(default_factory=list)

    async def tell(self, phone: Phone, exchange: Exchange) -> None:
        await self.catch_up(phone)
        if exchange.said is not None:
            who = self.persona.name
            self.console.print(f"[bold cyan]{who:>12}[/]  {exchange.said}", highlight=False)

    async def catch_up(self, phone: Phone) -> None:
        """Print the bot's lines that are on record since the last time."""
        if self.stage is None or self.call_id is None:
            return
        lines = await self.stage.store.calls.lines_since(self.call_id, self.shown)
        measured = phone.metrics().response_ms
        late = f"{measured[-1]:.0f} ms" if len(measured) > len(self.times) else ""
        self.times = measured
        for line in lines:
            self.shown = line.index + 1
            if line.line.speaker == "agent":
                note = f"[dim]{line.line.phase or ''} {late}[/]".rstrip()
                self.console.print(f"[bold green]{'Clara':>12}[/]  {line.line.text}  {note}", highlight=False)
                late = ""


async def run(name: str, *, inbound: bool, out: Path, console: Console) -> CallOutcome:
    """Hold the call and leave call.wav, transcript.json, agreement.json and scorecard.json in `out`.

    Raises:
        PersonaError: nobody of that name.
        StageError: the operation could not be set up.
    """
    persona = find(name)
    settings = load_settings()
    models.fetch_models(settings.models_dir, console=console)
    console.print(f"[dim]persona {persona.name}: {persona.about}[/]")
    stt = await asyncio.to_thread(speech.hearing, settings)
    tts = await asyncio.to_thread(lambda: speech.voice(settings, name=persona.voice, threads=2))
    voice = PhraseCache(tts, settings.data_dir / "phrases")
    show = Show(console, persona)
    caller = SpokenCaller(persona, stt, voice, inbound=inbound, tell=show.tell)
    try:
        console.print("[dim]the persona rehearses its lines with a voice of its own[/]")
        await caller.rehearse()
        human = await _human(settings)
        shows = partial(_announce, console)
        async with staged(caller, persona.debtor, say=shows, ring_s=RINGS_S, human=human) as stage:
            show.stage = stage
            return await _hold(stage, caller, show, inbound=inbound, out=out)
    finally:
        voice.close()
        tts.close()


def _announce(console: Console, what: str) -> None:
    console.print(f"[dim]{what}[/]")


async def _human(settings: Settings) -> HumanDesk:
    """The person of the team who takes the line when the bot hands it over."""
    tts = await asyncio.to_thread(partial(speech.voice, settings, name=HUMAN_VOICE, threads=2))
    voice = PhraseCache(tts, settings.data_dir / "phrases")
    try:
        lines = [await voice.speak(line, keep=True) for line in HUMAN_LINES]
        return HumanDesk([resample_pcm(pcm, voice.sample_rate, RATE_HZ) for pcm in lines], stays_s=6.0)
    finally:
        voice.close()
        tts.close()


async def _hold(stage: Stage, caller: SpokenCaller, show: Show, *, inbound: bool, out: Path) -> CallOutcome:
    show.console.print(f"[dim]the clock stands at {stage.start:%A %d/%m/%Y %H:%M} where the debtor lives[/]")
    if inbound:
        carried = stage.call_in(caller.persona.debtor, caller)
        show.call_id = await stage.call_id_of(carried)
    else:
        show.call_id, carried = await stage.call(caller.persona.debtor)
    await carried.ended.wait()
    outcome = await _closed(stage, show.call_id)
    if caller.phone is not None:
        await show.catch_up(caller.phone)
        _leave(out, caller, await stage.store.calls.transcript(show.call_id), outcome)
        _sum_up(show.console, caller.phone, outcome, out)
    return outcome


async def _closed(stage: Stage, call_id: str) -> CallOutcome:
    """Wait until the record is closed too: the last mark comes after the last word."""
    for _ in range(int(CLOSED_WITHIN_S / 0.1)):
        outcome = await stage.store.calls.outcome(call_id)
        if outcome.disposition is not None:
            return outcome
        await asyncio.sleep(0.1)
    return outcome


def _leave(out: Path, caller: SpokenCaller, transcript: dict[str, Any], outcome: CallOutcome) -> None:
    out.mkdir(parents=True, exist_ok=True)
    if caller.phone is not None:
        caller.phone.write(out)
    heard = "".join(json.dumps(asdict(each), ensure_ascii=False) + "\n" for each in caller.exchanges)
    (out / "persona.jsonl").write_text(heard, encoding="utf-8")
    (out / "transcript.json").write_text(json.dumps(transcript, ensure_ascii=False, indent=1), encoding="utf-8")
    scored = score.as_json(score.score(parse(transcript), read_limits(SAMPLES / "creditor.yaml")))
    (out / "scorecard.json").write_text(json.dumps(scored, ensure_ascii=False, indent=1), encoding="utf-8")
    agreed = json.dumps(outcome.agreement, ensure_ascii=False, indent=1)
    (out / "agreement.json").write_text(agreed, encoding="utf-8")


def _sum_up(console: Console, phone: Phone, outcome: CallOutcome, out: Path) -> None:
    measured = phone.metrics()
    table = Table(show_header=False, box=None)
    table.add_row("outcome", str(outcome.disposition))
    if outcome.agreement is not None:
        table.add_row("agreed", _agreed(outcome.agreement))
    if measured.response_ms:
        ordered = sorted(measured.response_ms)
        middle = ordered[len(ordered) // 2]
        table.add_row("response", f"median {middle:.0f} ms, slowest {ordered[-1]:.0f} ms over {len(ordered)} turns")
    if measured.greeting_ms is not None:
        table.add_row("greeting", f"{measured.greeting_ms:.0f} ms after the line opened")
    pauses = f"{len(measured.pauses_ms)} of {PAUSE_MS} ms or more inside the bot's turns"
    longest = f", longest {max(measured.pauses_ms):.0f}" if measured.pauses_ms else ""
    table.add_row("pauses", pauses + longest)
    table.add_row("listen to", str(out / "call.wav"))
    table.add_row("read", f"{out / 'transcript.json'}, {out / 'agreement.json'}, {out / 'scorecard.json'}")
    console.print(table)


def _agreed(agreement: dict[str, Any]) -> str:
    entry = agreement.get("entry")
    parts = [f"R$ {agreement['total']}"]
    if entry:
        parts.append(f"entry {entry['amount']} on {entry['due']}")
    instalments = agreement.get("instalments") or []
    if instalments:
        parts.append(f"{len(instalments)} x {instalments[0]['amount']} from {instalments[0]['due']}")
    parts.append(f"by {agreement.get('method')} over {agreement.get('channel')}")
    return ", ".join(parts)
