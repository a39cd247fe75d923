"""OpenID Connect, the code flow with PKCE: discovery, the exchange of the code, and the judgement of the ID token.

After OpenID Connect Core 1.0 section 3.1, Discovery 1.0 section 4 and RFC 7636; tokens are read by PyJWT. Only the ID
token is used: what a person may do here is the console's own to say, so nothing else is asked of the provider.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
import jwt

from voicebot.application.qa.sign_on import SignOnRefused, SignOnUnavailable, Vouched

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""With a key pair: a token signed with a shared secret, or with nothing, is refused whatever the provider says."""
LEEWAY: Final = timedelta(seconds=60)
"""Two machines' clocks differ."""
SCOPE: Final = "openid profile email"
_TIMEOUT_S: Final = 5.0
_LONGEST: Final = 500_000
"""Bytes; a provider's keys take some thousand."""
_FRESH: Final = timedelta(hours=1)
_SELDOM: Final = timedelta(minutes=1)
"""How often an unknown key may make us ask for the keys again."""
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class OidcClient:
    """Who we are to the provider."""

    issuer: str
    client_id: str
    redirect_uri: str
    name: str
    """On the button."""
    login_claim: str = "email"
    client_secret: str | None = field(default=None, repr=False)
    """None for a public client; PKCE is used either way."""


