"""What the browser that was sent here shows: log in, by password or by QR, and agree."""

from __future__ import annotations

import asyncio
import io
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sandbox.digital_id import passwords
from sandbox.digital_id.answers import NOT_KEPT, json, see_other
from sandbox.digital_id.flavour import THAID_ASSURANCE
from sandbox.digital_id.grants import Interaction, Login, Phone
from sandbox.digital_id.oauth import Fields, OAuthError
from sandbox.digital_id.pages import Pages
from sandbox.digital_id.provider import Provider
from sandbox.digital_id.requests import Session, form
from sandbox.digital_id.wording import wanted_of
from shared.kernel import clock

WRONG = "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง"
GONE = OAuthError("session", "กลับไปยังบริการที่ท่านใช้อยู่ แล้วกดเข้าสู่ระบบอีกครั้ง")


class LoginPages:
    """One flavour's pages for the browser of an interaction."""

    def __init__(self, provider: Provider, pages: Pages) -> None:
        self._provider = provider
        self._pages = pages

    def routes(self) -> APIRouter:
        router = APIRouter(prefix=f"/{self._provider.flavour.name}/login")
        router.add_api_route("/{key}", self.show, methods=["GET"])
        router.add_api_route("/{key}", self.log_in, methods=["POST"])
        router.add_api_route("/{key}/qr", self.show_qr, methods=["GET"])
        router.add_api_route("/{key}/qr.svg", self.draw_qr, methods=["GET"])
        router.add_api_route("/{key}/state", self.tell_state, methods=["GET"])
        router.add_api_route("/{key}/consent", self.decide, methods=["POST"])
        router.add_api_route("/{key}/switch", self.switch, methods=["POST"])
        return router

    async def show(self, request: Request, key: str) -> Response:
        """Where the interaction stands: log in, agree, or on to the client when the phone has answered."""
        session = Session(self._provider, request)
        interaction = self._interaction(session, key)
        if interaction.phone is not None or interaction.answer is not None:
            return see_other(self._answered(key, interaction))
        if self._provider.suffices(session.ensure(), interaction):
            return self._consent(session, key, interaction)
        return self._form(session, key, interaction)

    async def log_in(self, request: Request, key: str) -> Response:
        session, fields = Session(self._provider, request), await form(request)
        interaction = self._interaction(session, key, fields)
        login = await checked(self._provider, fields)
        if login is None:
            typed = fields.get("login", "")
            return self._form(session, key, interaction, status=422, typed=typed, problem=WRONG)
        self._provider.logged_in(key, interaction, session.log_in(login))
        return session.keep(see_other(f"{self._provider.base}/login/{key}"))

    async def show_qr(self, request: Request, key: str) -> Response:
        """For a phone to scan; the page goes on by itself when it has answered."""
        session = Session(self._provider, request)
        interaction = self._interaction(session, key)
        if interaction.phone is not None or interaction.answer is not None:
            return see_other(self._answered(key, interaction))
        return self._page("qr.html", session, key, interaction, address=self._of_phone(interaction))

    async def draw_qr(self, request: Request, key: str) -> Response:
        import segno  # not a matter of the start

        interaction, drawn = self._interaction(Session(self._provider, request), key), io.BytesIO()
        segno.make(self._of_phone(interaction), error="m", micro=False).save(drawn, kind="svg", scale=8)
        return Response(drawn.getvalue(), headers=NOT_KEPT, media_type="image/svg+xml")

    def _of_phone(self, interaction: Interaction) -> str:
        return f"{self._provider.base}/phone/{interaction.qr}"

    async def tell_state(self, request: Request, key: str) -> Response:
        interaction = self._interaction(Session(self._provider, request), key)
        return json({"answered": interaction.phone is not None})

    async def decide(self, request: Request, key: str) -> Response:
        session, fields = Session(self._provider, request), await form(request)
        interaction = self._interaction(session, key, fields)
        login = self._provider.suffices(session.ensure(), interaction)
        if login is None:
            return see_other(f"{self._provider.base}/login/{key}")
        if fields.get("decision") != "allow":
            return see_other(self._provider.refused(key, interaction))
        return see_other(self._provider.allowed(key, interaction, login))

    async def switch(self, request: Request, key: str) -> Response:
        session = Session(self._provider, request)
        self._interaction(session, key, await form(request))
        session.forget_login()
        return session.keep(see_other(f"{self._provider.base}/login/{key}"))

    def _interaction(self, session: Session, key: str, fields: Fields | None = None) -> Interaction:
        """Raises OAuthError when it has expired, is another browser's, or the form is not one of ours."""
        interaction = self._provider.interactions.get(key)
        if interaction is None or session.browser is None or session.browser.browser_id != interaction.browser_id:
            raise GONE
        if fields is not None and not session.fits(fields):
            raise GONE
        return interaction

    def _answered(self, key: str, interaction: Interaction) -> str:
        if interaction.answer is not None:
            return interaction.answer
        if interaction.phone is Phone.APPROVED and interaction.phone_login is not None:
            return self._provider.allowed(key, interaction, interaction.phone_login)
        return self._provider.refused(key, interaction)

    def _form(self, session: Session, key: str, interaction: Interaction, status: int = 200, **told: Any) -> Response:
        values = {"typed": "", "problem": ""} | told
        return self._page("login.html", session, key, interaction, status=status, **values)

    def _consent(self, session: Session, key: str, interaction: Interaction) -> Response:
        person = self._provider.person_of(session.login)
        wanted = wanted_of(self._provider.flavour, interaction.request.scopes)
        return self._page("consent.html", session, key, interaction, person=person, wanted=wanted)

    def _page(
        self, template: str, session: Session, key: str, interaction: Interaction, status: int = 200, **values: Any
    ) -> Response:
        client = self._provider.client(interaction.request.client_id)
        values |= {"key": key, "client": client, "form_token": session.form_token}
        leads_to = interaction.request.redirect_uri
        return session.keep(self._pages.shown(template, status=status, leads_to=leads_to, **values))


async def checked(provider: Provider, fields: Fields) -> Login | None:
    """The log-in when name and password fit. Takes as long for a name that nobody has."""
    person = provider.people.named(fields.get("login", ""))
    kept = person.password_hash if person else passwords.UNKNOWN
    fits = await asyncio.to_thread(passwords.matches, fields.get("password", ""), kept)
    if person is None or not fits:
        return None
    # Whoever has a ThaiD proved at its registration who they are.
    assurance = THAID_ASSURANCE if provider.flavour.name == "thaid" else person.assurance
    return Login(person_id=person.person_id, at=int(clock.now().timestamp()), assurance=assurance)
