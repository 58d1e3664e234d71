"""The published facts as an AsyncAPI 3.0 document, made from the models.

    python -m shared.contracts.asyncapi > docs/asyncapi.yaml

One channel per fact type on the topic exchange, the envelope as payload (AMQP 0-9-1 bindings, version 0.3.0).
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import Any, Final

import yaml
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.contracts.envelope import CONTENT_TYPE, Envelope
from shared.contracts.fact import Fact, personal_fields
from shared.contracts.registry import FACTS

EXCHANGE: Final = "facts"
BINDING_VERSION: Final = "0.3.0"
CLEAR: Final = "x-opens-to"
"""The extension that holds the schema of what is sealed."""

_SCHEMAS: Final = "#/components/schemas/"
_EXCHANGE: Final = {"name": EXCHANGE, "type": "topic", "durable": True, "autoDelete": False, "vhost": "/"}
_PERSISTENT: Final = 2
_DESCRIPTION: Final = f"""\
Everything that happens in Khamrong is a fact, stored once and for ever in the log of the service that decides it, and
published from there: persistent, at least once, in the order of the log.

A message is a CloudEvents 1.0 envelope in structured JSON. `position` is dense in the log of `source`: a consumer that
sees a hole has missed facts, and reads them from `GET /api/<service>/v1/log?after=<position>`. `id` is the same each
time a fact arrives.

Personal fields are sealed with a key of the data subject (`Sealed`; `{CLEAR}` tells what is inside). They can no longer
be opened once that person is erased.
"""
_INFO: Final = {
    "title": "Khamrong: facts",
    "version": "1.0.0",
    "description": _DESCRIPTION,
    "license": {"name": "Apache 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
}
_SERVERS: Final = {
    "broker": {
        "host": "{host}",
        "protocol": "amqp",
        "protocolVersion": "0-9-1",
        "description": "RabbitMQ; queues are bound to the topic exchange with the type of the fact.",
        "variables": {"host": {"default": "localhost:5672", "description": "Host and port of the broker."}},
    }
}
_SEALED: Final = {
    "type": "object",
    "description": "AES-256-GCM, the nonce first; its additional data is the fact's id, its stream and the field.",
    "properties": {
        "$enc": {"const": "v1"},
        "sub": {"type": "string", "format": "uuid", "description": "The data subject whose key seals the field."},
        "f": {"type": "string", "contentEncoding": "base64"},
    },
    "required": ["$enc", "sub", "f"],
    "additionalProperties": False,
}


def document() -> dict[str, Any]:
    """The whole document, facts by type."""
    facts = dict(sorted(FACTS.items()))
    return {
        "asyncapi": "3.0.0",
        "info": _INFO,
        "defaultContentType": CONTENT_TYPE,
        "servers": _SERVERS,
        "channels": {name: _channel(name, fact) for name, fact in facts.items()},
        "operations": {f"publish.{name}": _operation(name) for name in facts},
        "components": {
            "messages": {name: _message(name, fact) for name, fact in facts.items()},
            "schemas": _schemas(facts.values()),
        },
    }


def text() -> str:
    """The document as YAML."""
    written: str = yaml.dump(document(), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
    return written


class _Plain(yaml.SafeDumper):
    """Without anchors: each part is written where it stands. Texts of several lines stay so."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_text(self, data: str) -> yaml.Node:
        return self.represent_scalar("tag:yaml.org,2002:str", data, style="|" if "\n" in data else None)


_Plain.add_representer(str, _Plain.represent_text)


def _channel(name: str, fact: type[Fact]) -> dict[str, Any]:
    return {
        "address": name,
        "description": _told(fact),
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": _EXCHANGE, "bindingVersion": BINDING_VERSION}},
    }


def _operation(name: str) -> dict[str, Any]:
    delivery = {"deliveryMode": _PERSISTENT, "mandatory": True, "timestamp": True, "bindingVersion": BINDING_VERSION}
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
        "bindings": {"amqp": delivery},
    }


def _message(name: str, fact: type[Fact]) -> dict[str, Any]:
    own = {
        "type": {"const": name},
        "schemaversion": {"type": "integer", "minimum": 1, "maximum": fact.SCHEMA_VERSION},
        "data": {"$ref": _SCHEMAS + fact.__name__},
    }
    return {
        "name": name,
        "title": fact.__name__,
        "summary": _told(fact),
        "contentType": CONTENT_TYPE,
        "correlationId": {"location": "$message.payload#/correlationid"},
        "payload": {"allOf": [{"$ref": _SCHEMAS + Envelope.__name__}, {"type": "object", "properties": own}]},
        "bindings": {"amqp": {"messageType": name, "bindingVersion": BINDING_VERSION}},
    }


def _schemas(facts: Collection[type[Fact]]) -> dict[str, Any]:
    models: list[type[BaseModel]] = [Envelope, *facts]
    _, made = models_json_schema([(model, "serialization") for model in models], ref_template=_SCHEMAS + "{model}")
    schemas: dict[str, Any] = {name: _untitled(schema) for name, schema in made["$defs"].items()}
    for fact in facts:
        properties = schemas[fact.__name__]["properties"]
        for name in personal_fields(fact):
            properties[name] = _sealed(properties[name])
    return dict(sorted(schemas.items())) | {"Sealed": _SEALED}


def _sealed(clear: dict[str, Any]) -> dict[str, Any]:
    """Sealed, or null where nothing was told."""
    may_be_null = {"type": "null"} in clear.get("anyOf", [])
    sealed = {"$ref": _SCHEMAS + "Sealed"}
    return {"anyOf": [sealed, {"type": "null"}] if may_be_null else [sealed], CLEAR: clear}


def _untitled(schema: Any) -> Any:
    """Without the titles that only repeat names."""
    if isinstance(schema, list):
        return [_untitled(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _untitled(part) for key, part in schema.items() if not (key == "title" and isinstance(part, str))}


def _told(fact: type[Fact]) -> str:
    return " ".join((fact.__doc__ or "").split())


if __name__ == "__main__":
    sys.stdout.write(text())
