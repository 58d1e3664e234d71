"""Every published fact by its logical name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from shared.contracts import (
    access,
    authority,
    document,
    member,
    notification,
    ownership,
    petition,
    petition_deadlines,
    staff,
    survey,
)
from shared.contracts.fact import Fact


class UnknownFact(Exception):
    """No model has this type: a later version, or no fact of ours."""


_MODULES: Final = (
    access,
    authority,
    document,
    member,
    notification,
    ownership,
    petition,
    petition_deadlines,
    staff,
    survey,
)


def _facts() -> Iterator[type[Fact]]:
    for module in _MODULES:
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


_OWNERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "authority": "intake",
        "petition": "intake",
        "sms": "notification",
        "attachment": "documents",
        "document": "documents",
        "survey": "survey",
        "access": "tracking",
        "consent": "identity",
        "login": "identity",
        "member": "identity",
        "staff": "identity",
    }
)
"""What a fact is about → the service whose log has it."""


def owner_of(name: str) -> str:
    """The service that publishes facts of this type. Raises UnknownFact."""
    try:
        return _OWNERS[name.partition(".")[0]]
    except KeyError:
        raise UnknownFact(name) from None
