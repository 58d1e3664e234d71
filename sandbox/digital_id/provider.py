"""One flavour at work: its people, keys, clients, and what it remembers of log-ins. No HTTP here."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from sandbox.digital_id.behaviour import Behaviour, Mode
from sandbox.digital_id.flavour import Flavour
from sandbox.digital_id.grants import (
    AuthorizationRequest,
    Browser,
    Grant,
    Interaction,
    Login,
    Revoked,
    Scanned,
    Texts,
    Token,
)
from sandbox.digital_id.keys import KeyRing
from sandbox.digital_id.person import Person
from sandbox.digital_id.registration import Registration
from sandbox.digital_id.settings import Client, DigitalIdSettings
from sandbox.digital_id.signing import ELSEWHERE
from sandbox.digital_id.store import People, Shelf
from shared.kernel import clock, ids

LOGIN_LIFETIME: Final = timedelta(minutes=30)
"""For an interaction, its QR, and a registration that nobody goes on with."""
TEXTS_LIFETIME: Final = timedelta(hours=1)
SESSION_LIFETIME: Final = timedelta(hours=8)
CODE_LIFETIME: Final = timedelta(minutes=2)
TOKEN_LIFETIME: Final = timedelta(minutes=10)
REFRESH_LIFETIME: Final = timedelta(days=1)
JOURNAL_LENGTH: Final = 500


class Provider:
    """What the routes of one flavour share."""

    def __init__(self, flavour: Flavour, settings: DigitalIdSettings, database: sqlite3.Connection) -> None:
        name = flavour.name
        self.flavour = flavour
        self.settings = settings
        self.base = f"{settings.url}/{name}"
        self.issuer = self.base
        self.clients = [client for client in settings.clients if client.flavour == name]
        self.people = People(database)
        self.keys = KeyRing(database, flavour)
        self.behaviour = Behaviour()
        self.journal: deque[dict[str, Any]] = deque(maxlen=JOURNAL_LENGTH)
        self.browsers = Shelf(database, f"{name}/browser", Browser, SESSION_LIFETIME)
        self.interactions = Shelf(database, f"{name}/interaction", Interaction, LOGIN_LIFETIME)
        self.scanned = Shelf(database, f"{name}/qr", Scanned, LOGIN_LIFETIME)
        self.codes = Shelf(database, f"{name}/code", Grant, CODE_LIFETIME)
        self.tokens = Shelf(database, f"{name}/token", Token, TOKEN_LIFETIME)
        self.refreshes = Shelf(database, f"{name}/refresh", Token, REFRESH_LIFETIME)
        self.registrations = Shelf(database, f"{name}/registration", Registration, LOGIN_LIFETIME)
        self.texts = Shelf(database, "texts", Texts, TEXTS_LIFETIME)
        self.revoked = Shelf(database, f"{name}/revoked", Revoked, REFRESH_LIFETIME)

    def noted(self, endpoint: str, outcome: str, method: str | None = None) -> None:
        """Remember a request of the protocol for whoever tests a relying party; nothing of a person is kept."""
        at = clock.now().isoformat()
        self.journal.append({"at": at, "endpoint": endpoint, "client_authentication": method, "outcome": outcome})

    def client(self, client_id: str) -> Client:
        """Raises LookupError when it is no longer in the settings."""
        for client in self.clients:
            if client.client_id == client_id:
                return client
        raise LookupError(f"no client {client_id}")

    def person_of(self, login: Login | None) -> Person | None:
        return self.people.get(login.person_id) if login else None

    def begin(self, request: AuthorizationRequest, browser: Browser) -> str:
        """Wait for a person; the key of the interaction."""
        key, qr = ids.new_secret(), ids.new_handle()
        self.scanned.put(qr, Scanned(interaction=key))
        self.interactions.put(key, Interaction(request=request, browser_id=browser.browser_id, qr=qr))
        return key

    def suffices(self, browser: Browser, interaction: Interaction) -> Login | None:
        """The browser's log-in when it was made for this request, or is young enough for it."""
        request, login = interaction.request, browser.login
        if login is None or browser.browser_id in interaction.logged_in:
            return login
        old = request.max_age is not None and clock.now().timestamp() - login.at >= request.max_age
        return None if old or request.prompts & {"login", "select_account"} else login

    def logged_in(self, key: str, interaction: Interaction, browser: Browser) -> None:
        """Its person just proved who they are, for this request."""
        names = interaction.logged_in | {browser.browser_id}
        self.interactions.put(key, interaction.model_copy(update={"logged_in": names}))

    def allowed(self, key: str, interaction: Interaction, login: Login) -> str:
        """The person agreed: where the browser goes with the code. The same code, when asked again."""
        if interaction.answer is not None:
            return interaction.answer
        code = ids.new_secret()
        self.codes.put(code, Grant(grant_id=ids.new_handle(), request=interaction.request, login=login))
        return self._over(key, interaction, {"code": code})

    def refused(self, key: str, interaction: Interaction) -> str:
        """The person did not agree; too late, when they did before."""
        return interaction.answer or self._over(key, interaction, {"error": "access_denied"})

    def _over(self, key: str, interaction: Interaction, fields: Mapping[str, str]) -> str:
        answer = self.answer(interaction.request.redirect_uri, interaction.request.state, fields)
        self.interactions.put(key, interaction.model_copy(update={"answer": answer}))
        return answer

    def answer(self, redirect_uri: str, state: str | None, fields: Mapping[str, str]) -> str:
        """The redirect URI with an authorization response, which names its issuer (RFC 9207)."""
        told = dict(fields)
        if state is not None:
            told["state"] = f"{state}x" if Mode.STATE_INVALID in self.behaviour else state
        if Mode.RESPONSE_ISS_MISSING not in self.behaviour:
            told["iss"] = ELSEWHERE if Mode.RESPONSE_ISS_INVALID in self.behaviour else self.issuer
        return with_query(redirect_uri, told)


def with_query(address: str, fields: Mapping[str, str]) -> str:
    """The address with more in its query."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(fields)}" if fields else address
