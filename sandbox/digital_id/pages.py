"""The pages: templates, and the headers that go with every one of them."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from sandbox.digital_id.oauth import OAuthError
from sandbox.digital_id.person import printed_number
from sandbox.digital_id.settings import DigitalIdSettings
from sandbox.sms_gateway.inbox import local_number

TEMPLATES: Final = Environment(
    loader=PackageLoader("sandbox.digital_id"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
TEMPLATES.filters |= {"printed_number": printed_number, "local_number": local_number}
REASONS: Final = {
    "invalid_client": "ไม่รู้จักบริการที่ส่งท่านมา (client_id)",
    "invalid_request": "บริการที่ส่งท่านมาส่งคำขอไม่ถูกต้อง",
    "session": "หน้านี้หมดอายุ หรือเปิดจากอุปกรณ์อื่น",
}


class Pages:
    """Renders the pages of one flavour, or of the entrance when `title` is empty."""

    def __init__(self, settings: DigitalIdSettings, name: str = "", title: str = "") -> None:
        self._settings = settings
        self._known = {"root": settings.url, "base": f"{settings.url}/{name}" if name else settings.url}
        self._known |= {"flavour": name, "provider": title, "sms_page": settings.sms_page}

    def shown(self, template: str, *, status: int = 200, leads_to: str = "", **values: Any) -> HTMLResponse:
        """The page. `leads_to` is where its form may end in a redirect, which browsers hold against form-action."""
        html = TEMPLATES.get_template(template).render(self._known | values)
        return HTMLResponse(html, status, headers=headers(leads_to))

    def refusal(self, refusal: OAuthError) -> HTMLResponse:
        """Told to the person, because there is no client that may be told."""
        reason = REASONS.get(refusal.error, REASONS["invalid_request"])
        return self.shown("refusal.html", status=refusal.status, reason=reason, detail=refusal.description)


def headers(leads_to: str = "") -> dict[str, str]:
    """No inline code, nothing from elsewhere, kept by nobody."""
    split = urlsplit(leads_to)
    elsewhere = f" {split.scheme}://{split.netloc}" if split.netloc else ""
    return {
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        f"img-src 'self'; form-action 'self'{elsewhere}; base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
