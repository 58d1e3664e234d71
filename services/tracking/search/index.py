"""The index of what petitioners wrote: one row a petition, of keyed hashes, which goes when its person is erased.

No projection: facts are opened to make it, and a rebuild of read models has no keys. It is made by reactions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import orjson
import sqlalchemy as sa

from services.tracking.search.tokens import Tokens
from shared.contracts.fact import ERASED
from shared.contracts.petition import PetitionFiled

SCHEMA: Final = """
CREATE TABLE tracking.petition_words (
    petition_id uuid PRIMARY KEY,
    subject_id uuid NOT NULL,
    words tsvector NOT NULL,
    names tsvector NOT NULL,
    phone text NOT NULL
);
COMMENT ON TABLE tracking.petition_words IS 'keyed hashes: no word, name or phone can be read from it';
GRANT SELECT, INSERT, UPDATE, DELETE ON tracking.petition_words TO khamrong_app;
"""
INDEXES: Final = """
CREATE INDEX petition_words_by_word ON tracking.petition_words USING gin (words);
CREATE INDEX petition_words_by_name ON tracking.petition_words USING gin (names);
CREATE INDEX petition_words_by_phone ON tracking.petition_words (phone);
CREATE INDEX petition_words_by_subject ON tracking.petition_words (subject_id);
"""

_HOLD: Final = sa.text(
    "SELECT pg_advisory_xact_lock(hashtextextended('words of ' || subject_id, 0))"
    " FROM unnest(CAST(:subject_ids AS text[])) AS subject_id"
)
_ADD: Final = sa.text("""
    INSERT INTO tracking.petition_words (petition_id, subject_id, words, names, phone)
    SELECT petition_id, subject_id, array_to_tsvector(words), array_to_tsvector(names), phone
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS row (petition_id uuid, subject_id uuid, words text[], names text[], phone text)
    ON CONFLICT (petition_id) DO UPDATE
    SET words = excluded.words, names = excluded.names, phone = excluded.phone
""")
_FORGET: Final = sa.text("DELETE FROM tracking.petition_words WHERE subject_id = :subject_id")


@dataclass(frozen=True, slots=True)
class Index:
    """Adding again changes nothing, forgetting again is no error."""

    tokens: Tokens

    def hold(self, transaction: sa.Connection, subject_ids: Iterable[UUID]) -> None:
        """Until the transaction ends nobody else adds or forgets what these persons wrote."""
        ordered = sorted({str(subject_id) for subject_id in subject_ids})  # the same order everywhere: no deadlock
        transaction.execute(_HOLD, {"subject_ids": ordered})

    def add(self, transaction: sa.Connection, petitions: Iterable[PetitionFiled]) -> None:
        """The words of petitions that are all different; nothing of one whose person was erased."""
        rows = [row_of(self.tokens, filed) for filed in petitions if filed.subject != ERASED]
        if rows:
            transaction.execute(_ADD, {"rows": orjson.dumps(rows).decode()})

    def forget(self, transaction: sa.Connection, subject_id: UUID) -> int:
        """All that a person wrote; of how many petitions."""
        return transaction.execute(_FORGET, {"subject_id": subject_id}).rowcount


def row_of(tokens: Tokens, filed: PetitionFiled) -> dict[str, object]:
    """What the index keeps of a petition."""
    place = filed.place.description if filed.place else None
    text = "\n".join(part for part in (filed.subject, filed.details, place) if part)
    return {
        "petition_id": filed.petition_id,
        "subject_id": filed.subject_id,
        "words": tokens.of_text(text),
        "names": tokens.of_petitioner(filed.petitioner),
        "phone": tokens.of_phone(filed.petitioner.phone),
    }
