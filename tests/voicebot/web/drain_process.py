"""A gateway with fake engines in a process of its own; arguments: database URL, folder, port, drain limit in s."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.voicebot.web.stage import MORNING, settings_for, smart_turn, store_on
from voicebot import logs
from voicebot.bootstrap import gateway
from voicebot.bootstrap.serving import DrainingServer
from voicebot.clock import ShiftedClock
from voicebot.persistence.database import Database
from voicebot.pipeline.floor import Patience
from voicebot.pipeline.run_call import Engines
from voicebot.testing.engines import NoiseVoice, ScriptedHearing


async def main(url: str, folder: Path, port: int, drain_s: float) -> None:
    logs.set_up(level="INFO", as_json=True)
    clock, database = ShiftedClock(MORNING), Database(url)
    hearing, voice = ScriptedHearing(["sim, sou eu"]), NoiseVoice(ms_per_character=4.0)
    engines = Engines(stt=hearing, phrases=voice, smart_turn=smart_turn(), patience=Patience(incomplete_s=0.5))
    async with store_on(database, url, clock, folder) as store:
        app = gateway.build(settings_for(folder), store, engines, clock)
        await DrainingServer(app, host="127.0.0.1", port=port, drain_s=drain_s).serve_until_drained()
    await database.dispose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
