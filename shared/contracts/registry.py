"""Every published fact by its logical name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from shared.contracts import authority, document, member, notification, petition, staff, survey
from shared.contracts.fact import Fact


class UnknownFact(Exception):
    """No model has this type: a later version, or no fact of ours."""


def _facts() -> Iterator[type[Fact]]:
    for module in (authority, document, member, notification, petition, staff, survey):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Fact) and value is not Fact:
                yield value


FACTS: Final[Mapping[str, type[Fact]]] = MappingProxyType({fact.TYPE: fact for fact in _facts()})


def fact_type(name: str) -> type[Fact]:
    """The model of a type. Raises UnknownFact."""
    try:
        return FACTS[name]
    except KeyError:
        raise UnknownFact(name) from None
