"""From stored data to a fact of today: opened, upcast, checked."""

from __future__ import annotations

from collections.abc import Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from shared.contracts.envelope import Envelope
from shared.contracts.fact import ERASED, Fact
from shared.contracts.registry import fact_type
from shared.eventlog.sealing import GONE, Sealer
from shared.eventlog.upcasting import upcast


class Reader:
    """Turns envelopes into facts. Erased personal texts read "ลบแล้ว", so that every fold goes on working."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def read(self, envelope: Envelope) -> Fact:
        """The fact. Raises UnknownFact, pydantic's ValidationError, SealBroken."""
        return self.read_all([envelope])[0]

    def read_all(self, envelopes: Sequence[Envelope]) -> list[Fact]:
        """The facts in the same order, with one look-up of keys."""
        opened = self._sealer.open(envelopes)
        return [to_fact(envelope, data) for envelope, data in zip(envelopes, opened, strict=True)]


def to_fact(envelope: Envelope, data: dict[str, Any]) -> Fact:
    """The current model of the fact; `data` may hold GONE for erased fields."""
    model = fact_type(envelope.type)
    current = upcast(model, envelope.schemaversion, data)
    shown = {name: _erased(model.model_fields[name].annotation) if value is GONE else value
             for name, value in current.items() if name in model.model_fields}  # fmt: skip
    return model.model_validate(shown)


def _erased(annotation: Any) -> Any:
    """A value of the annotated shape in which every text reads "ลบแล้ว"."""
    if get_origin(annotation) in (Union, UnionType):
        return _erased(next(choice for choice in get_args(annotation) if choice is not type(None)))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {name: _erased(field.annotation) for name, field in annotation.model_fields.items()}
    return ERASED if annotation is str else None
