"""Checking a filing is a small part of answering it."""

from __future__ import annotations

import statistics
import timeit
from typing import Any, Final

import pytest

from services.intake.filing import FilingInput
from services.intake.validation import validate
from tests.samples.petitions import AUTHORITIES, address, body

BUDGET_SECONDS: Final = 0.0005
RUNS: Final = 300


@pytest.mark.parametrize(
    "given",
    [body(), body(place=address(), details="ถนนชำรุดเป็นหลุมลึก " * 100), {"petitioner": {}}],
    ids=["right", "long", "empty"],
)
def test_a_filing_is_checked_within_half_a_millisecond(given: dict[str, Any]) -> None:
    def once() -> None:
        validate(FilingInput.model_validate(given), AUTHORITIES)

    once()
    assert statistics.median(timeit.repeat(once, number=1, repeat=RUNS)) < BUDGET_SECONDS
