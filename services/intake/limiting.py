"""How often one client, and one phone, may file: texts cost money and annoy."""

from __future__ import annotations

from typing import Final

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from shared.gateway.problems import Problem
from shared.kernel import clock

_DETAIL: Final = "มีการยื่นคำร้องถี่เกินไป กรุณาลองใหม่ภายหลัง หรือติดต่อหน่วยงานทางโทรศัพท์"


class FilingLimits:
    """Counted per process; the numbers are settings (notation of the `limits` library: `3/hour;10/day`)."""

    def __init__(self, per_client: str, per_phone: str) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._per_client = parse_many(per_client) if per_client else []
        self._per_phone = parse_many(per_phone) if per_phone else []

    @property
    def apply(self) -> bool:
        """Whether there are any."""
        return bool(self._per_client or self._per_phone)

    def check(self, client: str, phone: str) -> None:
        """Count a filing. Raises Problem 429 with Retry-After. `phone` is a keyed hash."""
        for kind, limits, who in (("client", self._per_client, client), ("phone", self._per_phone, phone)):
            for limit in limits:
                if not self._limiter.hit(limit, kind, who):
                    raise Problem(429, _DETAIL, headers={"Retry-After": self._wait(limit, kind, who)})

    def _wait(self, limit: RateLimitItem, kind: str, who: str) -> str:
        reset = self._limiter.get_window_stats(limit, kind, who).reset_time
        return str(max(1, round(reset - clock.now().timestamp())))
