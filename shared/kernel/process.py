"""What `python -m services.<name> api|worker|relay` has in common."""

from __future__ import annotations

import argparse
import ctypes
import gc
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import OperationalError

from shared.kernel.migrating import NotMigrated
from shared.kernel.settings import SettingsMissing

WRONG_USE: Final = 2
NOT_READY: Final = 1


@dataclass(frozen=True, slots=True)
class Address:
    """Where a process answers over HTTP: its gateway, or health and metrics of a worker or relay."""

    host: str
    port: int


Role = Callable[[Address], None]


def run_role(service: str, roles: Mapping[str, Role]) -> None:
    """Run the role that the command line names; what keeps it from starting is told in plain words.

    Exit codes: 2 for settings that are missing or wrong, 1 for a database that is not migrated, and for a database or
    broker that does not answer; whoever supervises the process starts it again.
    """
    parser = argparse.ArgumentParser(prog=f"python -m services.{service}")
    parser.add_argument("role", choices=sorted(roles))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="HTTP: the gateway, or a worker's health and metrics")
    given = parser.parse_args()
    try:
        roles[given.role](Address(given.host, given.port))
    except SettingsMissing as missing:
        sys.stderr.write(f"{missing}\n")
        sys.exit(WRONG_USE)
    except (NotMigrated, ConnectionError) as not_ready:
        sys.stderr.write(f"{not_ready}\n")
        sys.exit(NOT_READY)
    except OperationalError:
        sys.stderr.write(f"{service}: the database does not answer\n")
        sys.exit(NOT_READY)


def settle_memory() -> None:
    """Once all is imported and built: what that took and left free goes back to the system, and what is there now is
    not looked through for garbage again; what comes later is, less often than Python does by itself."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    with suppress(AttributeError):  # a C library other than glibc
        ctypes.CDLL(None).malloc_trim(0)
