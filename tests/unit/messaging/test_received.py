"""Only a CloudEvent of ours is read; everything else has a reason that holds nothing of it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.envelope import CONTENT_TYPE
from shared.messaging.received import MOST_OCTETS, Unreadable, envelope_in, require_known
from tests.support.envelopes import envelope


def body(**other: Any) -> bytes:
    return orjson.dumps(orjson.loads(envelope().model_dump_json()) | other)


def reason(octets: bytes, content_type: str | None = CONTENT_TYPE) -> str:
    with pytest.raises(Unreadable) as refused:
        envelope_in(content_type, octets)
    return str(refused.value)


def test_what_is_published_is_read() -> None:
    fact = envelope()
    assert envelope_in(CONTENT_TYPE, fact.model_dump_json().encode()) == fact


def test_attributes_of_a_later_version_do_no_harm() -> None:
    assert envelope_in(CONTENT_TYPE, body(partition="new")).type == "petition.filed"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"position": 0}, "position"),
        ({"specversion": "0.3"}, "specversion"),
        ({"data": "text"}, "data"),
        ({"id": "0812345678", "time": "yesterday"}, "id, time"),
    ],
    ids=str,
)
def test_wrong_attributes_are_named_and_not_quoted(wrong: dict[str, Any], told: str) -> None:
    assert reason(body(**wrong)) == f"not an envelope of ours: {told}"


@pytest.mark.parametrize(
    "octets", [b"", b"{", b"\xff", b"[" * 300, b'{"a":' * 300], ids=["none", "cut", "octets", "deep", "nested"]
)
def test_no_json(octets: bytes) -> None:
    assert reason(octets) == "the body is not JSON, or nested too deeply"


def test_deep_data_is_refused() -> None:
    deep: Any = {}
    for _ in range(250):
        deep = {"a": deep}
    assert reason(body(data=deep)) == "the body is not JSON, or nested too deeply"


def test_a_long_body_is_not_looked_at() -> None:
    assert reason(b" " * (MOST_OCTETS + 1)) == f"{MOST_OCTETS + 1} octets, more than {MOST_OCTETS}"


@pytest.mark.parametrize("content_type", [None, "", "application/json", "text/plain; 0812345678"])
def test_another_content_type(content_type: str | None) -> None:
    assert reason(body(), content_type) == f"the content type is not {CONTENT_TYPE}"


@given(st.binary(max_size=200))
def test_octets_of_any_kind_are_refused_with_a_reason(octets: bytes) -> None:
    assert reason(octets)


def test_a_type_of_tomorrow_is_not_known() -> None:
    require_known(envelope())
    with pytest.raises(Unreadable, match="not known"):
        require_known(envelope(type="petition.teleported"))
