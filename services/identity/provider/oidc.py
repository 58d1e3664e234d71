"""The adapter: OpenID Connect, authorization code flow, with Authlib's and joserfc's neutral parts over httpx."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from services.identity.login import Attempt, LoginRefused, Reason, VerifiedPerson, person_of
from services.identity.provider.client_authentication import authenticated
from services.identity.provider.directory import Directory
from services.identity.provider.logout_token import logged_out_subject
from services.identity.provider.provider import ProviderUnavailable
from services.identity.provider.settings import ProviderSettings
from services.identity.provider.signed import checked_id_token, checked_user_info

TIMEOUT: Final = httpx.Timeout(5.0)
_JWT: Final = "application/jwt"
_log = structlog.get_logger(__name__)


class OidcProvider:
    """One provider. Nothing of what it hands out is kept: tokens are read, checked and forgotten."""

    def __init__(self, settings: ProviderSettings, callback: str, logged_out: str, client: httpx.Client) -> None:
        self._settings, self._callback, self._logged_out, self._client = settings, callback, logged_out, client
        self._directory = Directory(settings.issuer, client, settings.back_channel)

    @property
    def issuer(self) -> str:
        return self._settings.issuer

    @property
    def label(self) -> str:
        return self._settings.label

    def names_itself(self) -> bool:
        return self._directory.metadata().get("authorization_response_iss_parameter_supported") is True

    def authorization_url(self, attempt: Attempt) -> str:
        endpoint = self._directory.metadata()["authorization_endpoint"]
        return str(
            prepare_grant_uri(
                endpoint,
                self._settings.client_id,
                "code",
                redirect_uri=self._callback,
                scope=list(self._settings.scopes),
                state=attempt.state,
                nonce=attempt.nonce,
                code_challenge=create_s256_code_challenge(attempt.verifier),
                code_challenge_method="S256",
            )
        )

    def identify(self, code: str, attempt: Attempt) -> VerifiedPerson:
        tokens = self._exchanged(code, attempt)
        access_token = str(tokens["access_token"])
        claims = checked_id_token(tokens.get("id_token"), access_token, attempt, self._settings, self._directory)
        told = self._user_info(access_token, claims["sub"])
        return person_of(self.issuer, {**claims, **told}, self._settings.claims)

    def logged_out_subject(self, token: str) -> str:
        return logged_out_subject(token, self._settings, self._directory)

    def end_session_url(self, state: str) -> str | None:
        """By client id and not by `id_token_hint`: an ID token holds the citizen number, and has no place in an address
        (OpenID Connect RP-Initiated Logout 1.0 §2 allows either)."""
        endpoint = self._directory.metadata().get("end_session_endpoint")
        if not isinstance(endpoint, str):
            return None
        query = {
            "client_id": self._settings.client_id,
            self._settings.logout_parameter: self._logged_out,
            "state": state,
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def _exchanged(self, code: str, attempt: Attempt) -> Mapping[str, Any]:
        """The answer of the token endpoint (RFC 6749 §5). Raises LoginRefused, ProviderUnavailable."""
        endpoint = self._directory.reached(self._directory.metadata()["token_endpoint"])
        form = prepare_token_request(
            "authorization_code", redirect_uri=self._callback, code=code, code_verifier=attempt.verifier
        )
        address, headers, body = authenticated(self._settings, endpoint, form)
        answer = self._asked(self._client.build_request("POST", address, headers=headers, content=body))
        if answer.status_code == httpx.codes.BAD_REQUEST and _error(answer) == "invalid_grant":
            raise LoginRefused(Reason.CODE_REFUSED)
        return self._granted(answer)

    def _granted(self, answer: httpx.Response) -> Mapping[str, Any]:
        if not answer.is_success:
            _log.error("token_refused", issuer=self.issuer, status=answer.status_code, error=_error(answer))
            raise ProviderUnavailable(self.issuer)
        tokens = _json(answer)
        bearer = str(tokens.get("token_type", "")).lower() == "bearer"
        if not bearer or not isinstance(tokens.get("access_token"), str):
            raise LoginRefused(Reason.TOKEN_INVALID)
        return tokens

    def _user_info(self, access_token: str, subject: str) -> Mapping[str, Any]:
        """The claims of the UserInfo endpoint, about the subject of the ID token (§5.3.4). Raises LoginRefused."""
        endpoint = self._directory.metadata().get("userinfo_endpoint")
        if not self._settings.user_info or not isinstance(endpoint, str):
            return {}
        headers = {"Authorization": f"Bearer {access_token}"}
        request = self._client.build_request("GET", self._directory.reached(endpoint), headers=headers)
        claims = self._told(self._asked(request))
        if claims.get("sub") != subject:
            raise LoginRefused(Reason.USER_INFO_INVALID)
        return claims

    def _told(self, answer: httpx.Response) -> Mapping[str, Any]:
        if not answer.is_success:
            _log.error("user_info_refused", issuer=self.issuer, status=answer.status_code)
            raise ProviderUnavailable(self.issuer)
        if answer.headers.get("Content-Type", "").partition(";")[0].strip().lower() == _JWT:
            return checked_user_info(answer.text, self._settings, self._directory)
        return _json(answer)

    def _asked(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._client.send(request)
        except httpx.HTTPError as error:
            _log.error("provider_unavailable", issuer=self.issuer, error=type(error).__name__)
            raise ProviderUnavailable(self.issuer) from None


def _json(answer: httpx.Response) -> Mapping[str, Any]:
    """The object in an answer. Raises LoginRefused."""
    try:
        told = answer.json()
    except ValueError:
        raise LoginRefused(Reason.TOKEN_INVALID) from None
    if not isinstance(told, Mapping):
        raise LoginRefused(Reason.TOKEN_INVALID)
    return told


def _error(answer: httpx.Response) -> str | None:
    """The error code of RFC 6749 §5.2; nothing else of the answer is looked at."""
    try:
        told = answer.json()
    except ValueError:
        return None
    error = told.get("error") if isinstance(told, Mapping) else None
    return error if isinstance(error, str) and error.replace("_", "").isalnum() and len(error) <= 50 else None
