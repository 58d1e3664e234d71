"""Personal data is stored sealed, cannot be moved elsewhere, and is gone for good with its key."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.contracts.fact import ERASED
from shared.contracts.petition import InformationProvided, PetitionFiled, PetitionWithdrawn
from shared.eventlog.sealing import GONE, SealBroken, Sealer, SubjectErased, is_sealed
from tests.support import facts
from tests.support.logs import LogDatabase

_SEALED_FIELDS = {"tracking_code", "tracking_url", "petitioner", "subject", "details", "place"}


def _envelopes(database: LogDatabase, petition: UUID) -> list[Envelope]:
    with database.application.connect() as connection:
        return database.log.load(connection, f"petition-{petition}")


def _with(envelope: Envelope, **data: Any) -> Envelope:
    return envelope.model_copy(update={"data": envelope.data | data})


def test_no_personal_text_is_stored_in_clear(intake: LogDatabase) -> None:
    intake.append(facts.appending(petition := uuid4(), 0, facts.filed(petition, uuid4())))
    rows = sa.text("SELECT CAST(f AS text) FROM eventlog.facts AS f")
    files = sa.text("""
        SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class
        WHERE relnamespace = 'eventlog'::regnamespace OR oid = (
            SELECT reltoastrelid FROM pg_class WHERE oid = 'eventlog.facts'::regclass)
    """)
    with intake.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("CHECKPOINT"))
        (row,) = connection.execute(rows).scalars()
        stored = b"".join(connection.execute(files).scalars())
    assert facts.NUMBER in row
    assert facts.NUMBER.encode() in stored, "the files are those of the log"
    for text in facts.PERSONAL_TEXTS:
        assert text not in row
        assert text.encode() not in stored
        assert text.encode("unicode_escape") not in stored


def test_sealed_fields_open_to_what_was_written(intake: LogDatabase) -> None:
    fact = facts.filed(petition := uuid4(), uuid4())
    intake.append(facts.appending(petition, 0, fact))
    (envelope,) = _envelopes(intake, petition)
    assert {name for name, value in envelope.data.items() if is_sealed(value)} == _SEALED_FIELDS
    assert intake.load(petition) == [fact]


def test_the_same_text_is_sealed_differently_each_time(intake: LogDatabase) -> None:
    petition, subject = uuid4(), uuid4()
    intake.append(facts.appending(petition, 0, *[facts.provided(petition, subject, "เหมือนกัน")] * 2))
    one, other = (envelope.data["text"]["f"] for envelope in _envelopes(intake, petition))
    assert one != other


def test_a_moved_seal_is_refused(intake: LogDatabase) -> None:
    subject, petition, elsewhere = uuid4(), uuid4(), uuid4()
    intake.append(facts.appending(petition, 0, *[facts.provided(petition, subject, text) for text in "กข"]))
    intake.append(facts.appending(elsewhere, 0, facts.filed(elsewhere, subject)))
    one, other = _envelopes(intake, petition)
    (filed,) = _envelopes(intake, elsewhere)
    moved = {
        "to another fact": _with(one, text=other.data["text"]),
        "to another field": _with(filed, subject=filed.data["details"]),
        "to another fact and field": _with(filed, details=one.data["text"]),
        "to another stream": one.model_copy(update={"subject": "petition-other"}),
        "to another id": one.model_copy(update={"id": uuid4()}),
    }
    for where, envelope in moved.items():
        with pytest.raises(SealBroken) as broken:
            intake.reader.read(envelope)
        assert not any(text in str(broken.value) for text in facts.PERSONAL_TEXTS), where


def test_a_seal_opens_with_its_own_subjects_key_only(intake: LogDatabase) -> None:
    petition, subject, stranger = uuid4(), uuid4(), uuid4()
    intake.append(facts.appending(petition, 0, *[facts.provided(petition, who) for who in (subject, stranger)]))
    one, _ = _envelopes(intake, petition)
    with pytest.raises(SealBroken):
        intake.reader.read(_with(one, text=one.data["text"] | {"sub": str(stranger)}))


def test_every_bit_of_a_seal_counts(intake: LogDatabase) -> None:
    intake.append(facts.appending(petition := uuid4(), 0, facts.provided(petition, uuid4(), "ก")))
    (envelope,) = _envelopes(intake, petition)
    sealed = base64.b64decode(envelope.data["text"]["f"])
    for bit in range(len(sealed) * 8):
        flipped = (int.from_bytes(sealed, "big") ^ 1 << bit).to_bytes(len(sealed), "big")
        with pytest.raises(SealBroken):
            intake.reader.read(_with(envelope, text=envelope.data["text"] | {"f": base64.b64encode(flipped).decode()}))


def test_an_erased_person_reads_as_erased_everywhere(intake: LogDatabase) -> None:
    petition, subject, other = uuid4(), uuid4(), uuid4()
    kept = facts.provided(petition, other, "ของอีกคน")
    intake.append(
        facts.appending(petition, 0, facts.filed(petition, subject), facts.provided(petition, subject), kept),
        facts.appending(petition, 3, PetitionWithdrawn(
            petition_id=petition, number=facts.NUMBER, authority=facts.AUTHORITY, subject_id=subject, reason="ย้ายบ้าน")),
    )  # fmt: skip
    before = _envelopes(intake, petition)
    intake.keyring.erase(subject)
    assert _envelopes(intake, petition) == before, "what is stored stays as it is"
    filed, provided, untouched, withdrawn = intake.load(petition)
    assert isinstance(filed, PetitionFiled)
    assert {filed.subject, filed.details, filed.tracking_code, filed.tracking_url} == {ERASED}
    assert _texts(filed.petitioner) == {ERASED}
    assert _texts(filed.place) == {ERASED}
    assert (filed.number, filed.category) == (facts.NUMBER, "roads.surface")
    assert isinstance(provided, InformationProvided)
    assert provided.text == ERASED
    assert isinstance(withdrawn, PetitionWithdrawn)
    assert withdrawn.reason == ERASED
    assert untouched == kept
    assert intake.verdict().broken_at is None, "the chain holds after an erasure"


def _texts(value: Any) -> set[Any]:
    """Every text in a nested value."""
    texts: set[Any] = set()
    for part in value.model_dump().values():
        texts |= set(part.values()) if isinstance(part, dict) else {part}
    return texts


def test_opening_tells_a_field_that_is_gone_from_one_that_reads_so(intake: LogDatabase) -> None:
    petition, subject = uuid4(), uuid4()
    intake.append(facts.appending(petition, 0, facts.provided(petition, subject, ERASED)))
    sealer = Sealer(intake.keyring)
    assert sealer.open(_envelopes(intake, petition))[0]["text"] == ERASED
    intake.keyring.erase(subject)
    assert sealer.open(_envelopes(intake, petition))[0]["text"] is GONE


def test_nothing_can_be_written_about_an_erased_person(intake: LogDatabase) -> None:
    petition, subject = uuid4(), uuid4()
    intake.append(facts.appending(petition, 0, facts.provided(petition, subject)))
    intake.keyring.erase(subject)
    with pytest.raises(SubjectErased) as refused:
        intake.append(facts.appending(petition, 1, facts.accepted(petition), facts.filed(petition, subject)))
    assert not any(text in str(refused.value) for text in facts.PERSONAL_TEXTS)
    assert intake.head() == 1
    assert intake.keyring.keys([subject]) == {}
    assert intake.accept(petition, 1) == 2, "facts without personal fields go on"


def test_a_fact_that_says_nothing_personal_needs_no_key(intake: LogDatabase) -> None:
    petition, subject = uuid4(), uuid4()
    silent = PetitionWithdrawn(petition_id=petition, number=facts.NUMBER, authority=facts.AUTHORITY, subject_id=subject)
    intake.append(facts.appending(petition, 0, silent))
    assert intake.keyring.keys([subject]) == {}
    assert intake.load(petition) == [silent]
