"""The protocol's decisions about requests. Pure; errors are named as in RFC 6749."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import unquote_plus

from sandbox.digital_id.flavour import Flavour
from sandbox.digital_id.grants import AuthorizationRequest
from sandbox.digital_id.settings import Client
from sandbox.digital_id.signing import encoded

_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
Fields = Mapping[str, str]


class OAuthError(Exception):
    """Refused. `error` is the protocol's name of the reason, `status` that of an answer that is no redirect."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status

    def as_json(self) -> dict[str, str]:
        return {"error": self.error, "error_description": self.description}


def client_of_request(clients: Iterable[Client], fields: Fields) -> Client:
    """The client, when it is known and the redirect URI is one of its own: before that nothing may be sent there."""
    client = next((each for each in clients if each.client_id == fields.get("client_id")), None)
    if client is None:
        raise OAuthError("invalid_client", "unknown client_id")
    if fields.get("redirect_uri") not in client.redirect_uris:
        raise OAuthError("invalid_request", "redirect_uri is not registered")
    return client


def authorization_request(flavour: Flavour, client: Client, fields: Fields, pkce: bool) -> AuthorizationRequest:
    """The checked request; raises OAuthError, which goes back to the client by way of the browser."""
    if "request" in fields or "request_uri" in fields:
        raise OAuthError("request_not_supported", "request objects are not supported")
    if fields.get("response_type") != "code":
        raise OAuthError("unsupported_response_type", "only the code flow is supported")
    if fields.get("response_mode", "query") != "query":
        raise OAuthError("invalid_request", "only response_mode=query is supported")
    max_age = fields.get("max_age")
    if max_age is not None and not _NUMBER.fullmatch(max_age):
        raise OAuthError("invalid_request", "max_age is a number of seconds")
    return AuthorizationRequest(
        client_id=client.client_id,
        redirect_uri=fields["redirect_uri"],
        scopes=_scopes(flavour, client, fields.get("scope", "")),
        state=fields.get("state"),
        nonce=fields.get("nonce"),
        code_challenge=_challenge(fields) if pkce else None,
        prompts=_prompts(fields.get("prompt", "")),
        max_age=int(max_age) if max_age is not None else None,
    )


def _scopes(flavour: Flavour, client: Client, given: str) -> tuple[str, ...]:
    scopes = tuple(dict.fromkeys(given.split()))
    allowed = set(flavour.scopes) & (client.scopes if client.scopes is not None else set(flavour.scopes))
    if "openid" not in scopes:
        raise OAuthError("invalid_scope", "the scope openid is missing")
    if refused := [scope for scope in scopes if scope not in allowed]:
        raise OAuthError("invalid_scope", f"not granted to this client: {' '.join(refused)[:200]}")
    return scopes


def _challenge(fields: Fields) -> str:
    challenge = fields.get("code_challenge", "")
    if fields.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise OAuthError("invalid_request", "PKCE with S256 is required")
    return challenge


def _prompts(given: str) -> frozenset[str]:
    prompts = frozenset(given.split())
    if not prompts <= {"none", "login", "consent", "select_account"} or ("none" in prompts and len(prompts) > 1):
        raise OAuthError("invalid_request", "prompt is none, or some of login, consent, select_account")
    return prompts


def check_verifier(challenge: str | None, verifier: str) -> None:
    """RFC 7636 §4.6. Raises OAuthError; a grant without a challenge needs no verifier."""
    if challenge is None:
        return
    derived = encoded(hashlib.sha256(verifier.encode()).digest())
    if not _VERIFIER.fullmatch(verifier) or not hmac.compare_digest(derived, challenge):
        raise OAuthError("invalid_grant", "code_verifier does not fit the code_challenge")


def authenticated(
    flavour: Flavour, clients: Iterable[Client], authorization: str, fields: Fields
) -> tuple[Client, str]:
    """The client, and the method by which it proved itself. Raises OAuthError(401)."""
    refused = OAuthError("invalid_client", "client authentication failed", 401)
    if authorization and "client_secret" in fields:
        raise OAuthError("invalid_request", "authenticate in one way only")
    if authorization:
        method, (client_id, secret) = "client_secret_basic", _basic(authorization)
    else:
        method, (client_id, secret) = (
            "client_secret_post",
            (fields.get("client_id", ""), fields.get("client_secret", "")),
        )
    client = next((each for each in clients if each.client_id == client_id), None)
    if client is None or method not in flavour.client_authentication:
        raise refused
    wanted = flavour.secret_sent(client.client_secret.get_secret_value())
    if not hmac.compare_digest(wanted.encode(), secret.encode()):
        raise refused
    return client, method


def _basic(authorization: str) -> tuple[str, str]:
    """Id and secret of an HTTP Basic header, form-encoded before (RFC 6749 §2.3.1); empty when it is something else."""
    scheme, _, given = authorization.partition(" ")
    try:
        text = base64.b64decode(given, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    client_id, _, secret = text.partition(":")
    return unquote_plus(client_id), unquote_plus(secret)
