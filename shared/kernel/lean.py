"""What a process of a service does without: told by its `__main__` before anything else is imported.

This module imports nothing heavy, so that no library has loaded yet what it is to do without.
"""

from __future__ import annotations

import os
import sys
from typing import Final

TERMINAL_LIBRARIES: Final = ("rich", "pygments")


def leave_out_terminals() -> None:
    """structlog, httpx and typer load these where they are installed: 5 MB, and a quarter of a second of every start.

    `None` is how Python is told that a module is not there (library reference, "sys.modules").
    """
    os.environ.setdefault("TYPER_USE_RICH", "false")
    for name in TERMINAL_LIBRARIES:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def leave_out_resolver() -> None:
    """The system looks up the names of hosts, as for libpq: eventlet's own resolver weighs 7 MB, and looks are few.

    Read by eventlet when it is imported (its documentation, "Environment Variables").
    """
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
