"""What the phone shows that scanned the QR: the ThaiD app, played on a page."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sandbox.digital_id.answers import see_other
from sandbox.digital_id.flavour import THAID_ASSURANCE
from sandbox.digital_id.grants import Interaction, Login, Phone
from sandbox.digital_id.login_pages import WRONG, checked
from sandbox.digital_id.oauth import Fields, OAuthError
from sandbox.digital_id.pages import Pages
from sandbox.digital_id.provider import Provider
from sandbox.digital_id.requests import Session, form
from sandbox.digital_id.wording import wanted_of

USED = OAuthError("session", "QR นี้หมดอายุหรือใช้ไปแล้ว เปิดหน้าเข้าสู่ระบบใหม่อีกครั้ง")


class PhonePages:
    """The phone may be the browser of the interaction itself, which then goes on to the client."""

    def __init__(self, provider: Provider, pages: Pages) -> None:
        self._provider = provider
        self._pages = pages

    def routes(self) -> APIRouter:
        router = APIRouter(prefix=f"/{self._provider.flavour.name}/phone")
        router.add_api_route("/{qr}", self.show, methods=["GET"])
        router.add_api_route("/{qr}", self.log_in, methods=["POST"])
        router.add_api_route("/{qr}/decision", self.decide, methods=["POST"])
        return router

    async def show(self, request: Request, qr: str) -> Response:
        session = Session(self._provider, request)
        _, interaction = self._found(qr)
        if interaction.phone is not None or interaction.answer is not None:
            raise USED
        if self._provider.suffices(session.ensure(), interaction) is None:
            return self._page("phone_login.html", session, interaction, typed="", problem="")
        return self._asked(session, interaction)

    async def log_in(self, request: Request, qr: str) -> Response:
        session, fields = Session(self._provider, request), await form(request)
        key, interaction = self._found(qr, session, fields)
        login = await checked(self._provider, fields)
        if login is None:
            typed = fields.get("login", "")
            return self._page("phone_login.html", session, interaction, status=422, typed=typed, problem=WRONG)
        self._provider.logged_in(key, interaction, session.log_in(login))
        return session.keep(see_other(f"{self._provider.base}/phone/{qr}"))

    async def decide(self, request: Request, qr: str) -> Response:
        """The answer waits for the browser that shows the QR."""
        session, fields = Session(self._provider, request), await form(request)
        key, interaction = self._found(qr, session, fields)
        login = self._provider.suffices(session.ensure(), interaction)
        if login is None:
            return see_other(f"{self._provider.base}/phone/{qr}")
        if interaction.phone is None:  # else the first press counts
            interaction = _told(interaction, fields.get("decision") == "allow", login)
            self._provider.interactions.put(key, interaction)
        if self._is_here(session, interaction):
            return see_other(f"{self._provider.base}/login/{key}")
        return self._pages.shown("phone_done.html", agreed=interaction.phone is Phone.APPROVED)

    def _found(self, qr: str, session: Session | None = None, fields: Fields | None = None) -> tuple[str, Interaction]:
        """The QR's interaction and its key. Raises OAuthError."""
        scanned = self._provider.scanned.get(qr)
        interaction = self._provider.interactions.get(scanned.interaction) if scanned else None
        if scanned is None or interaction is None:
            raise USED
        if session is not None and not session.fits(fields or {}):
            raise USED
        return scanned.interaction, interaction

    def _is_here(self, session: Session, interaction: Interaction) -> bool:
        return session.browser is not None and session.browser.browser_id == interaction.browser_id

    def _asked(self, session: Session, interaction: Interaction) -> Response:
        person = self._provider.person_of(session.login)
        wanted = wanted_of(self._provider.flavour, interaction.request.scopes)
        return self._page("phone_consent.html", session, interaction, person=person, wanted=wanted)

    def _page(
        self, template: str, session: Session, interaction: Interaction, status: int = 200, **values: Any
    ) -> Response:
        client = self._provider.client(interaction.request.client_id)
        values |= {"qr": interaction.qr, "client": client, "form_token": session.form_token}
        leads_to = interaction.request.redirect_uri
        return session.keep(self._pages.shown(template, status=status, leads_to=leads_to, **values))


def _told(interaction: Interaction, agreed: bool, login: Login) -> Interaction:
    """With what the phone said. Whoever has the app is who the card says."""
    proven = login.model_copy(update={"assurance": THAID_ASSURANCE})
    answer = {"phone": Phone.APPROVED if agreed else Phone.REFUSED, "phone_login": proven if agreed else None}
    return interaction.model_copy(update=answer)
