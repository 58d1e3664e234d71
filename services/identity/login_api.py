"""The HTTP gateway of identity, for browsers: to a provider and back. Nothing here answers with a token."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from services.identity import cookies
from services.identity.login import Answer, LoginRefused, ReturnNotAllowed
from services.identity.login import Problem as LoginProblem
from services.identity.persons import identity_of
from services.identity.wiring import BASE, Identity
from shared.gateway.limits.door import TooManyFailures
from shared.gateway.problems import Problem, responses

LOGIN_PAGE: Final = "/login"
"""The portal's page; it is told `?problem=` when a login came to nothing; `&wait=` seconds, if it was one too many."""

LOGGED_OUT_PAGE: Final = "/logged-out"
"""The portal's page for who has logged out."""

_HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_TEXT: Final = Query(max_length=4096)
_AWAY: Final[dict[int | str, Any]] = {
    303: {"description": "To the provider, back to the page, or to `/login?problem=`"}
}
router = APIRouter(prefix=BASE, tags=["login"])


class ProviderView(BaseModel):
    """A way to log in: `GET /login/{code}`."""

    code: str
    label: str


@router.get("/providers", summary="The providers by which people can log in")
def providers(request: Request) -> list[ProviderView]:
    """In the order of the settings; empty where nobody can log in."""
    return [ProviderView(code=code, label=each.label) for code, each in identity_of(request).logins.providers.items()]


@router.get(
    "/login/{provider}",
    status_code=303,
    response_class=RedirectResponse,
    responses=responses(400, 404) | _AWAY,
    summary="Log in: sends the browser to the provider",
)
def login(request: Request, provider: str, return_to: Annotated[str, Query(max_length=500)] = "/") -> RedirectResponse:
    """`return_to` is a page of this site. A provider that does not answer leads to `/login?problem=unavailable`; too
    many logins lead to `/login?problem=too-many`, which is a 429."""
    identity = identity_of(request)
    try:
        identity.limits.begin(_client(request))
        begun = identity.logins.begin(provider, return_to)
    except TooManyFailures as closed:
        return _to_login_page(identity, LoginProblem.TOO_MANY, closed.retry_after)
    except KeyError:
        raise Problem(404, "ไม่รู้จักผู้ให้บริการยืนยันตัวตนนี้") from None
    except ReturnNotAllowed:
        raise Problem(400, "กลับไปยังหน้านี้ไม่ได้", kind="urn:khamrong:return-not-allowed") from None
    except LoginRefused as refused:
        return _to_login_page(identity, refused.problem)
    response = RedirectResponse(begun.address, 303, _HEADERS)
    cookies.keep_login(response, begun.cookie, identity.settings.public_url)
    return response


@router.get(
    "/callback/{provider}",
    status_code=303,
    response_class=RedirectResponse,
    responses=responses(404) | _AWAY,
    summary="The provider's answer",
)
def callback(
    request: Request,
    provider: str,
    state: Annotated[str, _TEXT] = "",
    code: Annotated[str | None, _TEXT] = None,
    error: Annotated[str | None, _TEXT] = None,
    iss: Annotated[str | None, _TEXT] = None,
) -> RedirectResponse:
    """To the wanted page, with a one-time cookie that the portal exchanges within a minute (`POST /sessions`)."""
    identity = identity_of(request)
    cookie, answer = cookies.login_of(request, identity.settings.public_url), Answer(code, error, iss)
    try:
        counted = identity.limits.answer(_client(request))
        done = identity.logins.finish(provider, state, cookie, answer, request.state.correlation_id)
    except TooManyFailures as closed:
        return _to_login_page(identity, LoginProblem.TOO_MANY, closed.retry_after)
    except KeyError:
        raise Problem(404, "ไม่รู้จักผู้ให้บริการยืนยันตัวตนนี้") from None
    except LoginRefused as refused:
        return _to_login_page(identity, refused.problem)
    counted.succeeded()
    response = RedirectResponse(identity.settings.public_url + done.return_to, 303, _HEADERS)
    cookies.forget_login(response, identity.settings.public_url)
    cookies.keep_handover(response, done.handover, identity.settings.public_url)
    return response


@router.get(
    "/logged-out/{provider}",
    status_code=303,
    response_class=RedirectResponse,
    responses=responses(400) | {303: {"description": "To the page that says so"}},
    summary="Back from the provider's logout",
)
def logged_out(request: Request, provider: str, state: Annotated[str, _TEXT] = "") -> RedirectResponse:
    """400 for whoever was not sent to the provider by us."""
    identity = identity_of(request)
    if not identity.logouts.finish(provider, state):
        raise Problem(400, "การออกจากระบบนี้ไม่ได้เริ่มจากที่นี่ หรือสิ้นสุดไปแล้ว", kind="urn:khamrong:logout-unknown")
    return RedirectResponse(f"{identity.settings.public_url}{LOGGED_OUT_PAGE}", 303, _HEADERS)


def _to_login_page(identity: Identity, problem: LoginProblem, wait: int = 0) -> RedirectResponse:
    """The page says what happened; with `wait`, for how many seconds it is no use to try again."""
    told = {"problem": problem.value, **({"wait": wait} if wait else {})}
    headers = {**_HEADERS, **({"Retry-After": str(wait)} if wait else {})}
    response = RedirectResponse(f"{identity.settings.public_url}{LOGIN_PAGE}?{urlencode(told)}", 303, headers)
    cookies.forget_login(response, identity.settings.public_url)
    return response


def _client(request: Request) -> str:
    return request.client.host if request.client else ""
