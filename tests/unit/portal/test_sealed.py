"""What a browser keeps for the portal it can neither read nor change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.portal.sealed import LIFETIME, seal, unseal
from services.portal.settings import PortalSettings
from shared.kernel import clock
from tests.support.gateways import base64_of

TOLD = {"KT1080767000011": "5678"}


def settings(key: bytes = b"k" * 32) -> PortalSettings:
    return PortalSettings.model_validate({"portal_database_url": "postgresql://nowhere", "portal_key": base64_of(key)})


def test_what_was_sealed_is_read_again_and_told_to_nobody_else() -> None:
    sealed = seal(settings(), "looked-up", TOLD)
    assert unseal(settings(), "looked-up", sealed) == TOLD
    assert "5678" not in sealed
    assert "KT10" not in sealed


def test_it_opens_for_its_purpose_and_with_its_key_alone() -> None:
    sealed = seal(settings(), "looked-up", TOLD)
    assert unseal(settings(), "proof", sealed) == {}
    assert unseal(settings(b"x" * 32), "looked-up", sealed) == {}


@pytest.mark.parametrize("sealed", ["", "x", "ก", "AAAA", "A" * 400])
def test_anything_else_is_nothing(sealed: str) -> None:
    assert unseal(settings(), "looked-up", sealed) == {}


def test_one_changed_character_spoils_it() -> None:
    sealed = seal(settings(), "looked-up", TOLD)
    other = "A" if sealed[30] != "A" else "B"
    assert unseal(settings(), "looked-up", sealed[:30] + other + sealed[31:]) == {}


def test_after_half_an_hour_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed, now = seal(settings(), "looked-up", TOLD), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + LIFETIME - timedelta(seconds=5))
    assert unseal(settings(), "looked-up", sealed) == TOLD
    monkeypatch.setattr(clock, "now", lambda: now + LIFETIME + timedelta(seconds=5))
    assert unseal(settings(), "looked-up", sealed) == {}
