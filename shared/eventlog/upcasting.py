"""Old facts are never rewritten; they are read through the steps that lead to today's shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.contracts.fact import Fact


class TooNew(Exception):
    """The fact was written by a later version of the software."""


def upcast(model: type[Fact], version: int, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as version `model.SCHEMA_VERSION` has it, one step of `model.UPCASTERS` at a time. Raises TooNew."""
    if version > model.SCHEMA_VERSION:
        raise TooNew(f"{model.TYPE} version {version}, known up to {model.SCHEMA_VERSION}")
    current = dict(data)
    for step in range(version, model.SCHEMA_VERSION):
        current = model.UPCASTERS[step](current)
    return current
