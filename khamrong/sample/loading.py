"""Puts sample petitions into an empty read model, past the logs: as a new generation, swapped in when it is whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from khamrong.sample.stories import Story
from services.tracking.projections import authority, petition
from services.tracking.search import index
from services.tracking.search.tokens import Tokens
from shared.contracts.authority import AuthorityConfigured
from shared.contracts.fact import PERSONAL, Fact
from shared.contracts.petition import Petitioner
from shared.contracts.petition_states import STATE_LABELS, PetitionState
from shared.eventlog.sealing import Sealer
from shared.kernel.database import copy_into, run_script
from shared.projecting import checkpoint, generations
from shared.projecting.rows import add, table_of

_SEALED_TOGETHER: Final = 1_000
_WORDS: Final = ("petition_id", "subject_id", "words", "names", "phone")
_FILED: Final = STATE_LABELS[PetitionState.FILED]


class NotEmpty(Exception):
    """There are petitions in the read model: samples are never put among them."""


class _Kept(Fact):
    """What the read model keeps sealed of a filing."""

    TYPE: ClassVar[str] = "petition.filed"
    subject_id: UUID
    petitioner: Annotated[Petitioner, PERSONAL]
    subject: Annotated[str, PERSONAL]
    details: Annotated[str, PERSONAL]


def load(engine: sa.Engine, sealer: Sealer, tokens: Tokens, told: Iterable[Story], profile: AuthorityConfigured) -> int:
    """Put them in, with their words and all indexes, and the authority where it is not known; how many. `engine` is the
    owner's. Raises NotEmpty.

    A rebuild of the read model takes them out again, for no log has them.
    """
    stories = list(told)
    with engine.begin() as transaction:
        transaction.execute(sa.text("SET LOCAL statement_timeout = 0"))
        marks = checkpoint.stored(transaction, [petition.NAME], hold=True)
        if transaction.execute(sa.select(petition.TABLE.c.petition_id).limit(1)).first():
            raise NotEmpty
        _load_rows(transaction, marks, sealer, stories)
        _load_words(transaction, tokens, stories)
        _know(transaction, profile)
    with engine.begin() as transaction:
        generations.drop_leftovers(transaction, petition)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("SET statement_timeout = 0"))
        connection.execute(sa.text("VACUUM (ANALYZE)"))
        connection.invalidate()
    return len(stories)


def _load_rows(
    transaction: sa.Connection, live: Sequence[checkpoint.Checkpoint], sealer: Sealer, stories: Sequence[Story]
) -> None:
    generation = live[0].generation + 1
    generations.create(transaction, petition, generation, live=False)
    add(transaction, table_of(petition.TABLE, generation), (petition.blank() | row for row in _rows(sealer, stories)))
    generations.index(transaction, petition, generation)
    positions = {mark.source: mark.position for mark in live}
    made = checkpoint.stored(transaction, [petition.NAME], live=False)
    checkpoint.move(transaction, [mark.at(positions[mark.source]) for mark in made])
    generations.swap(transaction, petition, generation)


def _load_words(transaction: sa.Connection, tokens: Tokens, stories: Sequence[Story]) -> None:
    """The indexes are made when the rows are there: many times faster."""
    for name in _index_names():
        transaction.execute(sa.text(f"DROP INDEX tracking.{name}"))
    copy_into(transaction, "tracking.petition_words", _WORDS, _words(tokens, stories))
    run_script(transaction, index.INDEXES)


def _know(transaction: sa.Connection, profile: AuthorityConfigured) -> None:
    (mark,) = checkpoint.stored(transaction, [authority.NAME], hold=True)
    table = table_of(authority.TABLE, mark.generation)
    row = authority.row_of(profile.model_dump(mode="json"), 0)
    transaction.execute(insert(table).values(row).on_conflict_do_nothing())


def _index_names() -> list[str]:
    return [line.split()[2] for line in index.INDEXES.strip().splitlines()]


def _rows(sealer: Sealer, stories: Sequence[Story]) -> Iterator[dict[str, Any]]:
    rest = iter(stories)
    while together := list(islice(rest, _SEALED_TOGETHER)):
        sealed = sealer.seal([(story.event_id, _stream(story), _kept(story)) for story in together])
        for story, data in zip(together, sealed, strict=True):
            yield _row(story, {name: data[name] for name in ("petitioner", "subject", "details")})


def _kept(story: Story) -> _Kept:
    return _Kept.model_construct(
        subject_id=story.subject_id,
        petitioner=story.petitioner,
        subject=story.subject,
        details=" ".join(story.sentences),
    )


def _row(story: Story, data: dict[str, Any]) -> dict[str, Any]:
    location = {"latitude": story.columns["latitude"], "longitude": story.columns["longitude"], "province": "ภูเก็ต"}
    return {
        **story.columns,
        "petition_id": story.petition_id,
        "tracking_code_hash": story.petition_id.hex,
        "location": location,
        "sealed": {"id": str(story.event_id), "stream": _stream(story), "data": data},
        "timeline": [_entry(story)],
    }


def _entry(story: Story) -> dict[str, Any]:
    """The beginning of the history, as the projection tells it."""
    told = {"position": 0, "at": story.filed_at.isoformat(), "type": "petition.filed", "status": "filed"}
    return {**told, "label": _FILED, "public_note": None, "actor": "sample", "data": {}}


def _stream(story: Story) -> str:
    return f"petition-{story.petition_id}"


def _words(tokens: Tokens, stories: Sequence[Story]) -> Iterator[tuple[Any, ...]]:
    """Sentences and people come again and again, and are cut into words once."""
    of_text, of_person = cache(tokens.of_text), cache(_of_person(tokens))
    for story in stories:
        words = {token for sentence in story.sentences for token in of_text(sentence)}
        yield story.petition_id, story.subject_id, _vector(words), *of_person(story.petitioner)


def _of_person(tokens: Tokens) -> Any:
    return lambda person: (_vector(tokens.of_petitioner(person)), tokens.of_phone(person.phone))


def _vector(tokens: Iterable[str]) -> str:
    """A `tsvector` as text."""
    return " ".join(f"'{token}'" for token in sorted(tokens))
