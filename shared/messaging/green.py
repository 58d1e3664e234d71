"""Makes a process cooperative for nameko: called by a service's `__main__` before anything else is imported.

    if role == "worker":
        from shared.messaging.green import patch
        patch()

This module imports nothing, so that the standard library is patched before any library has taken hold of it.
"""

from __future__ import annotations


class NotPatched(RuntimeError):
    """A worker was started in a process in which one waiting reaction would stop all others, heartbeats included."""


def patch() -> None:
    """Patch the standard library, and let psycopg wait by `select`: its own waiting in C would block the hub."""
    import warnings

    from shared.kernel.lean import leave_out_resolver

    leave_out_resolver()

    warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated", DeprecationWarning)
    import eventlet

    eventlet.monkey_patch()
    from psycopg import waiting

    waiting.wait = waiting.wait_selector


def require_patched() -> None:
    """Raises NotPatched unless `patch` was called."""
    from eventlet import patcher
    from psycopg import waiting

    if not patcher.is_monkey_patched("socket") or waiting.wait is not waiting.wait_selector:
        raise NotPatched("call shared.messaging.green.patch() first thing in __main__")
