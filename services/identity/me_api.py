"""The HTTP gateway of identity, for who has logged in: account, consents, everything known, being forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from services.identity import member as members
from services.identity.consents import ACCOUNT, CURRENT
from services.identity.contact import ContactInput, ContactInvalid, contact_of
from services.identity.member import Contact, Member, Refused
from services.identity.member_desk import NotRegistered
from services.identity.persons import Person, claims_of, identity_of
from services.identity.wiring import BASE, Identity
from shared.contracts.petition import Address
from shared.gateway.problems import FieldProblem, Problem, responses
from shared.gateway.tokens import Caller
from shared.kernel import clock

RETENTION: Final = (
    "ลบบัญชีและข้อมูลส่วนบุคคลของท่านแล้ว คำร้องของบัญชีนี้จะคงเหลือเฉพาะเลขคำร้อง ประเภทเรื่อง สถานะ และวันเวลา"
    " ซึ่งหน่วยงานต้องเก็บไว้ตามระเบียบงานสารบรรณและการตรวจเงินแผ่นดิน โดยไม่มีข้อมูลที่ระบุตัวท่าน"
    " เว้นแต่หน่วยงานที่ระเบียบกำหนดให้เก็บเนื้อหาไว้ก่อน ซึ่งจะลบเมื่อครบกำหนด"
)
_log = structlog.get_logger(__name__)
router = APIRouter(prefix=BASE, tags=["me"])


class ConsentView(BaseModel):
    """A text in force, and which version of it the person agreed to, if any."""

    purpose: str
    version: str
    title: str
    what: str
    why: str
    how_long: str
    withdrawal: str
    required: bool
    agreed_version: str | None = None


class Me(BaseModel):
    """The person as known here; without an account only the provider's claims. The citizen number is masked."""

    person_id: UUID
    registered: bool
    providers: list[str]
    assurance_level: str | None
    title: str | None
    given_name: str
    family_name: str | None
    citizen_id_masked: str
    phone: str | None = None
    email: str | None = None
    address: Address | None = None
    consents: list[ConsentView]


class RegistrationInput(ContactInput):
    """What makes an account: the contact data, and the version of the consent that was read and agreed to."""

    consent_version: str


class ConsentInput(BaseModel):
    """Agree to a version, or withdraw."""

    purpose: str = ACCOUNT
    agree: bool
    version: str | None = None


class SessionListed(BaseModel):
    """One of the person's sessions; `current` is the one of this token."""

    session_id: UUID
    provider: str
    began_at: datetime
    seen_at: datetime
    current: bool


class Erased(BaseModel):
    """What became of the data, in Thai, for the person to read. `redirect_to` ends the session at the provider, which
    goes on; null where there is nothing to end."""

    erased: bool = True
    explanation: str = RETENTION
    redirect_to: str | None = None


@router.get("/consents", summary="What people are asked to agree to")
def consents() -> list[ConsentView]:
    """The texts in force."""
    return [ConsentView(**_text(purpose)) for purpose in CURRENT]


@router.get("/me", responses=responses(401, 403), summary="Who I am here")
def me(request: Request, response: Response, person: Person) -> Me:
    """With the claims of the last login for whoever has no account yet."""
    response.headers["Cache-Control"] = "no-store"
    return _me(identity_of(request), UUID(person.sub))


@router.post("/me/register", status_code=201, responses=responses(401, 403, 409, 422), summary="Make an account")
def register(request: Request, response: Response, person: Person, body: RegistrationInput) -> Me:
    """409 when the text of the consent has changed. Again gives the account as it is. The next token is a member's."""
    identity, person_id = identity_of(request), UUID(person.sub)
    claims, contact = claims_of(identity, person_id), _contact(body)
    provider = next(iter(identity.people.providers(person_id)), "")
    correlation = request.state.correlation_id
    _refusing(
        lambda: identity.members.register(person_id, claims, provider, contact, body.consent_version, correlation)
    )
    response.headers["Cache-Control"] = "no-store"
    return _me(identity, person_id)


@router.put("/me/profile", responses=responses(401, 403, 404, 422), summary="Change my contact data")
def change(request: Request, response: Response, person: Person, body: ContactInput) -> Me:
    """Names and citizen number are the provider's, and change by a login alone."""
    contact = _contact(body)
    return _changed(request, response, person, lambda member: members.change_contact(member, contact))


@router.post("/me/consents", responses=responses(401, 403, 404, 409, 422), summary="Agree, or agree no longer")
def decide(request: Request, response: Response, person: Person, body: ConsentInput) -> Me:
    """409 when `version` is not the one in force. Again is no error."""
    if body.agree:
        return _changed(
            request, response, person, lambda member: members.agree(member, body.purpose, body.version or "")
        )
    return _changed(request, response, person, lambda member: members.withdraw(member, body.purpose))


