"""Logging in: begun at a provider, answered once, handed over to whoever keeps the browser's session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import sqlalchemy as sa
import structlog

from services.identity.attempts import Attempts, Begun
from services.identity.erasing import Erasing
from services.identity.login import (
    Answer,
    Attempt,
    Expected,
    LoginRefused,
    Reason,
    VerifiedPerson,
    accepted_code,
    allowed_return,
)
from services.identity.member import verified_anew
from services.identity.member_desk import MemberDesk
from services.identity.people import Known, People
from services.identity.provider.provider import IdentityProvider, ProviderUnavailable
from services.identity.sessions import Sessions
from shared.contracts.fact import Fact
from shared.contracts.member import LoginFailed, LoginSucceeded
from shared.eventlog.log import Append, Log, Origin
from shared.kernel import clock, ids
from shared.kernel.secrets import keyed_hash

EVERYWHERE: Final = "*"
"""Members and logins belong to no single authority."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Begin:
    """Where the browser goes, and the pre-login cookie that ties the answer to it."""

    address: str = field(repr=False)
    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """The one-time secret for the hand-over, and the page that the person wanted."""

    handover: str = field(repr=False)
    return_to: str


class LoginDesk:
    """Guarantees: an attempt is answered at most once, whatever comes of it; its outcome is one fact; what fails leaves
    no session."""

    def __init__(
        self,
        engine: sa.Engine,
        log: Log,
        providers: Mapping[str, IdentityProvider],
        attempts: Attempts,
        people: People,
        sessions: Sessions,
        members: MemberDesk,
        erasing: Erasing,
        pepper: bytes,
    ) -> None:
        self._engine, self._log, self.providers = engine, log, providers
        self._attempts, self._people, self._sessions, self._members = attempts, people, sessions, members
        self._erasing, self._pepper = erasing, pepper

    def begin(self, provider: str, return_to: str) -> Begin:
        """Raises KeyError for an unknown provider, ReturnNotAllowed, LoginRefused when the provider does not answer."""
        cookie = ids.new_secret()
        attempt = Attempt(
            state=ids.new_secret(),
            nonce=ids.new_secret(),
            verifier=ids.new_secret(),
            browser=self._browser(cookie),
            provider=provider,
            return_to=allowed_return(return_to),
            begun_at=clock.now(),
        )
        try:
            address = self.providers[provider].authorization_url(attempt)
        except ProviderUnavailable:
            raise LoginRefused(Reason.UNAVAILABLE) from None
        self._erasing.sweep()
        self._attempts.begin(ids.new_id(), attempt)
        return Begin(address, cookie)

    def finish(self, provider: str, state: str, cookie: str, answer: Answer, correlation: UUID) -> Done:
        """The answer came back. Raises KeyError for an unknown provider, LoginRefused."""
        port = self.providers[provider]
        begun = self._attempts.take(state)
        if begun is None:
            _log.warning("login_answer_without_attempt", provider=provider)
            raise LoginRefused(Reason.EXPIRED)
        try:
            person = self._identified(port, provider, begun.attempt, cookie, answer)
            known = self._people.recognise(person, provider, clock.now())
        except LoginRefused as refused:
            self._record_failure(begun, refused.reason, correlation)
            raise
        return self._handed_over(begun, person, known, correlation)

    def _identified(
        self, port: IdentityProvider, provider: str, attempt: Attempt, cookie: str, answer: Answer
    ) -> VerifiedPerson:
        try:
            expected = Expected(provider, port.issuer, port.names_itself())
            code = accepted_code(attempt, self._browser(cookie), answer, expected, clock.now())
            return port.identify(code, attempt)
        except ProviderUnavailable:
            raise LoginRefused(Reason.UNAVAILABLE) from None

    def _handed_over(self, begun: Begun, person: VerifiedPerson, known: Known, correlation: UUID) -> Done:
        provider, level = begun.attempt.provider, person.assurance_level
        fact = LoginSucceeded(
            login_id=begun.login_id, provider=provider, person_id=known.person_id, assurance_level=level
        )
        appends = [self._append(begun.login_id, fact, known.person_id, correlation)]
        if known.registered and (changed := self._changed(known.person_id, person, provider, correlation)):
            appends.append(changed)
        sealed = self._log.seal(appends)
        with self._engine.begin() as transaction:
            secret = self._sessions.hand_over(transaction, known.person_id, provider, level)
            self._log.append(transaction, sealed)
        return Done(secret, begun.attempt.return_to)

    def _changed(self, person_id: UUID, person: VerifiedPerson, provider: str, correlation: UUID) -> Append | None:
        """The profile follows what the provider tells now."""
        found = self._members.find(person_id)
        facts = verified_anew(found.member, person, provider) if found else []
        return self._members.append(person_id, found.version, facts, correlation) if found and facts else None

    def _record_failure(self, begun: Begun, reason: Reason, correlation: UUID) -> None:
        fact = LoginFailed(login_id=begun.login_id, provider=begun.attempt.provider, reason=reason.value)
        self._log.commit(self._engine, self._log.seal([self._append(begun.login_id, fact, None, correlation)]))
        _log.warning("login_refused", provider=begun.attempt.provider, reason=reason.value)

    def _append(self, login_id: UUID, fact: Fact, person_id: UUID | None, correlation: UUID) -> Append:
        actor = f"member:{person_id}" if person_id else "somebody"
        return Append(f"login-{login_id}", 0, [fact], Origin(actor, EVERYWHERE, correlation))

    def _browser(self, cookie: str) -> str:
        return keyed_hash(self._pepper, f"browser\n{cookie}")
