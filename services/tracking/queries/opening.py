"""Opens the sealed parts that a read model keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.tracking.projections.sealed import resealed
from shared.contracts.fact import ERASED
from shared.eventlog.sealing import GONE, Sealer


def opened(sealer: Sealer, parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The fields of each part in clear, with one look-up of keys; "ลบแล้ว" where the person was erased."""
    clear = sealer.open([resealed(part) for part in parts])
    return [{name: ERASED if value is GONE else value for name, value in fields.items()} for fields in clear]