@router.get("/me/export", responses=responses(401, 403, 404), summary="Everything that is known about me")
def export(request: Request, response: Response, person: Person) -> dict[str, Any]:
    """The account with everything that happened to it, opened (PDPA B.E. 2562 s. 30 and 31)."""
    identity, person_id = identity_of(request), UUID(person.sub)
    facts = identity.members.history(person_id)
    if not facts:
        raise _no_account()
    _log.info("personal_data_exported", actor=f"member:{person_id}")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = 'attachment; filename="khamrong-my-data.json"'
    sessions = [_listed(each, person) for each in identity.sessions.of(person_id)]
    return {"exported_at": clock.now(), "person_id": person_id, "providers": identity.people.providers(person_id),
            "sessions": sessions, "facts": facts}  # fmt: skip


@router.delete("/me", responses=responses(401, 403), summary="Forget me")
def erase(request: Request, response: Response, person: Person) -> Erased:
    """Destroys the key that everything about the person is sealed with, and ends all sessions. It cannot be undone."""
    identity, person_id = identity_of(request), UUID(person.sub)
    here = next((each for each in identity.sessions.of(person_id) if each.session_id == person.sid), None)
    identity.members.erase(person_id, request.state.correlation_id)
    response.headers["Cache-Control"] = "no-store"
    return Erased(redirect_to=identity.logouts.begin(here.provider) if here else None)


@router.get("/me/sessions", responses=responses(401, 403), summary="Where I am logged in")
def sessions(request: Request, response: Response, person: Person) -> list[SessionListed]:
    """Oldest first."""
    response.headers["Cache-Control"] = "no-store"
    return [_listed(each, person) for each in identity_of(request).sessions.of(UUID(person.sub))]


@router.delete("/me/sessions", status_code=204, responses=responses(401, 403), summary="Log me out everywhere")
def end_sessions(request: Request, person: Person) -> None:
    """This session too."""
    identity_of(request).sessions.end_all(UUID(person.sub))


def _changed(request: Request, response: Response, person: Caller, decide: Callable[[Member], list[Any]]) -> Me:
    identity, person_id = identity_of(request), UUID(person.sub)
    _refusing(lambda: identity.members.change(person_id, decide, request.state.correlation_id))
    response.headers["Cache-Control"] = "no-store"
    return _me(identity, person_id)


def _refusing(command: Callable[[], object]) -> None:
    try:
        command()
    except NotRegistered:
        raise _no_account() from None
    except Refused as refusal:
        raise Problem(409, str(refusal), kind="urn:khamrong:consent-outdated") from None


def _no_account() -> Problem:
    return Problem(404, "ยังไม่มีบัญชี กรุณาสร้างบัญชีก่อน", kind="urn:khamrong:not-registered")


def _contact(body: ContactInput) -> Contact:
    try:
        return contact_of(body)
    except ContactInvalid as invalid:
        errors = [FieldProblem(field=field, message=message) for field, message in invalid.messages.items()]
        raise Problem(422, "กรุณาตรวจสอบข้อมูลที่ระบุไว้", errors=errors) from None


def _me(identity: Identity, person_id: UUID) -> Me:
    claims, found = claims_of(identity, person_id), identity.members.find(person_id)
    agreed = found.member.consents if found else {}
    told: dict[str, Any] = {"title": claims.title, "given_name": claims.given_name, "family_name": claims.family_name}
    if found:
        told = found.member.profile.model_dump(exclude={"citizen_id"})
    return Me(
        **told,
        person_id=person_id,
        registered=found is not None,
        providers=identity.people.providers(person_id),
        assurance_level=claims.assurance_level,
        citizen_id_masked=masked(claims.citizen_id),
        consents=[ConsentView(**_text(purpose), agreed_version=agreed.get(purpose)) for purpose in CURRENT],
    )


def masked(citizen_id: str) -> str:
    """`1-1017-xxxxx-xx-9`."""
    return f"{citizen_id[0]}-{citizen_id[1:5]}-xxxxx-xx-{citizen_id[12]}"


def _text(purpose: str) -> dict[str, Any]:
    text = CURRENT[purpose]
    return {name: getattr(text, name) for name in ConsentView.model_fields if name != "agreed_version"}


def _listed(session: Any, person: Caller) -> SessionListed:
    return SessionListed(
        session_id=session.session_id,
        provider=session.provider,
        began_at=session.began_at,
        seen_at=session.seen_at,
        current=session.session_id == person.sid,
    )
