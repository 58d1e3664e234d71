"""Stories of petitions as facts, and a tracking database for them. Nobody in here exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson
import sqlalchemy as sa

from services.tracking.projections import PROJECTIONS, petition
from shared.contracts import document, notification, survey
from shared.contracts import petition as facts
from shared.contracts.envelope import Envelope
from shared.contracts.fact import Fact
from shared.kernel import ids
from shared.kernel.database import connect
from shared.kernel.secrets import keyed_hash
from shared.projecting.projection import Key, Row, column_names, fold, keyed
from shared.projecting.runner import Runner
from tests.samples.petitions import AUTHORITIES, HEALTH, NOW, OFFICER, WORKS, filed
from tests.support.feeds import Logs

PEPPER: Final = b"sample pepper of thirty-two bytes"
NUMBER: Final = "KT1080767{:06}"
CODE: Final = "6D0M5B{}"
NO_LINKS: Final = facts.SmsPolicy(include_link=False, link_base=None, sender="KATHU")


@dataclass(frozen=True)
class Case:
    """A petition in the making: what its facts have in common."""

    petition_id: UUID
    subject_id: UUID
    number: str
    code: str
    authority: str = "kathu"

    @property
    def known(self) -> dict[str, Any]:
        return {"petition_id": self.petition_id, "number": self.number, "authority": self.authority}

    def filed(self, **changed: Any) -> Fact:
        """Its first fact."""
        named = {"subject_id": self.subject_id, "tracking_code": self.code, **self.known}
        return filed(tracking_code_hash=keyed_hash(PEPPER, self.code), **named, **changed)

    def answered(self, **told: Any) -> Fact:
        """What its petitioner says of its first end."""
        usual = {
            "answer_id": ids.new_id(),
            "resolution": 1,
            "rating": 4,
            "solved": "partly",
            "comment": "ยังไม่เรียบดี",
        }
        return self.fact(survey.SurveyAnswered, **{**usual, "answered_at": NOW, "fiscal_year": 2567, **told})

    def fact(self, kind: type[Fact], **told: Any) -> Fact:
        """Another fact about it; a fact about the person has the data subject."""
        more = {"subject_id": self.subject_id} if "subject_id" in kind.model_fields else {}
        return kind.model_validate({**self.known, **more, **told})


def case(running: int = 1, *, authority: str = "kathu") -> Case:
    """A new one; `running` makes its number and code, `authority` its owner."""
    return Case(ids.new_id(), ids.new_id(), NUMBER.format(running), CODE.format(running % 10), authority)


def history_of(one: Case) -> list[tuple[str, Fact]]:
    """A whole story: (service, fact), in the order of happening within each service."""
    message = ids.new_id()
    return [
        ("intake", one.filed(location={"latitude": 7.9, "longitude": 98.3}, uploads=("upload-1",))),
        ("documents", one.fact(document.AttachmentStored, attachment_id=ids.new_id(), filename="ภาพถนน.jpg",
                               media_type="image/jpeg", size=1_000, sha256="ab" * 32)),
        ("documents", one.fact(document.AttachmentRejected, attachment_id=ids.new_id(), reason="unknown")),
        ("notification", one.fact(notification.SmsRequested, message_id=message, template="filed", segments=1,
                                  attempt=1, to="+66812345678", text=f"เลขที่คำร้องของคุณคือ {one.number}")),
        ("intake", one.fact(facts.PetitionAccepted, officer=OFFICER, public_note="ส่งกองช่างแล้ว")),
        ("documents", one.fact(document.DocumentRendered, document="petition_form", vault_key="forms/1.pdf",
                               sha256="cd" * 32, size=52_000)),
        ("notification", one.fact(notification.SmsAccepted, message_id=message, provider_ref="ref-1")),
        ("intake", one.fact(facts.PetitionAssigned, department=WORKS, officer=OFFICER)),
        ("intake", one.fact(facts.NoteAdded, visibility="internal", text="โทรหาผู้ร้องแล้ว")),
        ("intake", one.fact(facts.PetitionStarted)),
        ("intake", one.fact(facts.NoteAdded, visibility="public", text="จะเข้าซ่อมสัปดาห์หน้า")),
        ("intake", one.fact(facts.PetitionTransferred, previous_department=WORKS, department=HEALTH, reason="คนละกอง")),
        ("notification", one.fact(notification.SmsDelivered, message_id=message, at=NOW)),
        ("intake", one.fact(facts.PetitionResolved, outcome="solved", public_note="ซ่อมเรียบร้อย")),
        ("survey", one.fact(survey.SurveyInvited, invitation_id=ids.new_id(), resolution=1, to="+66812345678",
                            tracking_code=one.code, tracking_url=f"https://oss.example/t/{one.code}", sms=NO_LINKS)),
        ("intake", one.fact(facts.PetitionClosed)),
        ("survey", one.answered()),
    ]  # fmt: skip


def photo_of(one: Case, *, public: bool = True, origin: str = "staff") -> Fact:
    """A photo that was attached after the filing."""
    told = {"filename": "หลังซ่อม.jpg", "media_type": "image/jpeg", "size": 2_000, "sha256": "ef" * 32}
    return one.fact(document.AttachmentStored, attachment_id=ids.new_id(), public=public, origin=origin, **told)


def tell(logs: Logs, one: Case, story: Iterable[tuple[str, Fact]]) -> list[Envelope]:
    """Put a story into the logs."""
    return [
        told for service, fact in story for told in logs.tell(service, one.petition_id, fact, authority=one.authority)
    ]


def tell_histories(logs: Logs, cases: Iterable[Case]) -> list[Envelope]:
    """Put the whole story of each case into the logs."""
    return [told for one in cases for told in tell(logs, one, history_of(one))]


def configure(logs: Logs, code: str = "kathu") -> list[Envelope]:
    """Put a sample authority into intake's log."""
    return logs.feeds["intake"].append(f"authority-{code}", AUTHORITIES[code], authority=code)


