"""`Idempotency-Key`: the same request has its effect once, however often it is sent.

Keys and bodies are kept as keyed hashes, for a week, in the service's own table.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
import structlog
from fastapi import Request

from shared.gateway.problems import Problem
from shared.kernel import clock
from shared.kernel.secrets import keyed_hash

HEADER: Final = "Idempotency-Key"
KEY_LIMIT: Final = 255
KEEP_KEYS: Final = timedelta(days=7)
EVERY_SECONDS: Final = 3600.0
_FORGET: Final = sa.text("DELETE FROM idempotency_keys WHERE used_at < :before")
_log = structlog.get_logger(__name__)


class KeyReused(Exception):
    """The idempotency key was used before, with another body."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A request with a key: `key` identifies it, `fingerprint` its body (both keyed hashes)."""

    key: str
    fingerprint: str


def parameter(description: str, *, required: bool) -> dict[str, Any]:
    """The header in an endpoint's OpenAPI."""
    schema = {"type": "string", "minLength": 1, "maxLength": KEY_LIMIT}
    return {"name": HEADER, "in": "header", "required": required, "description": description, "schema": schema}


def mark_of(request: Request, body: Mapping[str, Any], pepper: bytes) -> Marked | None:
    """The request's mark; None for one without a key. Raises Problem 400 for a key that is too long."""
    key = request.headers.get(HEADER, "")
    if len(key) > KEY_LIMIT:
        detail = f"{HEADER} ยาวได้ไม่เกิน {KEY_LIMIT} ตัวอักษร"
        raise Problem(400, detail, kind="urn:khamrong:idempotency-key-too-long")
    if not key:
        return None
    return Marked(keyed_hash(pepper, key), keyed_hash(pepper, json.dumps(body, sort_keys=True)))


def require_mark(request: Request, body: Mapping[str, Any], pepper: bytes) -> Marked:
    """The request's mark. Raises Problem 400 for one without a key, or with one that is too long."""
    mark = mark_of(request, body, pepper)
    if mark is None:
        raise Problem(400, f"ต้องระบุส่วนหัว {HEADER}", kind="urn:khamrong:idempotency-key-missing")
    return mark


def reused(what: str) -> Problem:
    """422: the key stands for another request; `what` names it in Thai."""
    detail = f"{HEADER} นี้เคยใช้กับ{what}ที่มีเนื้อหาอื่นแล้ว"
    return Problem(422, detail, kind="urn:khamrong:idempotency-key-reused", errors=[])


def forget_keys(engine: sa.Engine) -> int:
    """Remove the keys that are older than a week; how many."""
    with engine.begin() as transaction:
        return transaction.execute(_FORGET, {"before": clock.now() - KEEP_KEYS}).rowcount


def keep_forgetting(engine: sa.Engine, stop: threading.Event, every: float = EVERY_SECONDS) -> None:
    """At once and then every hour, until told to stop. Several processes may do it at the same time."""
    delay = 0.0
    while not stop.wait(delay):
        try:
            _log.info("idempotency_keys_forgotten", count=forget_keys(engine))
        except sa.exc.SQLAlchemyError as error:
            _log.error("housekeeping_failed", error=type(error).__name__)
        delay = every


def start_forgetting(engine: sa.Engine, stop: threading.Event) -> None:
    """In a thread of its own (a green one where threads are)."""
    threading.Thread(target=keep_forgetting, args=(engine, stop), name="forgetting", daemon=True).start()
