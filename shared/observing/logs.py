"""One JSON line an event on standard output, with no personal data in it."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from stdnum.th import pin

_DIGITS: Final = re.compile(r"(?<!\d)(?:\+66|0)[\s-]?\d(?:[\s-]?\d){7,8}(?!\d)|(?<!\d)\d(?:[\s-]?\d){12}(?!\d)")
HIDDEN: Final = "[hidden]"


def configure(service: str, level: str = "INFO") -> None:
    """Send everything, our own lines and libraries', through the scrubber to standard output."""
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="@timestamp"),
        structlog.processors.dict_tracebacks,
        _named(service),
        scrub,
    ]
    structlog.configure(
        processors=[*processors, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    line = logging.StreamHandler(sys.stdout)
    line.setFormatter(_Foreign(processors))
    logging.basicConfig(handlers=[line], level=level, force=True)
    for chatty in ("httpx", "httpcore", "pika", "amqp", "alembic", "uvicorn.access", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def scrub(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide what looks like a citizen number or a Thai phone number, wherever it stands in a line."""
    for key, value in event.items():
        event[key] = _scrubbed(value)
    return event


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return _DIGITS.sub(_hide, value)
    if isinstance(value, dict):
        return {key: _scrubbed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(inner) for inner in value]
    return value


def _hide(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found.group())
    is_citizen_number = len(digits) == 13 and pin.is_valid(digits)
    return HIDDEN if is_citizen_number or len(digits) != 13 else found.group()


def _named(service: str) -> Any:
    def add(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        return event

    return add


class _Foreign(logging.Formatter):
    """Lines of our own arrive as JSON; those of libraries are made into it."""

    def __init__(self, processors: list[Any]) -> None:
        super().__init__()
        self._foreign = structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=processors,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        return message if message.startswith('{"') else self._foreign.format(record)
