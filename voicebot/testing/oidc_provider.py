"""A provider of identities that speaks OpenID Connect, for tests and for trying the console's sign-in at one's desk.

It serves discovery, keys, the authorization endpoint (a page with one button for each account) and the token endpoint,
with PKCE and codes that are good once. `OidcTestProvider.bend` changes the next ID token's claims before it is signed,
and `sign` its signature, so that a test can be the attacker.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote_plus, urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from fastapi import FastAPI, Form, Header, Query, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from jwt.algorithms import ECAlgorithm

from voicebot.application.ports import Clock

ALGORITHM: Final = "ES256"
KEY_ID: Final = "first"
LASTS_S: Final = 300
Claims = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a code was given for."""

    client_id: str
    redirect_uri: str
    nonce: str
    challenge: str
    subject: str


@dataclass(slots=True)
class OidcTestProvider:
    """One issuer with one client; `accounts` are claims by subject."""

    issuer: str
    clock: Clock
    client_id: str = "console"
    client_secret: str | None = field(default="a secret of the test's own", repr=False)
    accounts: dict[str, Claims] = field(default_factory=dict)
    bend: Callable[[Claims], Claims] = dict
    sign: Callable[[Claims], str] | None = None
    key: EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False)
    key_id: str = KEY_ID
    codes: dict[str, Asked] = field(default_factory=dict)
    described: Claims = field(default_factory=dict)
    """What discovery says otherwise."""
    requests: list[str] = field(default_factory=list)
    """The endpoints asked, in order."""

    def app(self) -> FastAPI:
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        app.add_api_route("/.well-known/openid-configuration", self._discovery, response_class=JSONResponse)
        app.add_api_route("/keys", self._keys, response_class=JSONResponse)
        app.add_api_route("/authorize", self._authorize, response_class=HTMLResponse)
        app.add_api_route("/token", self._token, methods=["POST"], response_class=JSONResponse)
        return app

    def rotate(self, key_id: str) -> None:
        """Sign with another key from now on, and publish that one alone."""
        self.key, self.key_id = ec.generate_private_key(ec.SECP256R1()), key_id

    def grant(self, asked: Mapping[str, str], subject: str) -> str:
        """Sign this account in, as its page does; gives the address that the browser is sent back to."""
        code = secrets.token_urlsafe(24)
        self.codes[code] = Asked(
            asked["client_id"], asked["redirect_uri"], asked["nonce"], asked["code_challenge"], subject
        )
        back = urlencode({"code": code, "state": asked["state"]})
        return f"{asked['redirect_uri']}?{back}"

    async def _discovery(self) -> Response:
        self.requests.append("discovery")
        described = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }
        return JSONResponse(described | self.described)

    async def _keys(self) -> Response:
        self.requests.append("keys")
        public = json.loads(ECAlgorithm.to_jwk(self.key.public_key()))
        return JSONResponse({"keys": [public | {"kid": self.key_id, "use": "sig", "alg": ALGORITHM}]})

    async def _authorize(
        self,
        client_id: str,
        redirect_uri: str,
        state: str,
        nonce: str,
        code_challenge: str,
        code_challenge_method: str,
        response_type: str,
        scope: str,
        subject: str | None = Query(None),
    ) -> Response:
        """Ask which account, or go back with a code for the one chosen."""
        right = (client_id, response_type, code_challenge_method) == (self.client_id, "code", "S256")
        if not right or "openid" not in scope.split():
            return HTMLResponse("this request is not as registered", status_code=400)
        asked = {
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "nonce": nonce,
            "code_challenge": code_challenge,
        }
        if subject is not None:
            return RedirectResponse(self.grant(asked, subject), status_code=303)
        rest = {"code_challenge_method": "S256", "response_type": "code", "scope": scope}
        links = "".join(
            f'<p><a href="/authorize?{html.escape(urlencode(asked | rest | {"subject": each}))}">'
            f"{html.escape(str(claims.get('name', each)))}</a></p>"
            for each, claims in self.accounts.items()
        )
        return HTMLResponse(f'<!doctype html><html lang="pt-BR"><title>Contas</title><h1>Quem é?</h1>{links}</html>')

    async def _token(
        self,
        grant_type: str = Form(),
        code: str = Form(),
        redirect_uri: str = Form(),
        code_verifier: str = Form(),
        client_id: str = Form(""),
        client_secret: str = Form(""),
        authorization: str = Header(""),
    ) -> Response:
        """Take the code away, and give a token where everything about it is as it was asked for."""
        asked = self.codes.pop(code, None)
        known = (client_id, client_secret) if not authorization else _basic(authorization)
        if not hmac.compare_digest("\x00".join(known), f"{self.client_id}\x00{self.client_secret or ''}"):
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
        if (
            asked is None
            or grant_type != "authorization_code"
            or (asked.redirect_uri, asked.challenge) != (redirect_uri, challenge)
        ):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(self.clock.now().timestamp())
        claims = self.bend(
            {
                "iss": self.issuer,
                "sub": asked.subject,
                "aud": asked.client_id,
                "iat": now,
                "exp": now + LASTS_S,
                "nonce": asked.nonce,
                **self.accounts.get(asked.subject, {}),
            }
        )
        sign = self.sign or self.signed
        return JSONResponse({"access_token": "none", "token_type": "Bearer", "id_token": sign(claims)})

    def signed(self, claims: Claims) -> str:
        return jwt.encode(claims, self.key, algorithm=ALGORITHM, headers={"kid": self.key_id})


def _basic(header: str) -> tuple[str, str]:
    """Read RFC 6749's client password: each half is encoded as in a form."""
    try:
        name, _, password = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote_plus(name), unquote_plus(password)
