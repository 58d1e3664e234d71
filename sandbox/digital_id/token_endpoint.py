"""What a client gets for a code or a refresh token, and what tokens tell about themselves. No HTTP here."""

from __future__ import annotations

from typing import Any, Final

from sandbox.digital_id.behaviour import Mode
from sandbox.digital_id.flavour import claims_for
from sandbox.digital_id.grants import Grant, Revoked, Token
from sandbox.digital_id.oauth import Fields, OAuthError, check_verifier
from sandbox.digital_id.person import Person
from sandbox.digital_id.provider import REFRESH_LIFETIME, TOKEN_LIFETIME, Provider
from sandbox.digital_id.settings import Client
from sandbox.digital_id.signing import at_hash, id_token_claims, signed, spoilt
from shared.kernel import clock, ids

SOMEBODY_ELSE: Final = "somebody-else"
Answer = dict[str, Any]


def tokens_for(provider: Provider, client: Client, fields: Fields) -> Answer:
    """The answer of the token endpoint (RFC 6749 §5.1). Raises OAuthError."""
    match fields.get("grant_type"):
        case "authorization_code":
            return _for_code(provider, client, fields)
        case "refresh_token" if provider.flavour.refreshable:
            return _for_refresh(provider, client, fields.get("refresh_token", ""))
    raise OAuthError("unsupported_grant_type", "this grant type is not supported")


def _for_code(provider: Provider, client: Client, fields: Fields) -> Answer:
    code = fields.get("code", "")
    grant = provider.codes.get(code)
    if grant is None or grant.request.client_id != client.client_id:
        raise OAuthError("invalid_grant", "the code is unknown, has expired, or is another client's")
    if grant.used and Mode.CODE_REPLAY_ACCEPTED not in provider.behaviour:
        provider.revoked.put(grant.grant_id, Revoked())
        raise OAuthError("invalid_grant", "the code was used before; what was given for it has ended")
    if fields.get("redirect_uri") != grant.request.redirect_uri:
        raise OAuthError("invalid_grant", "redirect_uri differs from that of the authorization request")
    if Mode.PKCE_IGNORED not in provider.behaviour:
        check_verifier(grant.request.code_challenge, fields.get("code_verifier", ""))
    provider.codes.put(code, grant.model_copy(update={"used": True}))
    return _issued(provider, grant)


def _for_refresh(provider: Provider, client: Client, refresh_token: str) -> Answer:
    """Each refresh token is good for one use."""
    kept = provider.refreshes.get(refresh_token)
    if kept is None or kept.grant.request.client_id != client.client_id or _ended(provider, kept.grant):
        raise OAuthError("invalid_grant", "the refresh token is unknown, has ended, or is another client's")
    provider.refreshes.remove(refresh_token)
    return _issued(provider, kept.grant)


def _issued(provider: Provider, grant: Grant) -> Answer:
    access_token = ids.new_secret()
    now, seconds = int(clock.now().timestamp()), int(TOKEN_LIFETIME.total_seconds())
    provider.tokens.put(access_token, Token(grant=grant, issued_at=now, expires_at=now + seconds))
    scope = " ".join(grant.request.scopes)
    answer: Answer = {"access_token": access_token, "token_type": "Bearer", "expires_in": seconds, "scope": scope}
    if provider.flavour.refreshable:
        answer["refresh_token"] = ids.new_secret()
        until = now + int(REFRESH_LIFETIME.total_seconds())
        provider.refreshes.put(answer["refresh_token"], Token(grant=grant, issued_at=now, expires_at=until))
    if Mode.MISSING_ID_TOKEN not in provider.behaviour:
        answer["id_token"] = _id_token(provider, grant, access_token)
    return answer


def _id_token(provider: Provider, grant: Grant, access_token: str) -> str:
    flavour, request, person = provider.flavour, grant.request, _person(provider, grant)
    claims = id_token_claims(provider.issuer, request.client_id, flavour.subject(person), request.nonce, grant.login.at)
    claims["at_hash"] = at_hash(access_token)
    if flavour.claims_in_id_token:
        claims |= claims_for(flavour, person, request.scopes, grant.login.assurance)
    return signed(spoilt(claims, provider.behaviour), provider.keys, provider.behaviour)


def user_info(provider: Provider, access_token: str) -> Answer:
    """The claims that the token opens (OpenID Connect Core §5.3). Raises OAuthError(401)."""
    token = _living(provider, access_token)
    if token is None:
        raise OAuthError("invalid_token", "the access token is unknown or has ended", 401)
    person, grant = _person(provider, token.grant), token.grant
    invalid = Mode.USERINFO_INVALID_SUB in provider.behaviour
    subject = SOMEBODY_ELSE if invalid else provider.flavour.subject(person)
    return {"sub": subject, **claims_for(provider.flavour, person, grant.request.scopes, grant.login.assurance)}


def signed_user_info(provider: Provider, access_token: str) -> str:
    """The same as a JWT for the client of the token. Raises OAuthError(401)."""
    claims = user_info(provider, access_token)
    token = _living(provider, access_token)
    client_id = token.grant.request.client_id if token else ""
    return signed({**claims, "iss": provider.issuer, "aud": client_id}, provider.keys, provider.behaviour)


def introspected(provider: Provider, client: Client, given: str) -> Answer:
    """RFC 7662 §2.2; of another client's token nothing is told."""
    token = _living(provider, given) or provider.refreshes.get(given)
    if token is None or token.grant.request.client_id != client.client_id or _ended(provider, token.grant):
        return {"active": False}
    return {
        "active": True,
        "scope": " ".join(token.grant.request.scopes),
        "client_id": client.client_id,
        "token_type": "Bearer",
        "sub": provider.flavour.subject(_person(provider, token.grant)),
        "iss": provider.issuer,
        "iat": token.issued_at,
        "exp": token.expires_at,
        "jti": str(ids.derived_id(f"sandbox/digital-id/{token.grant.grant_id}/{token.issued_at}")),
    }


def _living(provider: Provider, access_token: str) -> Token | None:
    token = provider.tokens.get(access_token)
    return None if token is None or _ended(provider, token.grant) else token


def _ended(provider: Provider, grant: Grant) -> bool:
    return provider.revoked.get(grant.grant_id) is not None


def _person(provider: Provider, grant: Grant) -> Person:
    person = provider.person_of(grant.login)
    if person is None:
        raise OAuthError("invalid_grant", "the person is no longer known")
    return person
