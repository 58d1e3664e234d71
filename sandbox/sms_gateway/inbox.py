"""The phone on a page: which texts a number got, as its owner would see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from sandbox.sms_gateway.ledger import Ledger, Message
from sandbox.sms_gateway.submission import thai_mobile
from shared.kernel.sms_text import capacity, units
from shared.kernel.thai import in_bangkok, thai_date

MOST_BUBBLES: Final = 100
MOST_THREADS: Final = 100
REFRESH_SECONDS: Final = 5
PAGES: Final = Environment(
    loader=PackageLoader("sandbox.sms_gateway"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a text; with `href` it can be tapped."""

    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Bubble:
    sender: str
    pieces: tuple[Piece, ...]
    day: str
    time: str
    units: int
    capacity: int
    segments: int


@dataclass(frozen=True, slots=True)
class Thread:
    number: str
    local: str
    preview: str
    when: str
    chosen: bool


def page(ledger: Ledger, given: str | None, refreshing: bool, links: Mapping[str, str]) -> str:
    """The inbox page. `given` is the number as typed or linked; without one the newest thread is open."""
    newest = ledger.newest_by_number()
    number = thai_mobile(given) if given else (newest[0].to if newest else None)
    messages = ledger.messages(number)[-MOST_BUBBLES:] if number else []
    return PAGES.get_template("inbox.html").render(
        threads=[_thread(message, message.to == number) for message in newest[:MOST_THREADS]],
        days=_by_day([_bubble(message, links) for message in messages]),
        number=number,
        local=local_number(number) if number else "",
        given=given or "",
        picked=bool(given),
        unreadable=bool(given) and number is None,
        refreshing=refreshing,
        refresh_seconds=REFRESH_SECONDS,
    )


def as_json(message: Message) -> dict[str, Any]:
    """A message as `GET /messages` shows it."""
    return {
        "to": message.to,
        "text": message.text,
        "at": message.at,
        "segments": message.segments,
        "reference": message.reference,
    }


def local_number(number: str) -> str:
    """`081-234-5678` for `+66812345678`."""
    digits = f"0{number.removeprefix('+66')}"
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"


def tappable(text: str, links: Mapping[str, str]) -> tuple[Piece, ...]:
    """The text in pieces; what begins with a known short address, up to the next blank, leads to its target."""
    pieces: list[Piece] = []
    for word in text.replace("\n", " \n").split(" "):
        target = next((links[prefix] + word[len(prefix) :] for prefix in links if word.startswith(prefix)), None)
        pieces.append(Piece(word, target))
    return tuple(pieces)


def _thread(message: Message, chosen: bool) -> Thread:
    return Thread(
        number=message.to,
        local=local_number(message.to),
        preview=message.text,
        when=f"{in_bangkok(message.at):%H:%M} น.",
        chosen=chosen,
    )


def _bubble(message: Message, links: Mapping[str, str]) -> Bubble:
    return Bubble(
        sender=message.sender,
        pieces=tappable(message.text, links),
        day=thai_date(message.at),
        time=f"{in_bangkok(message.at):%H:%M} น.",
        units=units(message.text),
        capacity=capacity(message.text),
        segments=message.segments,
    )


def _by_day(bubbles: Sequence[Bubble]) -> list[tuple[str, list[Bubble]]]:
    days: dict[str, list[Bubble]] = {}
    for bubble in bubbles:
        days.setdefault(bubble.day, []).append(bubble)
    return list(days.items())
