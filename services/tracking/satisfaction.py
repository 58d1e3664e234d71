"""The shapes of what tracking tells of the survey."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class SurveyView(BaseModel):
    """Whether the petition may be rated now (once for each of its ends), whether its last end was, and until when an
    answer may ask to reopen it; null while it has not ended, and where the authority offers no reopening."""

    open: bool
    answered: bool
    reopen_until: datetime | None


class SurveyAnswer(BaseModel):
    """What the petitioner answered about one end of the petition; `resolution` counts them from 1."""

    resolution: int
    rating: int
    solved: str
    reopen: bool
    at: datetime
    comment: str | None = None


class Satisfaction(BaseModel):
    """Answers of one fiscal year, about petitions and the authority in general; null while there are none.

    `solved_share` = yes ÷ (yes + partly + no), which are told of petitions alone.
    """

    answers: int
    mean_rating: float | None
    solved_share: float | None
