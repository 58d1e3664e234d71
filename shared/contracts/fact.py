"""What every published fact has in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

ERASED: Final = "ลบแล้ว"
"""What a personal text shows once its data subject's key is destroyed (PDPA B.E. 2562 s. 33)."""


class Personal:
    """Marks a field that is sealed with the data subject's key before it is hashed and stored."""


PERSONAL: Final = Personal()


Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


class Fact(BaseModel):
    """Something that happened. Frozen; fields that a later version adds are ignored by an earlier reader.

    `TYPE` is the logical name that is stored, published and routed by. A fact with fields marked
    `PERSONAL` has a `subject_id`: the data subject whose key seals them.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str]
    SCHEMA_VERSION: ClassVar[int] = 1
    UPCASTERS: ClassVar[Mapping[int, Upcaster]] = MappingProxyType({})
    """`UPCASTERS[n]` turns data of version n into data of version n + 1."""


class Value(BaseModel):
    """A part of a fact: an address, a place, a department."""

    model_config = ConfigDict(frozen=True, extra="ignore")


@cache
def personal_fields(fact: type[Fact]) -> tuple[str, ...]:
    """The names of the fields that are sealed, in the order of declaration."""
    return tuple(name for name, field in fact.model_fields.items() if PERSONAL in field.metadata)


def subject_of(fact: Fact) -> UUID | None:
    """The data subject whose key seals the personal fields; None for a fact without any."""
    subject: Any = getattr(fact, "subject_id", None)
    return subject if isinstance(subject, UUID) else None
