"""How the sandbox treats the next messages: well, or in one of the ways real gateways fail."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Mode(StrEnum):
    OK = "ok"
    SLOW = "slow"
    """Accepts and answers after `delay_seconds`."""
    ERROR_500 = "error_500"
    TOO_MANY_429 = "too_many_429"
    """Refuses, with `Retry-After: retry_after`."""
    ACCEPT_THEN_DROP = "accept_then_drop"
    """Accepts, then closes the connection without a word."""
    ACCEPT_THEN_TIMEOUT = "accept_then_timeout"
    """Accepts at once, answers after `delay_seconds`."""


class Receipts(StrEnum):
    NORMAL = "normal"
    DUPLICATE = "duplicate"
    OUT_OF_ORDER = "out_of_order"
    """DELIVERED first, then the UNDELIVERED of an earlier try."""
    NONE = "none"
    UNDELIVERED = "undelivered"


class Behaviour(BaseModel):
    """Frozen. What a `PUT` leaves out has its default, so `{}` is good behaviour."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = Mode.OK
    delay_seconds: float = Field(default=5.0, ge=0, le=600)
    retry_after: int = Field(default=5, ge=0, le=86_400)
    receipts: Receipts = Receipts.NORMAL
    idempotent: bool = True
    """Whether a reference seen before answers with the first message instead of sending another."""
    only_next: int | None = Field(default=None, ge=1)
    """For so many calls only; then the standing behaviour returns. None: until told otherwise."""


class Behaviours:
    """The standing behaviour and, for a number of calls, another one laid over it."""

    def __init__(self) -> None:
        self._standing = Behaviour()
        self._passing: Behaviour | None = None

    @property
    def current(self) -> Behaviour:
        """What the next call will meet; `only_next` counts down."""
        return self._passing or self._standing

    def put(self, behaviour: Behaviour) -> None:
        if behaviour.only_next is None:
            self._standing, self._passing = behaviour, None
        else:
            self._passing = behaviour

    def for_this_call(self) -> Behaviour:
        """The behaviour for one call, which counts."""
        behaviour = self.current
        if behaviour.only_next is not None:
            left = behaviour.only_next - 1
            self._passing = behaviour.model_copy(update={"only_next": left}) if left else None
        return behaviour
