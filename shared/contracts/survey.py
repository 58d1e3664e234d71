"""What survey tells: who is asked how it went, and what people answer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from shared.contracts.fact import PERSONAL, Fact
from shared.contracts.petition import SmsPolicy


class Solved(StrEnum):
    """Whether the petitioner thinks that it was solved; the authority's own view is the outcome."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class SurveyInvited(Fact):
    """The petitioner is to be asked how it went: once per resolution, and by text message.

    `resolution` counts the petition's ends (resolved or rejected) from 1. `to` is the phone in E.164; `sms` is how the
    authority texts at this moment. The tracking code opens the page that asks.
    """

    TYPE: ClassVar[str] = "survey.invited"
    invitation_id: UUID
    petition_id: UUID
    number: str
    authority: str
    resolution: int
    subject_id: UUID
    to: Annotated[str, PERSONAL]
    tracking_code: Annotated[str, PERSONAL]
    tracking_url: Annotated[str, PERSONAL]
    sms: SmsPolicy


class SurveyAnswered(Fact):
    """Somebody said how it went: about one end of a petition, or about the authority in general.

    A general answer has no `petition_id`, `number`, `resolution` and `solved`, and a `subject_id` of its own that leads
    to nobody. `reopen` asks the authority to look at the petition again. `fiscal_year` (Buddhist era) is that of
    answering.
    """

    TYPE: ClassVar[str] = "survey.answered"
    answer_id: UUID
    authority: str
    petition_id: UUID | None = None
    number: str | None = None
    resolution: int | None = None
    rating: Literal[1, 2, 3, 4, 5]
    solved: Solved | None = None
    subject_id: UUID
    comment: Annotated[str | None, PERSONAL] = None
    reopen: bool = False
    answered_at: datetime
    fiscal_year: int
