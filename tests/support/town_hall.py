"""The portal's back office before a tracking and an intake that answer from memory, and staff who log in."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from services.identity.staff import Position
from services.intake.authority import authority_from_yaml
from shared.contracts.petition_commands import ActorRole, available
from shared.contracts.petition_states import OPEN_STATES, PetitionState
from shared.contracts.staff import StaffRole
from shared.kernel import ids
from tests.support.account_portal import Browser, Lobby
from tests.support.identity import somebody
from tests.support.sources import ROOT

KATHU: Final = authority_from_yaml((ROOT / "deploy/authorities/kathu.yaml").read_text(encoding="utf-8"))
NAME: Final = "สมชาย ใจดี"
FILED_AT: Final = "2024-07-08T10:56:42Z"
NUMBER: Final = "KT1080767000011"
STALE: Final = "urn:khamrong:stale-version"
PROBLEM: Final = "application/problem+json"


def row(number: str = NUMBER, **changed: Any) -> dict[str, Any]:
    """A petition as tracking lists it to staff."""
    usual: dict[str, Any] = {
        "petition_id": str(ids.new_id()), "number": number, "authority": "kathu", "status": "filed", "status_label": "",
        "outcome": None, "category": "lighting.street", "category_label": "ไฟฟ้าและแสงสว่าง : ไฟถนนดับ/ชำรุด",
        "department": "works", "department_name": "กองช่าง", "officer": None, "officer_name": None, "channel": "web",
        "filed_at": FILED_AT, "due_at": "2024-07-23T16:59:59Z", "overdue": True, "latitude": 7.9056,
        "longitude": 98.3332, "reopening_requested": False, "version": 1,
    }  # fmt: skip
    told = usual | changed
    actions = available(PetitionState(told["status"]), [ActorRole.HEAD], requested=told["reopening_requested"])
    return {"actions": [*actions], **told}


def entry(position: int, kind: str, **changed: Any) -> dict[str, Any]:
    """An entry of a history as tracking tells it to staff."""
    usual: dict[str, Any] = {
        "position": position, "at": FILED_AT, "type": kind, "status": "filed", "label": "รอรับเรื่อง",
        "public_note": None, "actor": "petitioner", "internal": False, "data": {}, "text": None, "reason": None,
    }  # fmt: skip
    return usual | changed


def whole(number: str = NUMBER, **changed: Any) -> dict[str, Any]:
    """A petition as tracking tells it to staff, the petitioner masked."""
    told: dict[str, Any] = {
        "service": "oss", "fiscal_year": 2567, "outcome_label": None, "accepted_at": None, "scheduled_for": None,
        "resolved_at": None, "closed_at": None, "merged_into": None, "revealed": False,
        "petitioner": {"title": "นาย", "given_name": "ส.", "family_name": "จ.", "citizen_id": "ปกปิด",
                       "phone": "081 234 xxxx", "email": None, "address": None},
        "subject": "ไฟถนนดับสามต้น", "details": "หน้าตลาด", "place": {"description": "ตรงข้ามโรงเรียน"},
        "timeline": [entry(1, "petition.filed")], "attachments": [], "form": None, "sms": [], "survey_answers": [],
    }  # fmt: skip
    return {**row(number), **told, **row(number, **changed), **changed}


def refusal(status: int, detail: str = "", **told: Any) -> httpx.Response:
    """A problem as gateways tell it."""
    body = {"type": "about:blank", "status": status, "detail": detail, **told}
    return httpx.Response(status, content=json.dumps(body), headers={"content-type": PROBLEM})


class Told(httpx.AsyncByteStream):
    """A stream that tells this, and ends."""

    def __init__(self, told: bytes) -> None:
        self._told = told

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._told


Answer = Callable[[str, dict[str, Any]], httpx.Response]


@dataclass
class TownHall:
    """`petitions` by number. `answers` (command → answer) stand in for intake's; by default a command is done.
    `asked`: the questions to tracking, with whose tokens in `callers`; `commands`: (number, name, body) to intake.
    `more` (path → answer) are other questions to tracking; `citizen_id` is who works here."""

    petitions: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[httpx.URL] = field(default_factory=list)
    commands: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    callers: list[str] = field(default_factory=list)
    counts: dict[str, Any] | None = None
    more: dict[str, httpx.Response] = field(default_factory=dict)
    stream: bytes = b""
    near: list[dict[str, Any]] = field(default_factory=list)
    citizen_id: str = field(default_factory=lambda: ids.new_id().hex)

    def hold(self, *petitions: dict[str, Any]) -> None:
        """These are there."""
        self.petitions |= {each["number"]: each for each in petitions}

    def intake(self, request: httpx.Request) -> httpx.Response:
        """The profile of Kathu; commands."""
        path = request.url.path.removeprefix("/api/intake/v1")
        if path.startswith("/authorities"):
            profile = KATHU.model_dump(mode="json")
            return httpx.Response(200, json=profile if path.endswith("/kathu") else [profile])
        _, _, number, command = path.split("/")
        body = json.loads(request.content)
        self.commands.append((number, command, body))
        if command in self.answers:
            return self.answers[command](number, body)
        known = self.petitions[number]
        known["version"] += 1
        return httpx.Response(200, json={"number": number, "status": known["status"], "version": known["version"]})

    def tracking(self, request: httpx.Request) -> httpx.Response:
        """The list, the figures, one petition, the stream."""
        path = request.url.path.removeprefix("/api/tracking/v1")
        self.asked.append(request.url)
        self.callers.append(request.headers.get("Authorization", ""))
        if path in self.more:
            return self.more[path]
        if path == "/stream":
            return httpx.Response(200, stream=Told(self.stream), headers={"content-type": "text/event-stream"})
        if path == "/petitions":
            return httpx.Response(200, json={"items": [*self.petitions.values()], "next": None})
        if path == "/petitions/counts":
            return httpx.Response(200, json=self.counts) if self.counts else refusal(404)
        if path == "/searches":
            self.commands.append(("", "search", json.loads(request.content)))
            return httpx.Response(200, json={"items": [*self.petitions.values()], "more": False})
        return self._one(path.split("/")[2:], request)

    def _one(self, path: list[str], request: httpx.Request) -> httpx.Response:
        known = self.petitions.get(path[0])
        if known is None:
            return refusal(404, "ไม่พบคำร้องเลขที่นี้")
        if known.get("closed_to_us"):
            return refusal(403, "คำร้องนี้เป็นของหน่วยงานอื่น")
        if path[1:] == ["nearby"]:
            return httpx.Response(200, json=self.near)
        if path[1:] != ["reveal"]:
            return httpx.Response(200, json=known)
        self.commands.append((path[0], "reveal", json.loads(request.content)))
        clear = known["petitioner"] | {"given_name": "สมชาย", "family_name": "ใจดี", "phone": "+66812345678"}
        return httpx.Response(200, json=known | {"petitioner": clear, "revealed": True})


def figures(**changed: Any) -> dict[str, Any]:
    """Counts as tracking tells them."""
    usual: dict[str, Any] = {
        "all": 3, "by_status": {"filed": 2, "closed": 1}, "overdue": 1, "mine": 0, "unassigned": 2,
        "reopening_requested": 0,
    }  # fmt: skip
    return usual | changed


OPEN: Final = sorted(OPEN_STATES)


Desk = tuple[Lobby, TownHall]


def hired(desk: Desk, role: StaffRole = StaffRole.HEAD, department: str | None = None) -> str:
    """Whoever works at the desk gets a position at Kathu; its id."""
    identity = desk[0].office.identity
    person = identity.people.citizen_hash(desk[1].citizen_id)
    return str(identity.staff.grant(person, Position("kathu", role, department), NAME, "operator", ids.new_id()))


def at_desk(desk: Desk) -> Browser:
    """They come in, with a browser of their own."""
    browser = desk[0].browser()
    browser.log_in(somebody(desk[1].citizen_id), return_to="/staff/queue")
    return browser


@contextmanager
def behind(lobby: Lobby) -> Iterator[TownHall]:
    """The portal's calls to tracking and intake are answered from memory."""
    hall = TownHall()
    lobby.switchboard.instead |= {"tracking": hall.tracking, "intake": hall.intake}
    yield hall
