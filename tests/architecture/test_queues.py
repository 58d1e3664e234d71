"""Every queue has somebody who handles what is in it, and every reaction a queue."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from typing import Final

import pytest

from shared.contracts.registry import FACTS
from shared.messaging.entrypoint import ReactionEntrypoint
from shared.messaging.routing import ANY_WORDS, matches
from shared.messaging.topology import SUBSCRIPTIONS
from tests.support.sources import ROOT, sources

WORKERS: Final = sorted(path.parent.name for path in (ROOT / "services").glob("*/service.py"))


def _handled(service: str) -> Iterator[str]:
    module = importlib.import_module(f"services.{service}.service")
    for _, owner in inspect.getmembers(module, inspect.isclass):
        for _, method in inspect.getmembers(owner, inspect.isfunction):
            entrypoints = getattr(method, "nameko_entrypoints", ())
            yield from (point.queue for point in entrypoints if isinstance(point, ReactionEntrypoint))


def test_every_queue_is_handled_by_the_service_it_is_named_after() -> None:
    handled = {queue: service for service in WORKERS for queue in _handled(service)}
    assert handled == {queue: queue.partition(".")[0] for queue in SUBSCRIPTIONS}


def test_every_reaction_has_a_queue_of_its_own() -> None:
    """`ls services/*/on_*.py` prints the event flow."""
    reactions = [source for source in sources("services") if source.name.split("/")[-1].startswith("on_")]
    queues = sorted(queue for source in reactions for queue in _queue_of(source.tree))
    assert queues == sorted(SUBSCRIPTIONS)


def _queue_of(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        named = any(isinstance(target, ast.Name) and target.id == "QUEUE" for target in targets)
        if named and isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            yield str(node.value.value)


@pytest.mark.parametrize(("queue", "patterns"), SUBSCRIPTIONS.items(), ids=SUBSCRIPTIONS)
def test_every_subscription_takes_facts_that_exist(queue: str, patterns: tuple[str, ...]) -> None:
    for pattern in patterns:
        assert any(matches(pattern, name) for name in FACTS), f"{queue}: nobody publishes {pattern}"


def test_every_fact_reaches_the_read_models() -> None:
    assert SUBSCRIPTIONS["tracking.facts"] == (ANY_WORDS,)