def folded(envelopes: Iterable[Envelope]) -> dict[Key, Row]:
    """What the petition rows must be: the pure fold, source after source, each in its log's order and once."""
    once = {(each.service, each.position): each for each in envelopes}
    ordered = [once[place] for place in sorted(once)]
    return fold(petition, {}, keyed(petition, ordered))


def dump(rows: Iterable[Row]) -> bytes:
    """Rows as canonical octets."""
    ordered = sorted(rows, key=lambda row: str(row["petition_id"]))
    return orjson.dumps(ordered, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_NAIVE_UTC)


@dataclass(frozen=True)
class TrackingDatabase:
    """A migrated database; `application` has a service's rights, `owner` those of migrations and rebuilds."""

    url: str
    application: sa.Engine
    owner: sa.Engine

    def runner(self, logs: Logs) -> Runner:
        """A runner of the real projections."""
        return Runner(self.application, PROJECTIONS, logs.feeds)

    def rows(self) -> list[Row]:
        """What questions see."""
        names = column_names(petition.TABLE)
        with self.application.connect() as connection:
            return [dict(zip(names, row, strict=True)) for row in connection.execute(sa.select(petition.TABLE))]

    def positions(self, live: bool = True) -> dict[str, int]:
        """How far the petition projection is in each source."""
        query = "SELECT source, position FROM projecting.checkpoints WHERE projection = 'petition' AND live = :live"
        with self.application.connect() as connection:
            found: Sequence[sa.Row[str, int]] = connection.execute(sa.text(query), {"live": live}).all()
            return dict(found)

    def generation(self) -> int:
        """The live generation of the petition projection."""
        query = "SELECT DISTINCT generation FROM projecting.checkpoints WHERE projection = 'petition' AND live"
        with self.application.connect() as connection:
            return int(connection.execute(sa.text(query)).scalar_one())

    def tables(self) -> set[str]:
        """The schemas in which there is a table of petitions."""
        query = "SELECT schemaname FROM pg_tables WHERE tablename = 'petition'"
        with self.application.connect() as connection:
            return set(connection.execute(sa.text(query)).scalars())


@contextmanager
def tracking_database(url: str) -> Iterator[TrackingDatabase]:
    """Open a migrated database."""
    owner, application = connect(url, role=None), connect(url, size=20)
    try:
        yield TrackingDatabase(url, application, owner)
    finally:
        owner.dispose()
        application.dispose()
