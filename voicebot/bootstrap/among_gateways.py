"""One gateway among several on the same database: what reaches the wrong one, and calls for one that is full."""

from __future__ import annotations

from voicebot.application.call_desk import CallDesk
from voicebot.application.call_reports import CallReports
from voicebot.application.ports import Clock, RecordsUnavailable
from voicebot.bootstrap.store import Store
from voicebot.persistence.letters import PostgresLetters
from voicebot.persistence.opinions import PostgresOpinions
from voicebot.persistence.other_gateways import another_has_room
from voicebot.persistence.queue import PostgresDialQueue
from voicebot.settings import Settings
from voicebot.web import asterisk_people, handover_routes
from voicebot.web.gateway import Gateway
from voicebot.web.handover_board import HandoverBoard
from voicebot.web.handover_doors import HandoverDoors

LOOK_S = 0.5
"""How late an opinion that reached another gateway may come; the carrier takes seconds to form it."""


def call_reports(store: Store, desk: CallDesk) -> CallReports:
    """Give what the provider's reports do, whichever gateway they reach."""
    return CallReports(
        store.calls,
        desk.with_.records,
        PostgresOpinions(store.database),
        desk.with_.clock,
        stop=PostgresDialQueue(store.database).stop,
    )


def handover_doors(settings: Settings, store: Store, clock: Clock, owner: str, board: HandoverBoard) -> HandoverDoors:
    """Give the doors of hand-overs, at any of which the provider may knock for any gateway's call."""
    letters = PostgresLetters(store.database, owner=owner, provider=settings.provider, clock=clock)
    return HandoverDoors(board, {**handover_routes.HERE, **asterisk_people.HERE}, letters)


async def has_room(gateway: Gateway, store: Store) -> bool:
    """Tell whether new calls are better sent here than elsewhere.

    Only a gateway that is full while another is not says no. With all of them full each stays ready: a caller who
    finds no gateway at all hears the provider's error in place of our words, and reports would be lost.
    """
    if not gateway.is_full:
        return True
    try:
        return not await another_has_room(store.database, gateway.desk.owner, gateway.desk.with_.clock.now())
    except RecordsUnavailable:
        return True
