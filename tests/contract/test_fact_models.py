"""Rules that every published fact keeps, so that the log can store, seal, erase and route it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, get_args
from uuid import UUID

import pytest
from pydantic import BaseModel

from shared.contracts.fact import ERASED, PERSONAL, Fact, Personal, personal_fields
from shared.contracts.registry import FACTS
from shared.eventlog.reading import to_fact
from shared.eventlog.sealing import GONE
from tests.contract.golden.examples import example
from tests.support.facts import enveloped

PERSONAL_NAMES: Final = re.compile(
    r"citizen_id|phone|e?mail|(given|family|full)_name|address|birth|tracking_(code|url)|house_no|petitioner|details|comment"
)
NOT_PERSONAL: Final = frozenset({
    ("petition.filed", "tracking_code_hash"),  # a keyed hash
    ("authority.configured", "address"), ("authority.configured", "phone"), ("authority.configured", "email"),
})  # fmt: skip

facts = pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS)


def _subclasses(model: type[Fact]) -> Iterator[type[Fact]]:
    for subclass in model.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def test_every_fact_model_is_registered_once() -> None:
    models = [model for model in _subclasses(Fact) if model.__module__.startswith("shared.contracts.")]
    assert sorted(model.TYPE for model in models) == sorted(FACTS)
    names = [model.__name__ for model in models]
    assert len(set(names)) == len(names), "the documentation names schemas after the models"


@facts
def test_types_are_dotted_past_tense_that_the_log_takes(fact: type[Fact]) -> None:
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", fact.TYPE)
    assert fact.__doc__, "what it means that this happened"


@facts
def test_facts_are_frozen_and_ignore_what_a_later_version_adds(fact: type[Fact]) -> None:
    assert fact.model_config.get("frozen")
    assert fact.model_config.get("extra") == "ignore"


@facts
def test_every_step_to_the_present_version_has_an_upcaster(fact: type[Fact]) -> None:
    assert sorted(fact.UPCASTERS) == list(range(1, fact.SCHEMA_VERSION))


@facts
def test_personal_fields_have_a_subject_whose_key_seals_them(fact: type[Fact]) -> None:
    if personal_fields(fact):
        assert fact.model_fields["subject_id"].annotation is UUID
        assert fact.model_fields["subject_id"].is_required()


@facts
def test_a_field_is_marked_personal_as_a_whole(fact: type[Fact]) -> None:
    """A mark inside a union, a tuple or a nested value would be overlooked, and the field stored in clear."""
    for name, field in fact.model_fields.items():
        assert not _marked_inside(field.annotation), f"{fact.TYPE}: {name}"


def _marked_inside(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(PERSONAL in f.metadata or _marked_inside(f.annotation) for f in annotation.model_fields.values())
    return any(isinstance(part, Personal) or _marked_inside(part) for part in get_args(annotation))


@facts
def test_fields_that_tell_about_a_person_are_sealed(fact: type[Fact]) -> None:
    clear = [name for name in fact.model_fields if name not in personal_fields(fact)]
    suspicious = [name for name in clear if PERSONAL_NAMES.search(name) and (fact.TYPE, name) not in NOT_PERSONAL]
    assert not suspicious, f"{fact.TYPE} stores {suspicious} in clear"


@facts
def test_a_fact_survives_the_erasure_of_its_subject(fact: type[Fact]) -> None:
    """Every fold goes on working: each personal text reads as erased, whatever shape it has."""
    data = example(fact).model_dump(mode="json") | dict.fromkeys(personal_fields(fact), GONE)
    read = to_fact(enveloped(fact.TYPE, fact.SCHEMA_VERSION, {}), data)
    for name in personal_fields(fact):
        assert set(_texts(getattr(read, name))) == {ERASED}, name


def _texts(value: Any) -> Iterator[Any]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name))
    else:
        yield value
