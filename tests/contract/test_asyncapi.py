"""docs/asyncapi.yaml is in step with the models, well formed, and true of what is published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import jsonschema
import pytest
import yaml

from shared.contracts import asyncapi
from shared.contracts.fact import personal_fields
from shared.contracts.registry import FACTS
from shared.eventlog.keyring import MemoryKeyring
from shared.eventlog.sealing import Sealer, is_sealed
from shared.messaging.topology import Topology
from tests.contract.golden.examples import example
from tests.support.facts import enveloped

FILE: Final = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"
DOCUMENT: Final[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
# The binding's fields: asyncapi.com/docs/reference/bindings/amqp, version 0.3.0.
CHANNEL_BINDING: Final = {"is", "exchange", "bindingVersion"}
EXCHANGE_FIELDS: Final = {"name", "type", "durable", "autoDelete", "vhost"}
OPERATION_BINDING: Final = {
    "expiration", "userId", "cc", "priority", "deliveryMode", "mandatory", "bcc", "timestamp", "ack", "bindingVersion",
}  # fmt: skip
MESSAGE_BINDING: Final = {"contentEncoding", "messageType", "bindingVersion"}


def test_the_file_is_in_step_with_the_models() -> None:
    assert FILE.read_text(encoding="utf-8") == asyncapi.text(), "`make contracts` writes it anew"


def test_every_fact_has_a_channel_an_operation_and_a_message() -> None:
    assert set(DOCUMENT["channels"]) == set(FACTS)
    assert set(DOCUMENT["operations"]) == {f"publish.{name}" for name in FACTS}
    assert set(DOCUMENT["components"]["messages"]) == set(FACTS)


def test_the_document_has_what_the_specification_requires() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= set(DOCUMENT["info"])
    assert set(DOCUMENT) <= {
        "asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components",
    }  # fmt: skip
    for server in DOCUMENT["servers"].values():
        assert {"host", "protocol"} <= set(server)
    for operation in DOCUMENT["operations"].values():
        assert operation["action"] == "send"
        assert operation["channel"]["$ref"].startswith("#/channels/")
        for message in operation["messages"]:
            assert message["$ref"].startswith(operation["channel"]["$ref"] + "/messages/")


def test_every_reference_leads_somewhere() -> None:
    references = {part["$ref"] for part in _parts(DOCUMENT) if "$ref" in part}
    assert references
    for reference in references:
        found: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


@pytest.mark.parametrize("name", sorted(FACTS))
def test_bindings_say_how_facts_travel(name: str) -> None:
    channel = DOCUMENT["channels"][name]
    binding = channel["bindings"]["amqp"]
    assert channel["address"] == name, "the routing key is the type"
    assert set(binding) == CHANNEL_BINDING
    assert binding["is"] == "routingKey"
    assert set(binding["exchange"]) == EXCHANGE_FIELDS
    assert binding["exchange"] | {"name": Topology().exchange, "type": "topic", "durable": True} == binding["exchange"]
    operation = DOCUMENT["operations"][f"publish.{name}"]["bindings"]["amqp"]
    message = DOCUMENT["components"]["messages"][name]["bindings"]["amqp"]
    assert set(operation) <= OPERATION_BINDING
    assert (operation["deliveryMode"], operation["mandatory"]) == (2, True)
    assert set(message) <= MESSAGE_BINDING
    assert {part["bindingVersion"] for part in (binding, operation, message)} == {"0.3.0"}


def test_schemas_are_valid() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft7Validator.check_schema(schema)


@pytest.mark.parametrize("name", sorted(FACTS))
def test_what_is_published_fits_its_schema(name: str) -> None:
    fact = example(FACTS[name])
    (data,) = Sealer(MemoryKeyring()).seal([(uuid4(), "petition-1", fact)])
    assert {field for field, value in data.items() if is_sealed(value)} == set(personal_fields(type(fact)))
    published = enveloped(name, fact.SCHEMA_VERSION, data).model_dump(mode="json")
    assert _violations(name, published) == []


@pytest.mark.parametrize("name", sorted(name for name, fact in FACTS.items() if personal_fields(fact)))
def test_a_personal_field_in_clear_does_not_fit(name: str) -> None:
    """The documentation promises consumers that these are sealed."""
    fact = example(FACTS[name])
    clear = enveloped(name, fact.SCHEMA_VERSION, fact.model_dump(mode="json")).model_dump(mode="json")
    assert {path[-1] for path in _violations(name, clear)} == set(personal_fields(type(fact)))


def _violations(name: str, published: dict[str, Any]) -> list[tuple[str | int, ...]]:
    payload = DOCUMENT["components"]["messages"][name]["payload"]
    validator = jsonschema.Draft7Validator(payload | {"components": DOCUMENT["components"]})
    return [tuple(error.absolute_path) for error in validator.iter_errors(published)]


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from _parts(part)
    if isinstance(value, list):
        for part in value:
            yield from _parts(part)
