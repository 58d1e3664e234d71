"""What routes read of a request: its form, its query, its browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request, Response

from sandbox.digital_id.grants import Browser, Login
from sandbox.digital_id.oauth import OAuthError
from sandbox.digital_id.provider import SESSION_LIFETIME, Provider
from shared.kernel import ids
from shared.kernel.secrets import keyed_hash, same

MOST_OCTETS: Final = 65_536
MOST_FIELDS: Final = 40


async def form(request: Request) -> dict[str, str]:
    """The fields of a form-encoded body; a repeated field counts as an error (RFC 6749 §3.1). Raises OAuthError."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_OCTETS:
            raise OAuthError("invalid_request", f"a request has at most {MOST_OCTETS} octets", 413)
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "send a form", 415)
    return fields_of(bytes(body))


def query(request: Request) -> dict[str, str]:
    """The fields of the query. Raises OAuthError."""
    return fields_of(request.scope.get("query_string", b""))


def fields_of(encoded: bytes) -> dict[str, str]:
    """Each field once; those without a value are as if not sent. Raises OAuthError."""
    try:
        pairs = parse_qsl(encoded.decode("ascii"), errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise OAuthError("invalid_request", "the fields cannot be read") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise OAuthError("invalid_request", "a field is there twice")
    return fields


class Session:
    """A request's browser: found by its cookie, or new."""

    def __init__(self, provider: Provider, request: Request) -> None:
        self._provider = provider
        self.key = request.cookies.get(self._cookie, "")
        self.browser = provider.browsers.get(self.key) if self.key else None

    @property
    def _cookie(self) -> str:
        return f"digital_id_{self._provider.flavour.name}"

    @property
    def login(self) -> Login | None:
        return self.browser.login if self.browser else None

    @property
    def form_token(self) -> str:
        """Stands in every form: whoever cannot read the page does not know it."""
        return keyed_hash(self.key.encode(), "form")

    def ensure(self) -> Browser:
        """The browser; one that was not known gets a session."""
        if self.browser is None:
            return self._renew(Browser(browser_id=ids.new_handle()))
        return self.browser

    def log_in(self, login: Login) -> Browser:
        """Under a new key: whoever knew the old one has nothing."""
        return self._renew(Browser(browser_id=self.ensure().browser_id, login=login))

    def log_out(self) -> None:
        self._renew(Browser(browser_id=ids.new_handle()))

    def forget_login(self) -> None:
        """Somebody else is going to log in for what this browser has begun."""
        self._renew(Browser(browser_id=self.ensure().browser_id))

    def fits(self, fields: Mapping[str, str]) -> bool:
        """Whether the form came from one of our own pages in this browser."""
        return self.browser is not None and same(fields.get("form_token", ""), self.form_token)

    def keep(self, response: Response) -> Response:
        """The response with the cookie."""
        secure = self._provider.base.startswith("https:")
        path = "/" + self._provider.base.split("/", 3)[3]
        age = int(SESSION_LIFETIME.total_seconds())
        response.set_cookie(
            self._cookie, self.key, max_age=age, path=path, secure=secure, httponly=True, samesite="lax"
        )
        return response

    def _renew(self, browser: Browser) -> Browser:
        if self.key:
            self._provider.browsers.remove(self.key)
        self.key, self.browser = ids.new_secret(), browser
        self._provider.browsers.put(self.key, browser)
        return browser
