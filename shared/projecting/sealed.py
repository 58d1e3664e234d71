"""The personal part of a fact as a read model keeps it: ciphertext, and what is needed to open it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from shared.contracts.envelope import Envelope
from shared.contracts.fact import ERASED
from shared.eventlog.sealing import GONE, Sealer, is_sealed


def sealed_part(envelope: Envelope, fields: Collection[str]) -> dict[str, Any]:
    """`{"id", "stream", "data": {field: ciphertext}}`; what is not sealed is left out, so nothing is in clear."""
    data = {name: envelope.data[name] for name in fields if is_sealed(envelope.data.get(name))}
    return {"id": str(envelope.id), "stream": envelope.subject, "data": data}


def resealed(part: Mapping[str, Any]) -> Envelope:
    """The kept part in an envelope that `Sealer.open` opens. Nothing else of the envelope is known."""
    known: dict[str, Any] = {"id": UUID(part["id"]), "subject": part["stream"], "data": dict(part["data"])}
    return Envelope.model_construct(**known)


def opened(sealer: Sealer, parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The fields of each kept part in clear, with one look-up of keys; "ลบแล้ว" where the person was erased."""
    clear = sealer.open([resealed(part) for part in parts])
    return [{name: ERASED if value is GONE else value for name, value in fields.items()} for fields in clear]
