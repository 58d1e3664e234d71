"""Who has logged in: asked of identity behind the browser's back, kept for a moment in this process alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

import structlog

from services.portal.clients.gateways import Gateways, Refused, Unavailable
from services.portal.clients.own_token import OwnToken
from services.portal.clients.remembering import Remembered
from shared.kernel import clock

FRESH_SECONDS: Final = 30.0
"""A session that was ended elsewhere is taken for living here for at most this long."""
EARLY_SECONDS: Final = 30.0
REST_SECONDS: Final = 5.0
"""Pages do not wait for identity again so soon after it did not answer."""
PURPOSE: Final = "account"
"""Of the consent that an account, and being filled in, rest on."""
_OVER: Final = frozenset({"urn:khamrong:session-ended", "urn:khamrong:handover-invalid"})
_REVOKED: Final = "urn:khamrong:position-revoked"
Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
_log = structlog.get_logger(__name__)


class SessionEnded(Exception):
    """Ended, idle for too long, or never begun."""


class PositionRevoked(Exception):
    """The position is not the person's, or is no more."""


@dataclass(frozen=True, slots=True)
class Position:
    """A role in which the person works for an authority, or for one department of it."""

    staff_id: str
    authority: str
    role: str
    department: str | None


@dataclass(frozen=True, slots=True)
class Begun:
    """A new session: its secret for the browser's cookie, and when it ends at the latest. `registered`: as a member."""

    secret: str = field(repr=False)
    ends_at: datetime
    registered: bool
    is_staff: bool


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who has logged in, and the short-lived token by which gateways know them."""

    secret: str = field(repr=False)
    token: str = field(repr=False)
    registered: bool
    positions: tuple[Position, ...]
    name: str = field(repr=False)
    fills_in: bool
    """Whether the member agrees that what they told is used when they file."""

    @property
    def bearer(self) -> dict[str, str]:
        """The header for gateways."""
        return {"Authorization": f"Bearer {self.token}"}


class Accounts:
    """Identity's sessions. While identity does not answer, who was known a moment ago stays so as long as the token is
    good; whoever else has logged in is treated as anybody."""

    def __init__(self, gateways: Gateways, secret: str) -> None:
        self._gateways, self._own = gateways, OwnToken(gateways, secret)
        self._known: Remembered[str, Account] = Remembered()
        self._tokens: Remembered[tuple[str, str], str] = Remembered()
        self._rests_until = 0.0

    async def begin(self, handover: str) -> Begun:
        """Exchange the hand-over of a login. Raises SessionEnded for one that is used, late or unknown; Unavailable."""
        told = await self._asked("/sessions", {"handover": handover})
        ends_at = datetime.fromisoformat(told["ends_at"])
        return Begun(told["session"], ends_at, told["registered"], is_staff=bool(told["positions"]))

    async def of(self, secret: str) -> Account:
        """Whose session it is; counts as use of it. Raises SessionEnded, Unavailable."""
        return await self._remembered(self._known, secret, lambda: self._introduced(secret))

    async def at_work(self, secret: str, staff_id: str) -> str:
        """The token for work in one of the person's positions. Raises SessionEnded, PositionRevoked, Unavailable."""
        return await self._remembered(self._tokens, (secret, staff_id), lambda: self._working(secret, staff_id))

    async def end(self, secret: str) -> str | None:
        """End the session; where the browser ends the provider's, if anywhere. Again: no error. Raises Unavailable."""
        self.forget(secret)
        redirect_to: str | None = (await self._asked("/logout", {"session": secret}))["redirect_to"]
        return redirect_to

    def forget(self, secret: str) -> None:
        """Ask anew next time: something about the person has changed."""
        self._known.forget(lambda known: known == secret)
        self._tokens.forget(lambda known: known[0] == secret)

    async def _remembered(
        self, kept: Remembered[Key, Value], key: Key, ask: Callable[[], Awaitable[tuple[Value, float]]]
    ) -> Value:
        if (fresh := kept.fresh(key)) is not None:
            return fresh
        if clock.monotonic() >= self._rests_until:
            try:
                value, good_until = await ask()
            except Unavailable:
                self._rests_until = clock.monotonic() + REST_SECONDS
            else:
                kept.keep(key, value, clock.monotonic() + FRESH_SECONDS, good_until)
                return value
        if (good := kept.good(key)) is not None:
            return good
        raise Unavailable("identity")

    async def _introduced(self, secret: str) -> tuple[Account, float]:
        told, good_until = await self._renewed(secret, {})
        return await self._named(secret, told), good_until

    async def _working(self, secret: str, staff_id: str) -> tuple[str, float]:
        told, good_until = await self._renewed(secret, {"staff_id": staff_id})
        return str(told["access_token"]), good_until

    async def _renewed(self, secret: str, more: dict[str, str]) -> tuple[dict[str, Any], float]:
        """What identity tells of the session, and until when its token is good."""
        asked_at = clock.monotonic()
        try:
            told = await self._asked("/sessions/tokens", {"session": secret, **more})
        except (SessionEnded, PositionRevoked):
            self.forget(secret)
            raise
        return told, asked_at + told["expires_in"] - EARLY_SECONDS

    async def _named(self, secret: str, told: dict[str, Any]) -> Account:
        token = told["access_token"]
        try:
            me = await self._gateways.get("identity", "/me", headers={"Authorization": f"Bearer {token}"})
        except Refused:  # ended between the two questions
            self.forget(secret)
            raise SessionEnded from None
        name = " ".join(filter(None, (me["given_name"], me["family_name"])))
        positions = tuple(_position(each) for each in told["positions"])
        agrees = any(each["purpose"] == PURPOSE and each["agreed_version"] for each in me["consents"])
        return Account(
            secret=secret,
            token=token,
            registered=told["registered"],
            positions=positions,
            name=name,
            fills_in=told["registered"] and agrees,
        )

    async def _asked(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        """Once more with a new token of our own, where the old one is not believed any more."""
        for _ in range(2):
            headers = {"Authorization": f"Bearer {await self._own.get()}"}
            try:
                answer = await self._gateways.call("identity", "POST", path, json=body, headers=headers)
            except Refused as refused:
                if refused.kind in _OVER:
                    raise SessionEnded from None
                if refused.kind == _REVOKED:
                    raise PositionRevoked from None
                _log.warning("portal_refused_by_identity", status=refused.status)
                self._own.forget()
            else:
                told: dict[str, Any] = answer.json()
                return told
        raise Unavailable("identity")


def _position(told: dict[str, Any]) -> Position:
    return Position(told["staff_id"], told["authority"], told["role"], told["department"])