@dataclass(slots=True)
class OidcProvider:
    """`SingleSignOn` over HTTP; keeps the provider's endpoints and keys for an hour."""

    client: OidcClient
    transport: httpx.AsyncBaseTransport | None = None
    """For tests; None goes out to the network."""
    _metadata: Mapping[str, Any] = field(default_factory=dict)
    _keys: Mapping[str, Any] = field(default_factory=dict)
    _read_at: datetime | None = None
    _keys_at: datetime | None = None

    @property
    def name(self) -> str:
        return self.client.name

    async def address(self, *, state: str, nonce: str, challenge: str) -> str:
        endpoint = str((await self._discovered(None))["authorization_endpoint"])
        asked = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self.client.redirect_uri,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"

    async def vouched(self, *, code: str, nonce: str, verifier: str, at: datetime) -> Vouched:
        token = await self._redeemed(code, verifier, at)
        claims = await self._claims(token, at)
        self._judge(claims, nonce, at)
        return Vouched(self.client.issuer, _text(claims, "sub"), self._login(claims))

    async def _redeemed(self, code: str, verifier: str, at: datetime) -> str:
        metadata = await self._discovered(at)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.redirect_uri,
            "code_verifier": verifier,
        }
        secret, basic = self.client.client_secret, None
        ways = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if secret is not None and "client_secret_basic" in ways:
            # RFC 6749 section 2.3.1 has both encoded as a form first.
            basic = httpx.BasicAuth(*(urlencode({"": each})[1:] for each in (self.client.client_id, secret)))
        else:
            form |= {"client_id": self.client.client_id} | ({"client_secret": secret} if secret is not None else {})
        answer = await self._asked("POST", str(metadata["token_endpoint"]), data=form, auth=basic)
        if answer.status_code in {400, 401}:
            raise SignOnRefused("code")
        token = _object(answer, "token_endpoint").get("id_token")
        if not isinstance(token, str):
            raise SignOnRefused("no_id_token")
        return token

    async def _claims(self, token: str, at: datetime) -> Mapping[str, Any]:
        try:
            head = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError:
            raise SignOnRefused("form") from None
        if head.get("alg") not in ALGORITHMS:
            raise SignOnRefused("algorithm")
        key = await self._key(head.get("kid"), str(head["alg"]), at)
        try:
            # Times, issuer and audience are judged below, by our own clock.
            options: Any = {"verify_signature": True, "verify_exp": False, "verify_iat": False, "verify_nbf": False,
                            "verify_aud": False, "verify_iss": False}  # fmt: skip
            found: Mapping[str, Any] = jwt.decode(token, key, algorithms=[str(head["alg"])], options=options)
        except (jwt.InvalidTokenError, jwt.PyJWTError, TypeError, ValueError):
            raise SignOnRefused("signature") from None
        return found

    def _judge(self, claims: Mapping[str, Any], nonce: str, at: datetime) -> None:
        audience = claims.get("aud")
        for_whom: Sequence[Any] = [audience] if isinstance(audience, str) else audience if audience else []
        now, late = at.timestamp(), LEEWAY.total_seconds()
        checks = (
            ("issuer", claims.get("iss") == self.client.issuer),
            ("audience", self.client.client_id in for_whom),
            ("authorized_party", claims.get("azp", self.client.client_id) == self.client.client_id),
            ("authorized_party", len(for_whom) == 1 or "azp" in claims),
            ("expired", _number(claims, "exp") > now - late),
            ("issued_later", _number(claims, "iat") < now + late),
            ("not_yet", _number(claims, "nbf", 0.0) < now + late),
            ("nonce", claims.get("nonce") == nonce),
        )
        for reason, holds in checks:
            if not holds:
                raise SignOnRefused(reason)

    def _login(self, claims: Mapping[str, Any]) -> str:
        # Anybody may write any address into their account: only a verified one says who they are.
        if self.client.login_claim == "email" and claims.get("email_verified") is not True:
            raise SignOnRefused("email_not_verified")
        return _text(claims, self.client.login_claim)

    async def _key(self, key_id: Any, algorithm: str, at: datetime) -> Any:
        """Give the key that a token names; an unknown one may be new, so the keys are asked for again, seldom."""
        for again in (False, True):
            await self._read_keys(at, again=again)
            found = [each for each in self._keys.get("keys", ()) if _fits(each, key_id, algorithm)]
            if len(found) == 1:
                try:
                    return jwt.PyJWK.from_dict(found[0], algorithm).key
                except jwt.PyJWTError:
                    raise SignOnRefused("key") from None
        raise SignOnRefused("unknown_key")

    async def _read_keys(self, at: datetime, *, again: bool) -> None:
        age = _FRESH if self._keys_at is None else at - self._keys_at
        if age >= (_SELDOM if again else _FRESH):
            address = str((await self._discovered(at))["jwks_uri"])
            self._keys, self._keys_at = _object(await self._asked("GET", address), "jwks_uri"), at

    async def _discovered(self, at: datetime | None) -> Mapping[str, Any]:
        """Give the provider's description of itself; read once, and again an hour later by whoever has a clock."""
        stale = at is not None and self._read_at is not None and at - self._read_at >= _FRESH
        if not self._metadata or stale:
            address = f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration"
            found = _object(await self._asked("GET", address), "discovery")
            if found.get("issuer") != self.client.issuer:
                raise SignOnUnavailable("the provider calls itself otherwise than VOICEBOT_OIDC_ISSUER does")
            for endpoint in _ENDPOINTS:
                if not is_safe(str(found.get(endpoint, ""))):
                    raise SignOnUnavailable(f"the provider's {endpoint} is missing, or is not https")
            self._metadata, self._read_at = found, at
        elif self._read_at is None:
            self._read_at = at
        return self._metadata

    async def _asked(self, method: str, address: str, **with_: Any) -> httpx.Response:
        try:
            async with httpx.AsyncClient(
                transport=self.transport, timeout=_TIMEOUT_S, follow_redirects=False, trust_env=False
            ) as client:
                answer = await client.request(method, address, headers={"Accept": "application/json"}, **with_)
        except httpx.HTTPError as error:
            raise SignOnUnavailable(f"{urlsplit(address).path} did not answer: {type(error).__name__}") from None
        if answer.status_code not in {200, 400, 401} or len(answer.content) > _LONGEST:
            raise SignOnUnavailable(f"{urlsplit(address).path} answered {answer.status_code}")
        return answer


def is_safe(address: str) -> bool:
    """Tell whether an address is https, or plain http to this machine."""
    parts = urlsplit(address)
    here = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and here))


def _fits(key: Any, key_id: Any, algorithm: str) -> bool:
    """Tell whether a key may have signed this; without an id, only a key for signing of this kind."""
    if not isinstance(key, dict) or key.get("use", "sig") != "sig":
        return False
    kind = {"R": "RSA", "P": "RSA", "E": "OKP" if algorithm == "EdDSA" else "EC"}[algorithm[0]]
    return key.get("kty") == kind and (key_id is None or key.get("kid") == key_id)


def _object(answer: httpx.Response, what: str) -> Mapping[str, Any]:
    try:
        found = answer.json() if answer.status_code == httpx.codes.OK else None
    except (json.JSONDecodeError, UnicodeDecodeError):
        found = None
    if not isinstance(found, dict):
        raise SignOnUnavailable(f"the provider's {what} is no JSON object")
    return found


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value or len(value) > 255:
        raise SignOnRefused(f"no_{name}")
    return value


def _number(claims: Mapping[str, Any], name: str, default: float = float("nan")) -> float:
    value = claims.get(name, default)
    # A comparison with what is not a number is false, so such a claim fails its check.
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")
