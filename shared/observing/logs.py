"""One JSON line an event on standard output, with no personal data in it."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, Final, TextIO

import structlog
from stdnum.th import pin
from structlog.tracebacks import ExceptionDictTransformer

HIDDEN: Final = "[hidden]"
CHATTY: Final = ("httpx", "httpcore", "amqp", "alembic", "uvicorn.access", "fontTools")
_CITIZEN_NUMBER_DIGITS: Final = 13
_IDENTIFIER: Final = (
    r"\b(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-f]{16,64}"
    r"|[A-Z]{2,3}[0-9](?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{8})\b"
)
"""Ids, sums and petition numbers: a run of digits in one of them is nobody's."""

_PHONE: Final = r"(?<!\d)(?:\+?66|[0๐])[\s-]?\d(?:[\s-]?\d){7,8}(?!\d)"
_THIRTEEN: Final = r"(?<!\d)\d(?:[\s-]?\d){12}(?!\d)"
_DIGITS: Final = re.compile(rf"(?P<identifier>{_IDENTIFIER})|{_PHONE}|{_THIRTEEN}")
_transform: Final = ExceptionDictTransformer(show_locals=False)


def configure(service: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send everything, our own lines and libraries', through the scrubber to a stream; standard output by default."""
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="@timestamp"),
        structlog.processors.ExceptionRenderer(traceback),
        _named(service),
    ]
    structlog.configure(
        processors=[*processors, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    line = logging.StreamHandler(stream or sys.stdout)
    line.setFormatter(_formatter(processors))
    logging.basicConfig(handlers=[line], level=level, force=True)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # its errors are told by who uses it, in one line


def scrub(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide what looks like a citizen number or a Thai phone number, wherever it stands in a line."""
    for key, value in event.items():
        event[key] = _scrubbed(value)
    return event


def traceback(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> list[dict[str, Any]]:
    """What was raised and where, the last first. Neither its text nor any variable: both may hold personal data."""
    return [
        {
            "type": each["exc_type"],
            "frames": [f"{frame['filename']}:{frame['lineno']} {frame['name']}" for frame in each["frames"]],
        }
        for each in _transform(exc_info)
    ]


def _scrubbed(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {_scrubbed(key): _scrubbed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_scrubbed(inner) for inner in value]
    return _DIGITS.sub(_hide, str(value))


def _hide(found: re.Match[str]) -> str:
    if found["identifier"]:
        return found.group()
    digits = "".join(str(int(character)) for character in found.group() if character.isdecimal())
    is_phone = len(digits) != _CITIZEN_NUMBER_DIGITS
    return HIDDEN if is_phone or pin.is_valid(digits) else found.group()


def _named(service: str) -> Any:
    def add(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        return event

    return add


def _formatter(processors: list[Any]) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=processors,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            scrub,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
