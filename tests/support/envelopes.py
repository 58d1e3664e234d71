"""Sample envelopes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from shared.contracts.envelope import Envelope


def envelope(**other: Any) -> Envelope:
    """A valid one, with the given attributes."""
    given: dict[str, Any] = {
        "id": uuid4(), "source": "/khamrong/intake", "type": "petition.filed", "subject": "petition-1",
        "time": datetime(2026, 11, 23, tzinfo=UTC), "position": 1, "streamversion": 1, "schemaversion": 1,
        "authority": "kathu", "actor": "citizen", "correlationid": uuid4(), "traceparent": "00-0-0-01",
        "data": {"a": 1},
    }  # fmt: skip
    return Envelope(**(given | other))
