"""Who calls: short-lived JWTs signed by identity (ES256), checked against its JWKS."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Annotated, Any, Final
from uuid import UUID

import httpx
import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.gateway.problems import Problem
from shared.gateway.roles import Role, Scope
from shared.kernel import clock

ISSUER: Final = "khamrong"
AUDIENCE: Final = "khamrong"
ALGORITHMS: Final = ["ES256"]
LEEWAY_SECONDS: Final = 30
REFRESH_SECONDS: Final = 10
FIRST_SECONDS: Final = 1
_log = structlog.get_logger(__name__)


STAFF: Final = frozenset({Role.CLERK, Role.OFFICER, Role.HEAD, Role.EXECUTIVE, Role.ADMIN, Role.AUDITOR})
FEED_READERS: Final = frozenset({Role.SERVICE, Role.AUDITOR})


class Caller(BaseModel):
    """The claims of a checked token. `authority` is a code; `*` stands for all (services, platform staff), and members
    belong to none. `sid` names the session of a person, `scope` what a service may do, words with a space between."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sub: str
    role: Role
    authority: str
    name: str = ""
    department: str | None = None
    sid: UUID | None = None
    scope: str = ""

    def may(self, scope: Scope) -> bool:
        """Whether the scope was granted."""
        return scope in self.scope.split()

    def may_see(self, authority: str) -> bool:
        """Whether the caller belongs to the authority."""
        return self.authority in ("*", authority)

    def may_work_on(self, authority: str, department: str | None) -> bool:
        """Whether a petition is the caller's business: of the authority and, for who is of one department, of that."""
        return self.may_see(authority) and self.department in (None, department)


def audience_of(service: str) -> str:
    """The audience of a token that one service alone takes."""
    return f"{AUDIENCE}/{service}"


class KeysUnavailable(Exception):
    """Identity's public keys were never had, and cannot be had now."""


Keys = Callable[[bool], KeySet]
"""Identity's public keys; called with True to ask for them anew."""


class RemoteKeys:
    """Identity's JWKS over HTTP, kept. Asked for anew at most every 10 s when a key is unknown, and while there are
    none yet at most every second. Known keys stay good while identity does not answer."""

    def __init__(self, url: str, client: httpx.Client | None = None) -> None:
        self._url = url
        self._client = client or httpx.Client(timeout=httpx.Timeout(3.0))
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._asked_at = -float(REFRESH_SECONDS)

    def __call__(self, anew: bool) -> KeySet:
        """Raises KeysUnavailable when there are none."""
        known = self._keys
        if known is not None and not anew:
            return known
        with self._lock:
            pause = REFRESH_SECONDS if self._keys else FIRST_SECONDS
            if clock.monotonic() - self._asked_at > pause:
                self._asked_at = clock.monotonic()
                self._keys = self._asked() or self._keys
        if self._keys is None:
            raise KeysUnavailable
        return self._keys

    def _asked(self) -> KeySet | None:
        try:
            return KeySet.import_key_set(self._client.get(self._url).raise_for_status().json())
        except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
            _log.error("keys_unavailable", error=type(error).__name__)
            return None


class Gatekeeper:
    """Checks bearer tokens."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def caller(self, token: str, service: str = "") -> Caller:
        """The claims of a valid token for all services or for this one. Raises Problem 401; 503 without keys."""
        claims = self._claims(token)
        registry = jwt.JWTClaimsRegistry(
            now=lambda: int(clock.now().timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "values": [AUDIENCE, audience_of(service)]},
            exp={"essential": True},
        )
        try:
            registry.validate(claims)
            return Caller.model_validate(claims)
        except (JoseError, ValidationError):
            raise unauthorized("โทเคนไม่ถูกต้องหรือหมดอายุ") from None

    def _claims(self, token: str) -> dict[str, Any]:
        for anew in (False, True):
            keys = self._known(anew)
            try:
                return dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)
            except (JoseError, ValueError, TypeError, KeyError):  # a forger may write anything into a token
                continue
        raise unauthorized("โทเคนไม่ถูกต้อง")

    def _known(self, anew: bool) -> KeySet:
        try:
            return self._keys(anew)
        except KeysUnavailable:
            raise Problem(503, "ตรวจสอบสิทธิ์ไม่ได้ในขณะนี้", headers={"Retry-After": "5"}) from None


def unauthorized(detail: str) -> Problem:
    """401 with the challenge of RFC 6750 §3."""
    return Problem(401, detail, headers={"WWW-Authenticate": 'Bearer realm="khamrong"'})


def bearer(request: Request) -> str | None:
    """The bearer token of a request, if it has one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


_DOCUMENTED: Final = HTTPBearer(auto_error=False, bearerFormat="JWT", description="A token of identity.")
"""Says in the OpenAPI that a token is needed; what it is worth is decided below."""


def _caller(request: Request, _: Annotated[object, Depends(_DOCUMENTED)]) -> Caller:
    token = bearer(request)
    if token is None:
        raise unauthorized("ต้องแนบโทเคนของเจ้าหน้าที่")
    gatekeeper: Gatekeeper = request.app.state.gatekeeper
    return gatekeeper.caller(token, request.app.state.service)


def caller_of(request: Request) -> Caller | None:
    """Who calls an endpoint that anybody may call; None without a token. Raises Problem 401, 503."""
    token = bearer(request)
    gatekeeper: Gatekeeper = request.app.state.gatekeeper
    return gatekeeper.caller(token, request.app.state.service) if token else None


def only(roles: frozenset[Role]) -> Callable[..., Caller]:
    """A dependency: the caller, when its role is one of these; 401 or 403 otherwise."""

    def allowed(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
        if caller.role not in roles:
            raise Problem(403, "บทบาทของผู้ใช้ไม่มีสิทธิ์ดำเนินการนี้")
        return caller

    return allowed


def service_with(scope: Scope) -> Callable[..., Caller]:
    """A dependency: a service that was granted the scope; 401 or 403 otherwise."""

    def allowed(caller: Annotated[Caller, Depends(only(frozenset({Role.SERVICE})))]) -> Caller:
        _require_scope(caller, scope)
        return caller

    return allowed


def _require_scope(caller: Caller, scope: Scope) -> None:
    if not caller.may(scope):
        raise Problem(403, "โทเคนนี้ไม่มีสิทธิ์ดำเนินการนี้", scope=scope)


def _feed_reader(caller: Annotated[Caller, Depends(only(FEED_READERS))]) -> Caller:
    if caller.role is Role.SERVICE:
        _require_scope(caller, Scope.LOG)
    return caller


StaffCaller = Annotated[Caller, Depends(only(STAFF))]
FeedReader = Annotated[Caller, Depends(_feed_reader)]
