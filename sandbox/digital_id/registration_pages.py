"""The pages of the six steps. Whoever comes to a later one too early is led to where they are."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sandbox.digital_id import passwords, registration
from sandbox.digital_id.answers import see_other
from sandbox.digital_id.login_pages import GONE
from sandbox.digital_id.otp import OtpDesk
from sandbox.digital_id.pages import Pages
from sandbox.digital_id.provider import Provider
from sandbox.digital_id.registration import Checked, Fields, Registration, Step
from sandbox.digital_id.requests import Session, form, query
from sandbox.digital_id.store import AlreadyThere
from sandbox.sms_gateway.inbox import local_number
from shared.kernel import ids

TAKEN: Final = {
    "citizen_number": (Step.CARD, "เลขประจำตัวประชาชนนี้ลงทะเบียนแล้ว เข้าสู่ระบบได้เลย"),
    "user_name": (Step.ACCOUNT, "มีผู้ใช้ชื่อนี้แล้ว เลือกชื่ออื่น"),
    "email": (Step.ACCOUNT, "อีเมลนี้ลงทะเบียนแล้ว"),
}
KEPT: Final = ("citizen_number", "given_name", "family_name", "user_name", "email", "phone")
"""What is shown again when somebody comes back to a step."""


class RegistrationPages:
    """One flavour's registration."""

    def __init__(self, provider: Provider, pages: Pages) -> None:
        self._provider = provider
        self._pages = pages
        self._otps = OtpDesk(provider)

    def routes(self) -> APIRouter:
        router = APIRouter(prefix=f"/{self._provider.flavour.name}/register")
        router.add_api_route("", self.begin, methods=["GET"])
        router.add_api_route("/{step}", self.show, methods=["GET"])
        router.add_api_route("/{step}", self.submit, methods=["POST"])
        return router

    async def begin(self, request: Request) -> Response:
        """From the top, for a browser that has nothing begun; `log-in` names the interaction to go back to."""
        session = Session(self._provider, request)
        browser = session.ensure()
        begun = self._provider.registrations.get(browser.browser_id)
        fresh = begun is None or begun.done
        if fresh or "log-in" in query(request):
            kept = Registration() if begun is None or begun.done else begun
            self._keep(session, kept.model_copy(update={"interaction": query(request).get("log-in")}))
        return session.keep(see_other(self._address(Step.TERMS if fresh else self._of(session).step)))

    async def show(self, request: Request, step: Step) -> Response:
        session = Session(self._provider, request)
        begun = self._of(session)
        if step.number > begun.step.number or begun.done is not (step is Step.DONE):
            return see_other(self._address(begun.step))
        return self._page(session, step, begun, {})

    async def submit(self, request: Request, step: Step) -> Response:
        session, fields = Session(self._provider, request), await form(request)
        if not session.fits(fields):
            raise GONE
        begun = self._of(session)
        if step.number > begun.step.number or begun.done:
            return see_other(self._address(begun.step))
        if step is Step.CHECK:
            return self._confirmed(session, begun)
        checked = await self._checked(session, step, begun, fields)
        changed = begun.model_copy(update=checked.values if not checked.problems else _tried(checked))
        self._keep(session, changed)
        if checked.problems:
            return self._page(session, step, changed, fields, checked.problems)
        waits = step is Step.PHONE and changed.phone is None
        return see_other(self._address(step if waits else _after(step, changed)))

    async def _checked(self, session: Session, step: Step, begun: Registration, fields: Fields) -> Checked:
        match step:
            case Step.TERMS:
                return registration.check_terms(fields)
            case Step.CARD:
                return self._untaken(registration.check_card(fields))
            case Step.ACCOUNT:
                return await self._account(begun, fields)
            case _:
                return await self._otps.checked(session, begun, fields)

    async def _account(self, begun: Registration, fields: Fields) -> Checked:
        checked = self._untaken(registration.check_account(fields, begun.password_hash is not None))
        if checked.problems or not fields.get("password"):
            return checked
        password_hash = await asyncio.to_thread(passwords.hashed, fields["password"])
        return Checked({**checked.values, "password_hash": password_hash})

    def _untaken(self, checked: Checked) -> Checked:
        """What somebody else has already is a problem too."""
        taken = {
            name: TAKEN[name][1]
            for name in TAKEN
            if checked.values.get(name) and self._provider.people.having(name, checked.values[name])
        }
        return Checked(checked.values, taken | checked.problems)

    def _confirmed(self, session: Session, begun: Registration) -> Response:
        """Once: a second press finds it done."""
        try:
            self._provider.people.add(begun.person(str(ids.new_id())))
        except AlreadyThere as there:
            step, problem = TAKEN[there.field]
            return self._page(session, step, begun, {}, {there.field: problem})
        self._keep(session, Registration(interaction=begun.interaction, done=True))
        return see_other(self._address(Step.DONE))

    def _of(self, session: Session) -> Registration:
        browser = session.browser
        return (self._provider.registrations.get(browser.browser_id) if browser else None) or Registration()

    def _keep(self, session: Session, begun: Registration) -> None:
        self._provider.registrations.put(session.ensure().browser_id, begun)

    def _address(self, step: Step) -> str:
        return f"{self._provider.base}/register/{step}"

    def _page(
        self,
        session: Session,
        step: Step,
        begun: Registration,
        typed: Fields,
        problems: dict[str, str] | None = None,
    ) -> Response:
        session.ensure()
        values: dict[str, Any] = {"step": step, "begun": begun, "problems": problems or {}}
        values["typed"] = _shown(begun) | dict(typed)
        values |= {"form_token": session.form_token, "back_to": self._log_in_of(session, begun)}
        values["otp_minutes"] = self._otps.minutes
        status = 422 if problems else 200
        return session.keep(self._pages.shown(f"register_{step}.html", status=status, **values))

    def _log_in_of(self, session: Session, begun: Registration) -> str | None:
        """Where the log-in goes on that led here, while it waits."""
        key = begun.interaction
        interaction = self._provider.interactions.get(key) if key else None
        if interaction is None or interaction.browser_id != session.ensure().browser_id:
            return None
        return f"{self._provider.base}/login/{key}"


def _shown(begun: Registration) -> dict[str, str]:
    kept = {name: getattr(begun, name) or "" for name in KEPT}
    return kept | {"phone": local_number(begun.phone) if begun.phone else ""}


def _after(step: Step, changed: Registration) -> Step:
    """On to the next step; back to the check for who only mended something."""
    return changed.step if changed.step is Step.CHECK else list(Step)[step.number]


def _tried(checked: Checked) -> dict[str, Any]:
    """Of what was refused only the count of wrong codes is kept."""
    return {name: value for name, value in checked.values.items() if name == "otp"}
