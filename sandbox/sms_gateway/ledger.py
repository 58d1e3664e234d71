"""Everything the sandbox was asked and everything it sent, in memory and in one file of JSON lines.

A line is with the operating system before the answer goes out, so killing the process loses nothing and a reference
stays known after a restart. It is not forced to the disk: a sandbox need not survive a power cut.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Final

import orjson
from pydantic import TypeAdapter, ValidationError

from sandbox.sms_gateway.behaviour import Mode, Receipts

FILE_NAME: Final = "sms-ledger.jsonl"


@dataclass(frozen=True, slots=True)
class Message:
    """One text sent to one phone."""

    message_id: str
    reference: str | None
    to: str
    text: str
    sender: str
    segments: int
    at: datetime
    callback_url: str | None
    receipts: Receipts


@dataclass(frozen=True, slots=True)
class Attempt:
    """One HTTP request to send: what the sandbox was told to do with it, and what it did."""

    at: datetime
    reference: str | None
    mode: Mode
    outcome: str
    message_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    attempt: Attempt | None = None
    messages: tuple[Message, ...] = ()
    settled: str | None = None
    """The id of a message that needs no further receipt."""


_LINE: Final = TypeAdapter(_Line)


class DamagedLedger(ValueError):
    """A line before the last one cannot be read. Names the line, not what it holds."""


class Ledger:
    """For one process and one thread. Without a folder it forgets when the process ends."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file: FileIO | None = None
        self._forget()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._load(folder / FILE_NAME)
            self._file = (folder / FILE_NAME).open("ab", buffering=0)

    def record(self, attempt: Attempt, messages: Iterable[Message] = ()) -> None:
        """An attempt and what it sent, as one line: both are kept or neither is."""
        self._add(_Line(attempt=attempt, messages=tuple(messages)))

    def settle(self, message_id: str) -> None:
        """The receipts of this message are done with; nothing happens when it is not known (any more)."""
        if message_id in self._unsettled:
            self._add(_Line(settled=message_id))

    def sent_for(self, reference: str) -> list[Message]:
        """What went out first under the reference: one message per number."""
        first: dict[str, Message] = {}
        for message in self._by_reference.get(reference, []):
            first.setdefault(message.to, message)
        return list(first.values())

    def messages(self, to: str | None = None) -> list[Message]:
        """Oldest first, to one number or to all."""
        return list(self._messages if to is None else self._by_number.get(to, []))

    def newest_by_number(self) -> list[Message]:
        """The last message of every number, the number that heard last first."""
        return sorted((thread[-1] for thread in self._by_number.values()), key=lambda message: message.at, reverse=True)

    def unsettled(self) -> list[Message]:
        """Messages whose receipts are still due."""
        return list(self._unsettled.values())

    def attempts(self) -> dict[str | None, list[Attempt]]:
        """Every HTTP request, by reference, in the order in which the references came."""
        return dict(self._attempts)

    @property
    def used_credit(self) -> int:
        return self._used_credit

    def clear(self) -> None:
        """Forget everything, in the file too."""
        self._forget()
        if self._file is not None:
            self._file.truncate(0)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _forget(self) -> None:
        self._messages: list[Message] = []
        self._by_number: defaultdict[str, list[Message]] = defaultdict(list)
        self._by_reference: defaultdict[str, list[Message]] = defaultdict(list)
        self._attempts: defaultdict[str | None, list[Attempt]] = defaultdict(list)
        self._unsettled: dict[str, Message] = {}
        self._used_credit = 0

    def _add(self, line: _Line) -> None:
        if self._file is not None:
            self._file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        self._apply(line)

    def _apply(self, line: _Line) -> None:
        if line.attempt:
            self._attempts[line.attempt.reference].append(line.attempt)
        for message in line.messages:
            self._messages.append(message)
            self._by_number[message.to].append(message)
            self._unsettled[message.message_id] = message
            self._used_credit += message.segments
            if message.reference:
                self._by_reference[message.reference].append(message)
        if line.settled:
            self._unsettled.pop(line.settled, None)

    def _load(self, path: Path) -> None:
        if not path.exists():
            return
        whole = 0
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.endswith(b"\n"):
                    break
                try:
                    self._apply(_LINE.validate_json(line))
                except ValidationError:
                    raise DamagedLedger(f"line {number} of {path.name} cannot be read") from None
                whole += len(line)
        # A line torn by a crash was never answered for; what is appended next must not run on from it.
        with path.open("r+b") as file:
            file.truncate(whole)
