"""Put the console together on a store."""

from __future__ import annotations

from fastapi import FastAPI

from voicebot.application.ports import Clock
from voicebot.bootstrap.recording_switch import recording_switch
from voicebot.bootstrap.store import Store
from voicebot.console.app import create_console
from voicebot.console.desk import Desk
from voicebot.console.guard import PATH
from voicebot.console.insight import Insight
from voicebot.console.oidc import OidcClient, OidcProvider
from voicebot.console.sign_on import CALLBACK
from voicebot.persistence.console_accounts import PostgresAccounts
from voicebot.persistence.console_audio import SealedAudio
from voicebot.persistence.console_calls import PostgresCalls
from voicebot.persistence.console_clips import PostgresClips
from voicebot.persistence.console_experiments import PostgresExperiments
from voicebot.persistence.console_figures import PostgresFigures
from voicebot.persistence.console_handovers import PostgresHandovers
from voicebot.persistence.console_live import PostgresLive
from voicebot.persistence.console_people import PostgresAudit, PostgresPeople
from voicebot.persistence.console_queues import PostgresQueues
from voicebot.persistence.console_reports import PostgresReports
from voicebot.persistence.console_rounds import PostgresRounds
from voicebot.script.editions import challengers_in
from voicebot.settings import Settings


def desk_on(settings: Settings, store: Store, clock: Clock) -> Desk:
    database = store.database
    return Desk(
        people=PostgresPeople(database),
        audit=PostgresAudit(database),
        queues=PostgresQueues(database),
        calls=PostgresCalls(database),
        audio=SealedAudio(store.recordings, store.recording_key, settings.data_dir / "recordings"),
        handovers=PostgresHandovers(database),
        rounds=PostgresRounds(database),
        figures=PostgresFigures(database),
        accounts=PostgresAccounts(database),
        clock=clock,
        secure=settings.public_url.startswith("https://"),
        sheets=PostgresHandovers(database),
        recording=recording_switch(settings, store),
        sign_on=sign_on(settings),
    )


def sign_on(settings: Settings) -> OidcProvider | None:
    """Give the house's provider of identities where one is set."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else ""
    return OidcProvider(
        OidcClient(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            redirect_uri=f"{settings.public_url}{PATH}/{CALLBACK}",
            name=settings.oidc_name,
            login_claim=settings.oidc_login_claim,
            client_secret=secret or None,
        )
    )


def insight_on(settings: Settings, store: Store) -> Insight:
    database = store.database
    return Insight(
        reports=PostgresReports(database),
        experiments=PostgresExperiments(database),
        live=PostgresLive(database),
        clips=PostgresClips(database),
        challengers=lambda: challengers_in(settings.prompts_dir),
    )


def mount(app: FastAPI, settings: Settings, store: Store, clock: Clock) -> None:
    """Add the console to the gateway's application."""
    app.mount(PATH, create_console(desk_on(settings, store, clock), insight_on(settings, store)))
