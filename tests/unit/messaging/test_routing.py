"""Patterns mean what they mean to RabbitMQ's topic exchange."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.routing import any_matches, exact_types, matches

WORDS = st.sampled_from(["petition", "sms", "filed"])


@pytest.mark.parametrize(
    ("pattern", "fact_type", "taken"),
    [
        ("petition.filed", "petition.filed", True),
        ("petition.*", "petition.filed", True),
        ("petition.*", "petition", False),
        ("petition.*", "petition.filed.again", False),
        ("*", "petition.filed", False),
        ("#", "petition.filed", True),
        ("#", "", True),
        ("petition.#", "petition", True),
        ("petition.#", "petition.filed.again", True),
        ("#.filed", "petition.filed", True),
        ("*.filed", "sms.filed", True),
        ("petition.filed", "petitionXfiled", False),
    ],
)
def test_words_are_taken(pattern: str, fact_type: str, taken: bool) -> None:
    assert matches(pattern, fact_type) is taken


@given(
    st.lists(st.one_of(WORDS, st.sampled_from("*#")), min_size=1, max_size=5), st.lists(WORDS, min_size=1, max_size=5)
)
def test_as_a_regular_expression_would(pattern: list[str], words: list[str]) -> None:
    translated = {"*": r"[^.]+\.", "#": r"([^.]+\.)*"}
    expression = "".join(translated.get(word, rf"{word}\.") for word in pattern)
    expected = re.fullmatch(expression, ".".join(words) + ".") is not None
    assert matches(".".join(pattern), ".".join(words)) is expected


def test_types_are_asked_for_by_name_only_when_all_are_named() -> None:
    assert exact_types(["petition.filed", "sms.failed"]) == ("petition.filed", "sms.failed")
    assert exact_types(["petition.filed", "sms.*"]) is None
    assert exact_types(["#"]) is None


def test_one_fitting_pattern_is_enough() -> None:
    assert any_matches(["sms.*", "petition.filed"], "petition.filed")
    assert not any_matches([], "petition.filed")
