"""What `python -m services.<name> api|worker|relay` has in common."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from shared.kernel.settings import SettingsMissing

WRONG_USE: Final = 2


@dataclass(frozen=True, slots=True)
class Address:
    """Where a process answers over HTTP: its gateway, or health and metrics of a worker or relay."""

    host: str
    port: int


Role = Callable[[Address], None]


def run_role(service: str, roles: Mapping[str, Role]) -> None:
    """Run the role that the command line names; settings that are missing are told in plain words, exit code 2."""
    parser = argparse.ArgumentParser(prog=f"python -m services.{service}")
    parser.add_argument("role", choices=sorted(roles))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="HTTP: the gateway, or a worker's health and metrics")
    given = parser.parse_args()
    try:
        roles[given.role](Address(given.host, given.port))
    except SettingsMissing as missing:
        print(missing, file=sys.stderr)
        sys.exit(WRONG_USE)
