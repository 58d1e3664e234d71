"""What a process would write to its log."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from shared.observing import logs

Lines = Callable[[], list[dict[str, Any]]]


@contextmanager
def log_lines(service: str = "sample", level: str = "DEBUG") -> Iterator[Lines]:
    """Configure logging as a service does; the call gives the lines so far, each read from its JSON."""
    root, written = logging.getLogger(), io.StringIO()
    handlers, before = root.handlers[:], root.level
    logs.configure(service, level)
    structlog.configure(cache_logger_on_first_use=False)  # a logger that is kept would outlive this
    (line,) = root.handlers
    assert isinstance(line, logging.StreamHandler)
    line.setStream(written)
    try:
        yield lambda: [json.loads(each) for each in written.getvalue().splitlines()]
    finally:
        structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(before)
