"""The signed link that opens one form for an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.gateway.capability import LIFETIME, grant, opens
from shared.kernel import clock

KEY = b"k" * 32
NUMBER = "KT1080767000011"


def test_it_opens_its_own_petition_and_no_other() -> None:
    capability = grant(KEY, NUMBER)
    assert opens(KEY, capability, NUMBER)
    assert not opens(KEY, capability, "KT1080767000012")
    assert not opens(b"x" * 32, capability, NUMBER)


@pytest.mark.parametrize(("later", "good"), [(LIFETIME - timedelta(seconds=2), True), (LIFETIME, False)])
def test_it_ends_after_an_hour(monkeypatch: pytest.MonkeyPatch, later: timedelta, good: bool) -> None:
    capability, now = grant(KEY, NUMBER), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + later)
    assert opens(KEY, capability, NUMBER) is good


def test_it_holds_no_secret_and_fits_into_an_address() -> None:
    capability = grant(KEY, NUMBER)
    assert len(capability) < 300
    assert capability.replace("-", "").replace("_", "").replace(".", "").isalnum()


@given(st.text(max_size=300))
def test_whatever_else_is_shown_opens_nothing(typed: str) -> None:
    assert not opens(KEY, typed, NUMBER)


@given(st.integers(min_value=0, max_value=10_000), st.sampled_from("abcXYZ019-_.="))
def test_one_changed_character_opens_nothing(at: int, character: str) -> None:
    capability = grant(KEY, NUMBER)
    at %= len(capability) - 1  # the last character has bits that no decoder reads
    changed = capability[:at] + character + capability[at + 1 :]
    assert changed == capability or not opens(KEY, changed, NUMBER)
