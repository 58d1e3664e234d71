"""One chance to say how it went: each end of a petition gives one, with at most one invitation and one answer. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.survey.commands import Answer
from services.survey.refusals import AnsweredBefore, NotEnded, ReopeningNotOffered, ReopeningTooLate
from shared.contracts.fact import Fact
from shared.contracts.petition import SmsPolicy
from shared.contracts.petition_states import ENDED_STATES
from shared.contracts.survey import SurveyAnswered, SurveyInvited
from shared.kernel import ids
from shared.kernel.thai import fiscal_year, last_second


@dataclass(frozen=True, slots=True)
class Petition:
    """A petition as survey knows it. `resolution` counts its ends so far; `ended_at` is None while none holds."""

    petition_id: UUID
    number: str
    authority: str
    subject_id: UUID
    state: str
    resolution: int
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Contact:
    """How the petitioner is reached, in clear. Never kept; its text shows nothing."""

    to: str
    tracking_code: str
    tracking_url: str

    def __repr__(self) -> str:
        return "Contact()"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the authority has set: whether it invites, for how many days an answer may ask to reopen, how it texts."""

    invite: bool
    reopen_days: int
    sms: SmsPolicy


@dataclass(frozen=True, slots=True)
class Told:
    """An answer on its way in: the id it will have, and when it came."""

    answer: Answer
    answer_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Chance:
    """What has happened to a chance; `version` is that of its stream."""

    invited: bool = False
    answered: bool = False
    version: int = 0


def stream_of(petition_id: UUID, resolution: int) -> str:
    """The stream of a chance: a second invitation or answer cannot be appended to it unseen."""
    return f"chance-{petition_id}-{resolution}"


def fold(facts: Iterable[Fact]) -> Chance:
    """The chance after its facts."""
    chance = Chance()
    for fact in facts:
        seen = replace(chance, version=chance.version + 1)
        match fact:
            case SurveyInvited():
                chance = replace(seen, invited=True)
            case SurveyAnswered():
                chance = replace(seen, answered=True)
            case _:
                chance = seen
    return chance


def has_ended(petition: Petition) -> bool:
    """Whether the petition may be rated now."""
    return petition.state in ENDED_STATES and petition.ended_at is not None


def invitation(
    chance: Chance, petition: Petition, resolution: int, policy: Policy, contact: Contact | None
) -> SurveyInvited | None:
    """The invitation to rate this end; None when there is to be none.

    None: the authority does not invite, it was invited or answered before, the petition was reopened since, or the
    person was erased (no contact).
    """
    over = not has_ended(petition) or petition.resolution != resolution
    if not policy.invite or chance.invited or chance.answered or over or contact is None:
        return None
    return SurveyInvited(
        invitation_id=ids.derived_id(f"invitation/{petition.petition_id}/{resolution}"),
        petition_id=petition.petition_id,
        number=petition.number,
        authority=petition.authority,
        resolution=resolution,
        subject_id=petition.subject_id,
        to=contact.to,
        tracking_code=contact.tracking_code,
        tracking_url=contact.tracking_url,
        sms=policy.sms,
    )


def answered(chance: Chance, petition: Petition, told: Told, reopen_days: int) -> SurveyAnswered:
    """The answer about the petition's last end.

    Raises NotEnded, AnsweredBefore, ReopeningNotOffered, ReopeningTooLate.
    """
    if petition.ended_at is None or not has_ended(petition):
        raise NotEnded
    if chance.answered:
        raise AnsweredBefore
    if told.answer.reopen:
        _check_reopening(petition.ended_at, reopen_days, told.at)
    return _fact(told, petition.authority, petition.subject_id, petition)


def general_answer(told: Told, authority: str) -> SurveyAnswered:
    """The answer about an authority: its comment is sealed with a key of its own, of a subject that is nobody."""
    return _fact(told, authority, told.answer_id)


def _check_reopening(ended_at: datetime, days: int, now: datetime) -> None:
    if days == 0:
        raise ReopeningNotOffered
    if now > (until := last_second(ended_at, days)):
        raise ReopeningTooLate(until)


def _fact(told: Told, authority: str, subject_id: UUID, petition: Petition | None = None) -> SurveyAnswered:
    answer = told.answer
    return SurveyAnswered(
        answer_id=told.answer_id,
        authority=authority,
        petition_id=petition.petition_id if petition else None,
        number=petition.number if petition else None,
        resolution=petition.resolution if petition else None,
        rating=answer.rating,
        solved=answer.solved,
        subject_id=subject_id,
        comment=answer.comment,
        reopen=answer.reopen,
        answered_at=told.at,
        fiscal_year=fiscal_year(told.at),
    )
