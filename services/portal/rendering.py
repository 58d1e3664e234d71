"""Pages: templates in the reader's language, with the links, dates and tokens that every page needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.portal import dates, links
from services.portal.cookies import read_cookie, set_cookie
from services.portal.security import VISITOR, VISITOR_SECONDS, token_for
from services.portal.settings import PortalSettings
from services.portal.texts.catalogue import LANGUAGES, Language, translations
from services.portal.texts.gateway_messages import in_language
from services.portal.visitor import account_of
from shared.contracts.authority import AuthorityConfigured
from shared.kernel import ids
from shared.kernel.phones import national

TEMPLATES: Final = Path(__file__).parent / "templates"
LANGUAGE: Final = "language"
_KILOBYTE: Final = 1024
_MEGABYTE: Final = 1024 * 1024


def render(
    request: Request, template: str, *, authority: AuthorityConfigured | None = None, status: int = 200, **told: Any
) -> HTMLResponse:
    """A page as an answer. Never kept by browsers or proxies: it carries a token, and may tell personal things."""
    settings: PortalSettings = request.app.state.portal.settings
    visitor = read_cookie(request, settings, VISITOR) or ids.new_key().hex()
    context = {**_of(request, authority), "csrf": token_for(settings, visitor), "tiles": settings.tiles_url, **told}
    page = HTMLResponse(text_of(request, template, context), status, {"Cache-Control": "no-store"})
    set_cookie(page, settings, VISITOR, visitor, VISITOR_SECONDS)
    return page


def text_of(request: Request, template: str, context: Mapping[str, Any]) -> str:
    """A template, or a part of a page, in the reader's language."""
    return environment(language_of(request)).get_template(template).render(context)


def language_of(request: Request) -> Language:
    """What the reader chose; Thai until then."""
    chosen = request.cookies.get(LANGUAGE)
    return next((each for each in LANGUAGES if each == chosen), "th")


def translate_all(request: Request, messages: Mapping[str, str]) -> dict[str, str]:
    """What a gateway says of fields, in the reader's language."""
    told = in_words_of(language_of(request))
    return {field: told(message) for field, message in messages.items()}


def translate(request: Request, message: str) -> str:
    """A text of ours or of a gateway, in the reader's language; of nothing there is no translation."""
    return in_words_of(language_of(request))(message) if message else ""


def in_words_of(language: Language) -> Callable[[str], str]:
    """How texts are told in a language: those of the portal, and those of gateways, who speak Thai."""
    gettext = translations(language).gettext
    return gettext if language == "th" else partial(in_language, gettext=gettext)


@cache
def environment(language: Language) -> Environment:
    """The templates in a language. What a template does not know is an error, not an empty place."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        auto_reload=False,
    )
    texts = translations(language)
    made.install_gettext_callables(texts.gettext, texts.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals["lang"] = language
    made.globals["named"] = partial(named, language)
    made.filters["day"] = partial(_in, dates.day, language)
    made.filters["short_day"] = partial(_in, dates.short_day, language)
    made.filters["short_moment"] = partial(_in, dates.short_moment, language)
    made.filters["day_or_text"] = partial(_in, dates.day_or_text, language)
    made.filters["moment"] = partial(_in, dates.moment, language)
    made.filters["month"] = partial(_in, dates.month, language)
    made.filters["short_month"] = partial(_in, dates.short_month, language)
    made.filters["fiscal_months"] = partial(_in, dates.fiscal_months, language)
    made.filters["phone"] = national
    made.filters["tr"] = texts.gettext
    made.filters["octets"] = octets
    return made


def named(language: Language, thing: Any, attribute: str = "name") -> str:
    """A name in the reader's language; the Thai one where there is no English."""
    english = getattr(thing, "name_en" if attribute in ("name", "name_th") else f"{attribute}_en", None)
    return str(english if language == "en" and english else getattr(thing, attribute))


def octets(size: int) -> str:
    """How large a file is, as people are told: `312 KB`, `4.8 MB`."""
    if size < _MEGABYTE:
        return f"{max(1, round(size / _KILOBYTE))} KB"
    return f"{size / _MEGABYTE:.1f} MB"


def _in(write: Callable[[Any, Language], str], language: Language, value: Any) -> str:
    return write(value, language)


def _of(request: Request, authority: AuthorityConfigured | None) -> dict[str, Any]:
    return {
        "request": request,
        "here": request.url.path,
        "authority": authority,
        "account": account_of(request),
        "link": partial(links.link, request),
        "at": partial(links.at, request, authority) if authority else None,
        "in_language": partial(links.in_language, request),
        "static": partial(links.static, request),
    }
