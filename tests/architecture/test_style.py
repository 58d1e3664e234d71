"""Habits that a linter does not keep."""

from __future__ import annotations

import ast
import re
from typing import Final

from tests.support.sources import PRODUCT, WRITTEN, sources

WAITING: Final = "tests/support/waiting.py"
BLANKET: Final = re.compile(r"#\s*(type:\s*ignore(?!\[)|noqa(?!:\s*[A-Z]+[0-9]+)|mypy:|ruff:\s*noqa)")
UNFINISHED: Final = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def test_tests_wait_for_conditions_and_not_for_time_to_pass() -> None:
    sleeping = [
        f"{source.name}:{line}"
        for source in sources("tests")
        if source.name != WAITING
        for name, line in source.references()
        if name == "time.sleep"
    ]
    assert sleeping == [], "`tests.support.waiting.eventually` waits for a condition"


def test_errors_are_not_swallowed() -> None:
    swallowed = [
        f"{source.name}:{node.lineno}"
        for source in sources(*PRODUCT)
        for node in source.nodes()
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (len(node.body) == 1 and isinstance(node.body[0], ast.Pass)))
    ]
    assert swallowed == []


def test_nothing_is_ignored_without_saying_what() -> None:
    assert _lines_with(BLANKET) == []


def test_nothing_is_left_unfinished() -> None:
    assert _lines_with(UNFINISHED) == []


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{source.name}:{number}"
        for source in sources(*WRITTEN)
        if source.name != "tests/architecture/test_style.py"
        for number, line in enumerate(source.text.splitlines(), start=1)
        if pattern.search(line)
    ]
