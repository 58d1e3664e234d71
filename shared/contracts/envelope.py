"""The envelope: CloudEvents 1.0, structured JSON, with the extensions of a fact's place in its log."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

CONTENT_TYPE: Final = "application/cloudevents+json"
_SOURCE_PREFIX: Final = "/khamrong/"


class Envelope(BaseModel):
    """One fact as it is stored, fed, published and received.

    CloudEvents attributes (spec v1.0.2 §3): `id` is the fact's id, `source` names the service that owns
    the log, `subject` is the stream, `time` the moment of recording. Extensions: `position` is dense in
    the source's log and starts at 1; `streamversion` is dense in the stream and starts at 1.
    Personal fields in `data` are sealed: `{"$enc": "v1", "sub": data subject, "f": base64}`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    position: int = Field(ge=1)
    streamversion: int = Field(ge=1)
    schemaversion: int = Field(ge=1)
    authority: str
    actor: str
    correlationid: UUID
    causationid: UUID | None = None
    traceparent: str
    data: dict[str, Any]

    @property
    def service(self) -> str:
        """The service that owns the log: `intake` for the source `/khamrong/intake`."""
        return self.source.removeprefix(_SOURCE_PREFIX)


def source_of(service: str) -> str:
    """The CloudEvents source of a service's log."""
    return f"{_SOURCE_PREFIX}{service}"


def traceparent(correlation_id: UUID, event_id: UUID) -> str:
    """W3C Trace Context: the correlation id is the trace, the fact is the parent span."""
    return f"00-{correlation_id.hex}-{event_id.hex[16:]}-01"
