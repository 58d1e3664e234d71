"""Survey behind its gateway, with facts of intake to follow. Nobody in here exists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from fastapi.testclient import TestClient

from services.survey import on_petition_resolved
from services.survey.gateway import gateway
from services.survey.settings import SurveySettings
from services.survey.wiring import Survey, build
from shared.contracts import petition as facts
from shared.contracts.envelope import Envelope
from shared.contracts.fact import Fact
from shared.eventlog.keyring import PostgresKeyring
from shared.eventlog.reading import Reader
from shared.eventlog.sealing import Sealer
from shared.kernel.database import connect
from shared.messaging.inbox import handle_once
from tests.samples.petitions import AUTHORITIES, OFFICER
from tests.support.feeds import MemoryFeed
from tests.support.gateways import KEK, PUBLIC_URL, base64_of, calling, facts_in
from tests.support.tracking import PEPPER, Case, case

ANSWERS: Final = "/api/survey/v1/answers"
SUMMARY: Final = "/api/survey/v1/summary"
LAST4: Final = "5678"
RESOLVED: Final[dict[str, Any]] = {"outcome": "solved", "public_note": "ซ่อมเรียบร้อย"}


@dataclass
class Followed:
    """A petition in intake's log."""

    feed: MemoryFeed
    case: Case
    told: list[Envelope] = field(default_factory=list)

    def happens(self, kind: type[Fact], **told: Any) -> Envelope:
        """One fact more."""
        return self._tell(self.case.fact(kind, **told))

    def filed(self, **changed: Any) -> Envelope:
        """Its first fact."""
        return self._tell(self.case.filed(**changed))

    def resolved(self) -> Envelope:
        """The authority did what it will do."""
        return self.happens(facts.PetitionResolved, **RESOLVED)

    def reopened(self) -> Envelope:
        """It is looked at again."""
        return self.happens(facts.PetitionReopened, reason="ยังไม่เรียบร้อย")

    def _tell(self, fact: Fact) -> Envelope:
        (envelope,) = self.feed.append(f"petition-{self.case.petition_id}", fact, authority=self.case.authority)
        self.told.append(envelope)
        return envelope


@dataclass(frozen=True)
class SurveyOffice:
    """A running survey, and the log of intake that it follows."""

    survey: Survey
    client: TestClient
    url: str
    keyring_url: str
    intake: MemoryFeed
    reader: Reader

    def configure(self, code: str = "kathu", **survey: Any) -> None:
        """An authority, with other settings of its survey where they are given."""
        profile = AUTHORITIES[code]
        settings = profile.settings.model_copy(update={"survey": profile.settings.survey.model_copy(update=survey)})
        self.intake.append(f"authority-{code}", profile.model_copy(update={"settings": settings}), authority=code)

    def petition(self, running: int = 1) -> Followed:
        """A petition that was filed and accepted."""
        one = Followed(self.intake, case(running))
        one.filed()
        one.happens(facts.PetitionAccepted, officer=OFFICER)
        return one

    def ended(self, running: int = 1) -> Followed:
        """A petition that was resolved, in the read model."""
        one = self.petition(running)
        one.resolved()
        self.follow()
        return one

    def follow(self) -> None:
        """Bring the read models to where the logs are."""
        logs = (self.intake.envelopes, self.survey.feed.after(0, 1_000))
        for log in logs:
            for envelope in log[-1:]:
                self.survey.desk.reactions["survey.facts"](envelope, _never)

    def invite(self, envelope: Envelope) -> None:
        """As a worker or a puller does: unless it was done before."""
        queue = on_petition_resolved.QUEUE
        handle_once(self.survey.engine, queue, self.survey.desk.reactions[queue], envelope)

    def recorded(self) -> list[str]:
        """What was recorded, in order."""
        return facts_in(self.url)

    def answer(self, key: str | None = None, **body: Any) -> httpx.Response:
        """Answer with whatever it is."""
        headers = {"Idempotency-Key": key} if key else {}
        answer: httpx.Response = self.client.post(ANSWERS, json=body, headers=headers)
        return answer

    def rate(self, one: Followed, key: str | None = None, **changed: Any) -> httpx.Response:
        """A right answer about a petition, with these changes."""
        return self.answer(key, **{"tracking_code": one.case.code, "rating": 4, "solved": "yes", **changed})

    def summary(self, fiscal_year: int, authority: str = "kathu") -> dict[str, Any]:
        """The figures of a year."""
        answer = self.client.get(SUMMARY, params={"authority": authority, "fiscal_year": fiscal_year})
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


def _never(_: object) -> bool:
    raise AssertionError("read models claim nothing")


def survey_settings(url: str, keyring_url: str, **changed: Any) -> SurveySettings:
    """Settings with the limits that are the defaults."""
    return SurveySettings(
        survey_database_url=url,
        keyring_database_url=keyring_url,
        keyring_kek=base64_of(KEK),
        pepper=base64_of(PEPPER),
        public_url=PUBLIC_URL,
        **changed,
    )


@contextmanager
def survey_office(url: str, keyring_url: str, **changed: Any) -> Iterator[SurveyOffice]:
    """One survey process over the database."""
    keys = connect(keyring_url, size=2)
    sealer = Sealer(PostgresKeyring(keys, KEK))
    intake = MemoryFeed("intake", sealer)
    survey = build(survey_settings(url, keyring_url, **changed), {"intake": intake})
    with calling(gateway(survey)) as client:
        yield SurveyOffice(survey, client, url, keyring_url, intake, Reader(sealer))
    keys.dispose()
