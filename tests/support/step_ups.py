"""A petitioner who proves that a petition is theirs, with a phone that is a list."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi.testclient import TestClient

from services.tracking.otp_sender.memory_sender import MemorySender
from services.tracking.sending import Sending
from tests.support.tracking import Case, case, configure, history_of, tell
from tests.support.tracking_app import Installation, tracking_in

STEP_UPS = "/api/tracking/v1/step-ups"


@dataclass
class Door:
    """One process of tracking behind its gateway, and whoever sends its codes when told to."""

    installed: Installation
    client: TestClient
    sending: Sending
    sender: MemorySender = field(default_factory=MemorySender)

    def ask(self, **named: str) -> httpx.Response:
        """Ask for a code for the petition that is named so."""
        answer: httpx.Response = self.client.post(STEP_UPS, json=named)
        return answer

    def asked(self, **named: str) -> str:
        """The handle of a new step-up, whose code is sent if one is due."""
        answer = self.ask(**named)
        assert answer.status_code == 202, answer.text
        self.send()
        return str(answer.json()["id"])

    def send(self) -> int:
        """Send what is due; how many."""
        count = 0
        while self.sending.one():
            count += 1
        return count

    def redeem(self, handle: str, otp: str) -> httpx.Response:
        """Tell a code."""
        answer: httpx.Response = self.client.post(f"{STEP_UPS}/{handle}", json={"otp": otp})
        return answer

    def token(self, one: Case) -> dict[str, str]:
        """Headers of the petitioner."""
        handle = self.asked(number=one.number)
        answer = self.redeem(handle, self.sender.sent[-1].otp)
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    def own(self, one: Case, headers: dict[str, str]) -> httpx.Response:
        """The petitioner's view."""
        answer: httpx.Response = self.client.get(f"/api/tracking/v1/petitions/{one.number}/own", headers=headers)
        return answer


def told_petition(installed: Installation, running: int = 1, **changed: Any) -> Case:
    """A petition with a whole story, in the read model; `changed` is its filing's."""
    one = case(running)
    configure(installed.logs)
    story = [told for told in history_of(one) if told[1].TYPE != "petition.filed"]
    filed = one.filed(location={"latitude": 7.9, "longitude": 98.3, "district": "กะทู้"}, **changed)
    tell(installed.logs, one, [("intake", filed), *story])
    installed.catch_up()
    return one


def door(installed: Installation, address: str = "203.0.113.7", **changed: Any) -> Door:
    """One more process with these settings."""
    app = installed.app(**changed)
    tracking, sender = tracking_in(app), MemorySender()
    sending = Sending(tracking.step_ups, tracking.addressees, sender, threading.Event())
    return Door(installed, installed.client(app, address), sending, sender)
