"""Documents behind its gateway, with facts of intake to react to, and citizens who upload."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pypdfium2
from fastapi.testclient import TestClient

from services.documents.asking.memory_asking import MemoryAsking
from services.documents.forms import stream_of
from services.documents.gateway import gateway
from services.documents.settings import DocumentsSettings
from services.documents.wiring import Documents, build
from shared.contracts.document import DocumentOpened
from shared.contracts.envelope import Envelope
from shared.contracts.fact import Fact
from shared.contracts.ownership import PetitionClaimed, PetitionErased
from shared.contracts.petition import NoteAdded, PetitionResolved
from shared.gateway.capability import grant
from shared.gateway.tokens import Gatekeeper
from shared.kernel.secrets import keyed_hash
from shared.messaging.inbox import handle_once
from shared.messaging.topology import SUBSCRIPTIONS
from tests.samples import uploads as make
from tests.support import facts
from tests.support.feeds import MemoryFeed
from tests.support.gateways import CAPABILITY_KEY, GATEKEEPER, KEK, PEPPER, PUBLIC_URL, base64_of, calling, facts_in
from tests.support.notification import filed_in, petition_log

UPLOADS = "/api/documents/v1/uploads"
CODE = "7QX4M2P"


@dataclass(frozen=True)
class PaperRoom:
    """A running documents service, its vault, and the log of intake that it reacts to."""

    documents: Documents
    client: TestClient
    url: str
    keyring_url: str
    vault: Path
    petitions: MemoryFeed
    asking: MemoryAsking

    def upload(self, name: str = "ภาพถนน.jpg", content: bytes | None = None) -> httpx.Response:
        """Upload a file; a picture unless it is told what."""
        octets = make.picture("JPEG") if content is None else content
        answer: httpx.Response = self.client.post(UPLOADS, files={"file": (name, octets)})
        return answer

    def uploaded(self, name: str = "ภาพถนน.jpg", content: bytes | None = None) -> str:
        """The id of a new upload."""
        answer = self.upload(name, content)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["upload_id"])

    def filed(self, *uploads: str, **changed: Any) -> Envelope:
        """A petition was filed, with its tracking code `CODE`."""
        code = {"tracking_code": CODE, "tracking_code_hash": keyed_hash(PEPPER, CODE)}
        return filed_in(self.petitions, uploads=uploads, **code | changed)

    def accepted(self, filed: Envelope, officer: str = "นางสาวตัวอย่าง รักงาน") -> Envelope:
        """The petition was accepted by that officer."""
        fact = facts.accepted(UUID(filed.data["petition_id"]))
        fact = fact.model_copy(update={"officer": fact.officer.model_copy(update={"name": officer})})
        (envelope,) = self.petitions.append(filed.subject, fact)
        return envelope

    def told(self, filed: Envelope, kind: type[Fact], **told: Any) -> Envelope:
        """Another fact about the petition; one about the person has the data subject."""
        known = {name: filed.data[name] for name in ("petition_id", "number", "authority", "subject_id")}
        (envelope,) = self.petitions.append(filed.subject, kind.model_validate({**known, **told}))
        return envelope

    def resolved(self, filed: Envelope, *uploads: str) -> Envelope:
        """The petition was resolved, with photos of the work."""
        return self.told(filed, PetitionResolved, outcome="solved", public_note="ซ่อมแล้ว", uploads=uploads)

    def noted(self, filed: Envelope, *uploads: str, visibility: str = "public") -> Envelope:
        """Staff wrote a note."""
        return self.told(filed, NoteAdded, visibility=visibility, text="เข้าสำรวจแล้ว", uploads=uploads)

    def erased(self, filed: Envelope) -> Envelope:
        """The petitioner was forgotten."""
        return self.told(filed, PetitionErased)

    def claimed(self, filed: Envelope, member_id: UUID) -> Envelope:
        """The petition is a member's from now on."""
        return self.told(filed, PetitionClaimed, member_id=member_id)

    def react(self, envelope: Envelope) -> None:
        """As a worker or a puller does: unless it was done before."""
        for queue, react in self.documents.desk.reactions.items():
            if envelope.type in SUBSCRIPTIONS[queue]:
                handle_once(self.documents.engine, queue, react, envelope)

    def recorded(self) -> list[str]:
        """The types of all facts, in order."""
        return facts_in(self.url)

    def facts_of(self, filed: Envelope) -> list[Fact]:
        """What was recorded about the petition, in clear."""
        with self.documents.engine.connect() as connection:
            envelopes = self.documents.log.load(connection, stream_of(UUID(filed.data["petition_id"])))
        return self.documents.reader.read_all(envelopes)

    def openings(self, filed: Envelope) -> list[Envelope]:
        """That staff opened papers of the petition, in order."""
        told = self.documents.feed.after(0, 1000)
        number = filed.data["number"]
        return [each for each in told if each.type == DocumentOpened.TYPE and each.data["number"] == number]

    def form(self, filed: Envelope, **headers: str) -> httpx.Response:
        """Ask for the form with these headers and no capability."""
        answer: httpx.Response = self.client.get(self.address(filed), headers=headers)
        return answer

    def whole(self, filed: Envelope) -> httpx.Response:
        """Ask for the form with the capability of its filing."""
        capability = grant(CAPABILITY_KEY, filed.data["number"])
        answer: httpx.Response = self.client.get(self.address(filed), params={"capability": capability})
        return answer

    def address(self, filed: Envelope) -> str:
        """Where the form is."""
        return f"/api/documents/v1/petitions/{filed.data['number']}/form.pdf"


def documents_settings(url: str, keyring_url: str, vault: Path, **changed: Any) -> DocumentsSettings:
    """Settings with a folder for a vault and no scanner."""
    return DocumentsSettings(
        documents_database_url=url,
        keyring_database_url=keyring_url,
        keyring_kek=base64_of(KEK),
        pepper=base64_of(PEPPER),
        capability_key=base64_of(CAPABILITY_KEY),
        public_url=PUBLIC_URL,
        vault_folder=vault,
        **changed,
    )


def text_of(answer: httpx.Response) -> str:
    """What is printed on a PDF, without the white space."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    sheets = pypdfium2.PdfDocument(answer.content)
    return "".join("".join(sheet.get_textpage().get_text_bounded().split()) for sheet in sheets)


@contextmanager
def paper_room(
    url: str, keyring_url: str, vault: Path, gatekeeper: Gatekeeper = GATEKEEPER, **changed: Any
) -> Iterator[PaperRoom]:
    """One documents process over the database and the vault."""
    documents, asking = build(documents_settings(url, keyring_url, vault, **changed)), MemoryAsking()
    with petition_log(keyring_url) as petitions, calling(gateway(documents, asking), gatekeeper) as client:
        yield PaperRoom(documents, client, url, keyring_url, vault, petitions, asking)
