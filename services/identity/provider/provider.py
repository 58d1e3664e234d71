"""The port: somebody who vouches for persons."""

from __future__ import annotations

from typing import Protocol

from services.identity.login import Attempt, VerifiedPerson


class ProviderUnavailable(Exception):
    """The provider does not answer, or not as a provider does; the text names no person."""


class IdentityProvider(Protocol):
    """One provider with its own redirect URI."""

    @property
    def issuer(self) -> str:
        """Who signs; exactly as in its tokens."""
        ...

    @property
    def label(self) -> str:
        """What people call it."""
        ...

    def names_itself(self) -> bool:
        """Whether it says that its answers to the browser name the issuer. Raises ProviderUnavailable."""
        ...

    def authorization_url(self, attempt: Attempt) -> str:
        """Where the browser is sent. Raises ProviderUnavailable."""
        ...

    def identify(self, code: str, attempt: Attempt) -> VerifiedPerson:
        """Exchange the code, check everything. Raises LoginRefused, ProviderUnavailable."""
        ...

    def logged_out_subject(self, token: str) -> str:
        """Who has logged out there, as a logout token says. Raises LogoutTokenInvalid, ProviderUnavailable."""
        ...

    def end_session_url(self, state: str) -> str | None:
        """Where the browser is sent to end the session at the provider; None where it offers that to nobody.

        Raises ProviderUnavailable.
        """
        ...
