"""What gateways do with people who tell something guessable: number and digits of the phone, or a tracking code."""

from __future__ import annotations

from typing import Final, NoReturn

import sqlalchemy as sa
import structlog
from fastapi import Request
from prometheus_client import Counter

from shared.gateway.limits.door import Attempt, Door, TooManyFailures
from shared.gateway.limits.postgres_storage import PostgresStorage
from shared.gateway.problems import Problem
from shared.kernel.settings import LookupLimits

FAILURES: Final = Counter(
    "khamrong_lookup_failures_total", "Look-ups that found nothing or were refused", ["door", "why"]
)
_NOT_FOUND: Final = "ไม่พบคำร้องตามข้อมูลที่ระบุ กรุณาตรวจสอบเลขที่คำร้องและเลขท้ายหมายเลขโทรศัพท์ 4 หลัก หรือรหัสติดตาม"
_CLOSED: Final = "มีการค้นหาที่ไม่ถูกต้องหลายครั้ง กรุณาลองใหม่ภายหลัง หรือใช้รหัสติดตามที่ได้รับเมื่อยื่นคำร้อง"
_log = structlog.get_logger(__name__)


def doors(settings: LookupLimits, engine: sa.Engine, service: str) -> tuple[Door, Door]:
    """For numbers, whose digits are guessable; and for tracking codes, which stay open when numbers are closed."""
    windows, pepper = PostgresStorage(engine, service), settings.pepper.get_secret_value()
    by_number = Door(
        "number",
        windows,
        pepper,
        client=settings.lookup_failures_per_client,
        target=settings.lookup_failures_per_number,
        overall=settings.lookup_failures,
    )
    by_code = Door(
        "code",
        windows,
        pepper,
        client=settings.code_failures_per_client,
        target="",
        overall=settings.code_failures,
    )
    return by_number, by_code


def knock(request: Request, door: Door, target: str = "") -> Attempt:
    """Count a failure of this client in advance. Raises Problem 429 with Retry-After."""
    try:
        return door.attempt(request.client.host if request.client else "", target)
    except TooManyFailures as closed:
        FAILURES.labels(door.name, closed.limit).inc()
        _log.warning("lookup_refused", limit=closed.limit)
        wait = {"Retry-After": str(closed.retry_after)}
        raise Problem(429, _CLOSED, kind="urn:khamrong:too-many-failures", headers=wait) from None


def nothing_found(door: Door) -> NoReturn:
    """The same Problem 404 for everything that does not fit."""
    FAILURES.labels(door.name, "not_found").inc()
    _log.info("lookup_failed", door=door.name)
    raise Problem(404, _NOT_FOUND, kind="urn:khamrong:petition-not-found")
