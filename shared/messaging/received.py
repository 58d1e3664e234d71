"""Pure: from the octets that a broker delivers to a fact's envelope, or the reason why they are none."""

from __future__ import annotations

from typing import Final

from pydantic import ValidationError

from shared.contracts.envelope import CONTENT_TYPE, Envelope
from shared.contracts.registry import UnknownFact, fact_type
from shared.messaging.reaction import PermanentFailure

MOST_OCTETS: Final = 1_000_000
"""The longest body that is looked at. Attachments travel by reference."""


class Unreadable(PermanentFailure):
    """No fact of ours. The text says what is wrong and never holds what was received."""


def envelope_in(content_type: str | None, body: bytes) -> Envelope:
    """The envelope in a message. Raises Unreadable, also for JSON nested more than 200 deep."""
    if content_type != CONTENT_TYPE:
        raise Unreadable(f"the content type is not {CONTENT_TYPE}")
    if len(body) > MOST_OCTETS:
        raise Unreadable(f"{len(body)} octets, more than {MOST_OCTETS}")
    try:
        return Envelope.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable(_what_is_wrong(error)) from None


def require_known(envelope: Envelope) -> None:
    """Raises Unreadable unless the fact's type is in the published language."""
    try:
        fact_type(envelope.type)
    except UnknownFact:
        raise Unreadable("a fact type that is not known here") from None


def _what_is_wrong(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    if any(problem["type"] == "json_invalid" for problem in problems):
        return "the body is not JSON, or nested too deeply"
    attributes = {str(problem["loc"][0]) for problem in problems if problem["loc"]} & set(Envelope.model_fields)
    return f"not an envelope of ours: {', '.join(sorted(attributes)) or 'no object'}"
