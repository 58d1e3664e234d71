"""A provider in memory, for tests: whoever is expected is vouched for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from services.identity.login import Attempt, LoginRefused, Reason, VerifiedPerson
from services.identity.provider.logout_token import LogoutTokenInvalid
from services.identity.provider.provider import ProviderUnavailable


@dataclass(slots=True)
class MemoryProvider:
    """`people` by the code that stands for their login; a code is good once."""

    issuer: str
    label: str = "ผู้ให้บริการจำลอง"
    people: Mapping[str, VerifiedPerson] = field(default_factory=dict)
    answers: bool = True
    used: set[str] = field(default_factory=set)

    def names_itself(self) -> bool:
        self._require_answering()
        return False

    def authorization_url(self, attempt: Attempt) -> str:
        self._require_answering()
        return f"{self.issuer}/authorize?{urlencode({'state': attempt.state, 'nonce': attempt.nonce})}"

    def identify(self, code: str, attempt: Attempt) -> VerifiedPerson:
        self._require_answering()
        if code in self.used or code not in self.people:
            raise LoginRefused(Reason.CODE_REFUSED)
        self.used.add(code)
        return self.people[code]

    def logged_out_subject(self, token: str) -> str:
        self._require_answering()
        if not token.startswith("logout of "):
            raise LogoutTokenInvalid
        return token.removeprefix("logout of ")

    def end_session_url(self, state: str) -> str | None:
        self._require_answering()
        return f"{self.issuer}/logout?{urlencode({'state': state})}"

    def _require_answering(self) -> None:
        if not self.answers:
            raise ProviderUnavailable(self.issuer)
