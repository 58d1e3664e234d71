"""A filing that is being written: what was typed, what was attached, and what became of sending it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

MOST_UPLOADS: Final = 10
"""As many as a petition takes."""
_MOST_SENT: Final = 5
"""Somebody who changes it more often while intake is away, and whose first one was stored, has not waited for a day."""


class StepChanged(Exception):
    """The same step was saved in another tab since this one showed it. `newest` is what it says now."""

    def __init__(self, newest: Step) -> None:
        super().__init__("the step was changed meanwhile")
        self.newest = newest


class AlreadyFiled(Exception):
    """The draft became a petition: nothing in it can be changed."""


class TooManyUploads(Exception):
    """There are `MOST_UPLOADS` already."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Step(_Value):
    """The fields of one page as they were typed. `revision` counts how often they were changed."""

    revision: int = 0
    fields: Mapping[str, str] = {}


class Upload(_Value):
    """A file that documents has accepted; `size` in bytes. It waits there for a limited time."""

    upload_id: UUID
    filename: str
    media_type: str
    size: int
    uploaded_at: datetime


class Problem(_Value):
    """A file that was not taken, and why, until files are attached again."""

    filename: str
    message: str


class Filed(_Value):
    """What intake answered. `edited_late`: the last changes came after the petition was stored, and are not in it."""

    number: str
    tracking_code: str
    filed_at: datetime
    form_url: str
    tracking_url: str
    category: str
    edited_late: bool = False


class Draft(_Value):
    """`sent` are the bodies that were sent to intake: one of them may be stored there without our knowing."""

    authority: str
    idempotency_key: str
    steps: Mapping[str, Step] = {}
    uploads: tuple[Upload, ...] = ()
    problems: tuple[Problem, ...] = ()
    sent: tuple[Mapping[str, Any], ...] = ()
    filed: Filed | None = None

    def step(self, name: str) -> Step:
        """What was typed there; empty before it was saved for the first time."""
        return self.steps.get(name, Step())


def with_step(draft: Draft, name: str, fields: Mapping[str, str], seen: int) -> Draft:
    """The draft with these fields in that step, all other steps as they are.

    `seen` is the revision that was shown to whoever typed. Raises StepChanged, AlreadyFiled. The same fields again
    change nothing: a page may be sent twice.
    """
    _open(draft)
    newest = draft.step(name)
    if newest.fields == fields:
        return draft
    if newest.revision != seen:
        raise StepChanged(newest)
    step = Step(revision=newest.revision + 1, fields=dict(fields))
    return draft.model_copy(update={"steps": {**draft.steps, name: step}})


def with_fields(draft: Draft, name: str, fields: Mapping[str, str]) -> Draft:
    """The draft with some fields of a step filled in, whoever changed others meanwhile. Raises AlreadyFiled."""
    step = draft.step(name)
    return with_step(draft, name, {**step.fields, **fields}, step.revision)


def with_upload(draft: Draft, upload: Upload) -> Draft:
    """The draft with one file more. Raises TooManyUploads, AlreadyFiled."""
    _open(draft)
    if len(draft.uploads) >= MOST_UPLOADS:
        raise TooManyUploads
    return draft.model_copy(update={"uploads": (*draft.uploads, upload)})


def without_uploads(draft: Draft, upload_ids: frozenset[UUID]) -> Draft:
    """The draft without these files; those that are not there are no mistake. Raises AlreadyFiled."""
    _open(draft)
    kept = tuple(upload for upload in draft.uploads if upload.upload_id not in upload_ids)
    return draft.model_copy(update={"uploads": kept})


def with_problems(draft: Draft, problems: Sequence[Problem]) -> Draft:
    """The draft with what was wrong with the files of the last time."""
    _open(draft)
    return draft.model_copy(update={"problems": tuple(problems)})


def sent(draft: Draft, body: Mapping[str, Any]) -> Draft:
    """From now on the petition may exist, with this body or an earlier one. Raises AlreadyFiled."""
    _open(draft)
    if body in draft.sent:
        return draft
    return draft.model_copy(update={"sent": (*draft.sent, dict(body))[-_MOST_SENT:]})


def filed(draft: Draft, petition: Filed) -> Draft:
    """The petition is stored: all that was typed is intake's now, and no longer here."""
    return Draft(authority=draft.authority, idempotency_key=draft.idempotency_key, filed=petition)


def _open(draft: Draft) -> None:
    if draft.filed is not None:
        raise AlreadyFiled
