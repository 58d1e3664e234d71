"""Who may know whom, and who may read the clock, chance and the environment."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.support.sources import Source, sources

SERVICES: Final = sorted({source.name.split("/")[1] for source in sources("services") if source.name.count("/") > 1})
OUTSIDE: Final = re.compile(
    r"datetime\.datetime\.(now|utcnow|today|fromtimestamp)|datetime\.date\.today"
    r"|time\.(time|monotonic|perf_counter|process_time)(_ns)?|time\.(gmtime|localtime|strftime)"
    r"|uuid\.uuid[14678]|uuid_utils\..*|random\..*|secrets\.(?!compare_digest).*|os\.(urandom|environ|getenv)(\..*)?"
)
"""What gives another answer each time."""


def _may_ask_outside(source: Source) -> bool:
    return source.name.startswith("shared/kernel/") or source.name.endswith("/__main__.py")


def test_clock_chance_and_environment_are_read_in_the_kernel_and_at_the_entrance_only() -> None:
    asked = [
        f"{source.name}:{line} {name}"
        for source in sources("services", "shared", "sandbox")
        if not _may_ask_outside(source)
        for name, line in source.references()
        if OUTSIDE.fullmatch(name)
    ]
    assert asked == [], "`shared.kernel` has `clock`, `ids` and `settings`"


@pytest.mark.parametrize("service", SERVICES)
def test_services_meet_in_the_contracts_only(service: str) -> None:
    others = tuple(f"services.{other}." for other in SERVICES if other != service)
    imported = [
        f"{source.name} {name}"
        for source in sources(f"services/{service}")
        for name in source.imports()
        if f"{name}.".startswith(others)
    ]
    assert imported == []


def test_what_is_shared_knows_no_service() -> None:
    above = ("services.", "khamrong.", "sandbox.", "deploy.", "tests.", "benchmarks.")
    imported = [
        f"{source.name} {name}" for source in sources("shared") for name in source.imports() if name.startswith(above)
    ]
    assert imported == []


def test_services_know_neither_how_they_are_run_nor_the_sandbox() -> None:
    above = ("khamrong.", "sandbox.", "deploy.", "tests.", "benchmarks.")
    imported = [
        f"{source.name} {name}" for source in sources("services") for name in source.imports() if name.startswith(above)
    ]
    assert imported == []
