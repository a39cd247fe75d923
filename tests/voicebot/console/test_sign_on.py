"""Signing in through a provider of identities; the tests are its honest users and its attackers."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.voicebot.console.stage import NOW, Stage, Visitor
from voicebot.application.qa.people import Role
from voicebot.application.qa.sign_on import SignOnUnavailable
from voicebot.bootstrap.console import sign_on
from voicebot.console.guard import PATH, SESSION_COOKIE
from voicebot.console.oidc import OidcClient, OidcProvider, is_safe
from voicebot.console.sign_on import COOKIE
from voicebot.settings import SettingsError, load_settings
from voicebot.testing.oidc_provider import ALGORITHM, KEY_ID, OidcTestProvider

ISSUER = "https://accounts.example"
LOGIN = "lia@house.example"
LIA = {"email": LOGIN, "email_verified": True, "name": "Lia"}
Claims = dict[str, Any]


class House:
    """A console tied to a provider."""

    def __init__(self, stage: Stage, **client: Any) -> None:
        self.stage = stage
        self.provider = OidcTestProvider(ISSUER, stage.clock, accounts={"lia-1": dict(LIA)})
        told = {
            "issuer": ISSUER,
            "client_id": "console",
            "redirect_uri": f"http://console.example{PATH}/oidc/callback",
            "name": "a conta da casa",
            "client_secret": self.provider.client_secret,
        }
        transport = httpx.ASGITransport(app=self.provider.app())
        stage.sign_on = OidcProvider(OidcClient(**{**told, **client}), transport)

    async def sent(self, visitor: Visitor) -> dict[str, str]:
        """Press the button; gives what the provider is asked."""
        answer = await visitor.get("oidc/start")
        assert answer.status_code == 303
        address = urlsplit(answer.headers["location"])
        assert f"{address.scheme}://{address.netloc}{address.path}" == f"{ISSUER}/authorize"
        return {name: value[0] for name, value in parse_qs(address.query).items()}

    async def back(self, visitor: Visitor, subject: str = "lia-1", **otherwise: str) -> httpx.Response:
        """Sign in at the provider and come back, with parts of the address changed on the way."""
        address = urlsplit(self.provider.grant(await self.sent(visitor), subject))
        query = {name: value[0] for name, value in parse_qs(address.query).items()}
        return await visitor.client.get(f"{PATH}/oidc/callback", params=query | otherwise)


@pytest.fixture
async def house(stage: Stage) -> House:
    ready = House(stage)
    await stage.person(Role.SUPERVISOR, login=LOGIN)
    return ready


async def test_somebody_signs_in_and_the_trail_says_how(house: House) -> None:
    visitor = house.stage.visitor()
    assert "Entrar com a conta da casa" in (await visitor.get("sign-in")).text
    answer = await house.back(visitor)
    assert answer.status_code == 200
    # A strict cookie stays behind on a redirect from another site: a page of ours goes on instead.
    assert f'content="0; url={PATH}/"' in answer.text
    assert (await visitor.get("queues/fatal")).status_code == 200
    (entry,) = await house.stage.rows("SELECT action, detail FROM console_audit")
    assert entry == {"action": "signed_in", "detail": "conta da empresa"}


async def test_what_the_provider_is_asked_ties_the_answer_to_this_browser(house: House) -> None:
    one, other = house.stage.visitor(), house.stage.visitor()
    asked = await house.sent(one)
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert "openid" in asked["scope"].split()
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    again = await house.sent(other)
    assert not {again["state"], again["nonce"], again["code_challenge"]} & set(asked.values())


async def test_an_answer_is_good_once_and_only_in_the_browser_that_asked(house: House) -> None:
    mine, yours = house.stage.visitor(), house.stage.visitor()
    address = house.provider.grant(await house.sent(mine), "lia-1")
    place = address.removeprefix("http://console.example")
    await house.sent(yours)
    assert (await yours.client.get(place)).status_code == 403, "another browser"
    assert (await mine.client.get(place)).status_code == 200
    assert (await mine.client.get(place)).status_code == 403, "a second time"
    assert SESSION_COOKIE not in yours.client.cookies


def bent(**otherwise: Any) -> Callable[[Claims], Claims]:
    return lambda claims: {name: value for name, value in (claims | otherwise).items() if value is not None}


@pytest.mark.parametrize(
    ("bend", "reason"),
    [
        pytest.param(bent(iss="https://evil.example"), "issuer", id="another issuer"),
        pytest.param(bent(aud="another-app"), "audience", id="for another application"),
        pytest.param(bent(aud=["console", "another-app"]), "authorized_party", id="for two, and nobody says who asked"),
        pytest.param(bent(azp="another-app"), "authorized_party", id="another application asked"),
        pytest.param(bent(nonce="stale"), "nonce", id="of another sign-in"),
        pytest.param(bent(nonce=None), "nonce", id="of no sign-in"),
        pytest.param(bent(exp=int(NOW.timestamp()) - 61), "expired", id="run out"),
        pytest.param(bent(exp=None), "expired", id="never runs out"),
        pytest.param(bent(exp="tomorrow"), "expired", id="no time"),
        pytest.param(bent(iat=int(NOW.timestamp()) + 120), "issued_later", id="from the future"),
        pytest.param(bent(nbf=int(NOW.timestamp()) + 120), "not_yet", id="not yet good"),
        pytest.param(bent(sub=""), "no_sub", id="nobody"),
        pytest.param(bent(email_verified=False), "email_not_verified", id="an address nobody checked"),
        pytest.param(bent(email_verified="true"), "email_not_verified", id="a word is no yes"),
    ],
)
async def test_a_token_that_is_not_for_this_sign_in_opens_nothing(
    house: House, bend: Callable[[Claims], Claims], reason: str
) -> None:
    house.provider.bend = bend
    visitor = house.stage.visitor()
    answer = await house.back(visitor)
    assert answer.status_code == 403
    assert SESSION_COOKIE not in visitor.client.cookies
    (entry,) = await house.stage.rows("SELECT action, detail FROM console_audit")
    assert entry == {"action": "sign_in_refused", "detail": f"conta da empresa: {reason}"}


def _unsigned(claims: Claims) -> str:
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": "none", "kid": KEY_ID}, claims)
    )
    return f"{head}.{body}."


def _by_another(claims: Claims) -> str:
    return jwt.encode(claims, ec.generate_private_key(ec.SECP256R1()), ALGORITHM, headers={"kid": KEY_ID})


@pytest.mark.parametrize(
    ("sign", "reason"),
    [
        pytest.param(_unsigned, "algorithm", id="signed with nothing"),
        pytest.param(
            lambda claims: jwt.encode(claims, "x" * 64, "HS256", headers={"kid": KEY_ID}),
            "algorithm",
            id="signed with a secret that is none",
        ),
        pytest.param(_by_another, "signature", id="signed with another's key"),
        pytest.param(lambda _: "no.token", "form", id="no token"),
    ],
)
async def test_a_signature_must_be_the_providers(house: House, sign: Callable[[Claims], str], reason: str) -> None:
    house.provider.sign = sign
    assert (await house.back(house.stage.visitor())).status_code == 403
    (entry,) = await house.stage.rows("SELECT detail FROM console_audit")
    assert entry["detail"].endswith(f": {reason}")


async def test_a_new_key_is_asked_for_but_not_at_every_strangers_wish(house: House) -> None:
    assert (await house.back(house.stage.visitor())).status_code == 200
    house.provider.rotate("second")
    house.stage.clock.forward(minutes=2)
    assert (await house.back(house.stage.visitor())).status_code == 200
    asked = house.provider.requests.count("keys")
    house.provider.sign = lambda claims: jwt.encode(
        claims, ec.generate_private_key(ec.SECP256R1()), ALGORITHM, headers={"kid": "unknown"}
    )
    for _ in range(3):
        assert (await house.back(house.stage.visitor())).status_code == 403
    assert house.provider.requests.count("keys") == asked


async def test_the_code_is_worthless_without_the_verifier(house: House) -> None:
    """Somebody who reads the way back, from a log or a history, has no cookie and so no verifier."""
    provider = house.stage.sign_on
    assert provider is not None
    address = house.provider.grant(await house.sent(house.stage.visitor()), "lia-1")
    code = parse_qs(urlsplit(address).query)["code"][0]
    visitor = house.stage.visitor()
    asked = await house.sent(visitor)
    answer = await visitor.client.get(f"{PATH}/oidc/callback", params={"code": code, "state": asked["state"]})
    assert answer.status_code == 403
    assert SESSION_COOKIE not in visitor.client.cookies


async def test_the_provider_vouches_and_the_console_decides(house: House) -> None:
    house.provider.accounts["stranger"] = {"email": "x@house.example", "email_verified": True}
    answer = await house.back(house.stage.visitor(), "stranger")
    assert (answer.status_code, "não tem acesso" in answer.text) == (403, True)
    await house.stage.rows("UPDATE console_users SET left_at = now() RETURNING id")
    assert (await house.back(house.stage.visitor())).status_code == 403, "somebody who left"


async def test_an_account_is_tied_to_one_person_for_good(house: House) -> None:
    assert (await house.back(house.stage.visitor())).status_code == 200
    house.provider.accounts["lia-1"]["email"] = "lia.souza@house.example"
    assert (await house.back(house.stage.visitor())).status_code == 200, "the same person, under another address"
    house.provider.accounts["heir"] = dict(LIA)
    assert (await house.back(house.stage.visitor(), "heir")).status_code == 403, "another person, under the old address"


async def test_too_many_tries_from_one_address_end(house: House) -> None:
    house.provider.bend = bent(nonce="stale")
    codes = [(await house.back(house.stage.visitor())).status_code for _ in range(31)]
    assert (codes[0], codes[-1]) == (403, 429)


async def test_a_public_client_sends_no_secret(stage: Stage) -> None:
    house = House(stage, client_secret=None)
    house.provider.client_secret = None
    await stage.person(Role.QA, login=LOGIN)
    assert (await house.back(stage.visitor())).status_code == 200


async def test_another_claim_may_name_the_login(stage: Stage) -> None:
    house = House(stage, login_claim="preferred_username")
    house.provider.accounts["lia-1"] = {"preferred_username": "Lia"}
    await stage.person(Role.QA, login="lia")
    assert (await house.back(stage.visitor())).status_code == 200


@pytest.mark.parametrize(
    "described",
    [
        pytest.param({"issuer": "https://other.example"}, id="calls itself otherwise"),
        pytest.param({"token_endpoint": "http://accounts.example/token"}, id="plain http"),
        pytest.param({"jwks_uri": ""}, id="has no keys"),
    ],
)
async def test_a_provider_that_is_not_as_set_is_not_used(house: House, described: Claims) -> None:
    house.provider.described = described
    answer = await house.stage.visitor().get("oidc/start")
    assert (answer.status_code, "não respondeu" in answer.text) == (503, True)


async def test_a_provider_that_is_away_costs_a_page_that_says_so(house: House) -> None:
    def gone(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("gone", request=request)

    client = OidcClient(ISSUER, "console", "http://console.example/x", "y")
    provider = OidcProvider(client, httpx.MockTransport(gone))
    with pytest.raises(SignOnUnavailable, match="did not answer"):
        await provider.address(state="a", nonce="b", challenge="c")
    house.stage.sign_on = provider
    assert (await house.stage.visitor().get("oidc/start")).status_code == 503


async def test_without_a_provider_there_is_no_button_and_no_door(stage: Stage) -> None:
    visitor = stage.visitor()
    assert "oidc" not in (await visitor.get("sign-in")).text
    assert (await visitor.get("oidc/start")).status_code == 404
    assert (await visitor.get("oidc/callback?code=a&state=b")).status_code == 404


async def test_the_cookies_are_for_this_path_alone_and_for_no_script(stage: Stage) -> None:
    stage.secure = True
    house = House(stage)
    answer = await house.stage.visitor().get("oidc/start")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(COOKIE)
    assert all(part in cookie for part in (f"path={PATH}/oidc", "httponly", "secure", "samesite=lax", "max-age=600"))


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://accounts.example/x", True),
        ("http://127.0.0.1:9000/x", True),
        ("http://accounts.example/x", False),
        ("http://127.0.0.1.evil.example/x", False),
        ("ftp://accounts.example", False),
        ("", False),
    ],
)
def test_tokens_travel_by_https_or_stay_on_this_machine(address: str, safe: bool) -> None:
    assert is_safe(address) is safe


@pytest.mark.parametrize(
    ("set_", "says"),
    [
        pytest.param({"oidc_issuer": "https://a.example"}, "VOICEBOT_OIDC_CLIENT_ID", id="no client"),
        pytest.param({"oidc_issuer": "http://a.example", "oidc_client_id": "x"}, "https", id="plain http"),
        pytest.param({"oidc_issuer": "a.example", "oidc_client_id": "x"}, "must look like", id="no address"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_mend(set_: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        load_settings(**set_)


def test_the_settings_make_the_provider() -> None:
    assert sign_on(load_settings()) is None
    found = sign_on(
        load_settings(oidc_issuer=ISSUER, oidc_client_id="console", public_url="https://bot.example", oidc_name="Casa")
    )
    assert found is not None
    assert found.client == OidcClient(ISSUER, "console", "https://bot.example/console/oidc/callback", "Casa")
