"""What was once published can be read for ever."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import pytest

from shared.contracts.registry import FACTS
from shared.eventlog.reading import to_fact
from tests.contract.golden.examples import FOLDER, path_of, published, sums
from tests.support.facts import enveloped

PUBLISHED: Final = [pytest.param(*example, id=f"{example[0]}.v{example[1]}") for example in published()]


@pytest.mark.parametrize("name", sorted(FACTS))
def test_every_version_of_every_fact_has_an_example(name: str) -> None:
    missing = [version for version in range(1, FACTS[name].SCHEMA_VERSION + 1) if not path_of(name, version).exists()]
    assert not missing, f"{name}: no example of version {missing}; `python -m tests.contract.golden` adds the newest"


@pytest.mark.parametrize(("name", "version", "data"), PUBLISHED)
def test_an_example_reads_as_a_fact_of_today_and_keeps_what_it_says(
    name: str, version: int, data: dict[str, Any]
) -> None:
    fact = to_fact(enveloped(name, version, data), data)
    assert type(fact) is FACTS[name]
    if version == fact.SCHEMA_VERSION:
        lost = _lost(data, fact.model_dump(mode="json"))
        assert not lost, f"{name} no longer tells {lost}: that is a new version, with an upcaster"


def test_examples_are_what_they_were_when_they_were_published() -> None:
    now = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.json")}
    assert now == sums(), "an example of a published version was changed, added by hand or removed"


def test_no_published_fact_was_taken_away() -> None:
    assert {name for name, _, _ in published()} <= set(FACTS)


def _lost(before: Any, after: Any, at: str = "") -> list[str]:
    """Paths whose value is no longer the same. Fields that are new since are no loss."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [lost for key, part in before.items() for lost in _lost(part, after.get(key), f"{at}.{key}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [lost for i, part in enumerate(before) for lost in _lost(part, after[i], f"{at}[{i}]")]
    return [] if before == after else [at]
