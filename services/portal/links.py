"""Where pages are: below a path prefix, and on an authority's own domain without its code."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from fastapi import Request

from shared.contracts.authority import AuthorityConfigured

STATIC: Final = Path(__file__).parent / "static"
_LONGEST_ADDRESS: Final = 300
_NOT_PAGES: Final = ("/api/", "/sandbox/", "/login", "/logout", "/logged-out", "/health/", "/metrics", "/static/")
LANGUAGE_ASKED: Final = "lang"
_ONCE: Final = frozenset({LANGUAGE_ASKED, "done", "told"})
"""What an address says only once: it is not said again in another language."""
_LONGEST_QUERY: Final = 2000
OWN_DOMAIN: Final = "own_domain"
"""In a request's state: the code of the authority whose own domain was asked."""


def link(request: Request, path: str, **query: str) -> str:
    """The address of a page that belongs to no authority; `path` begins with a slash."""
    root = str(request.scope.get("root_path", ""))
    return root + path + (f"?{urlencode(query)}" if query else "")


def at(request: Request, authority: AuthorityConfigured, path: str = "", **query: str) -> str:
    """The address of a page of an authority; `path` begins without a slash."""
    on_own_domain = getattr(request.state, OWN_DOMAIN, None) == authority.code
    return link(request, f"/{path}" if on_own_domain else f"/{authority.code}/{path}", **query)


def in_language(request: Request, language: str) -> str:
    """The page at hand in another language: with all that its own address asks for, and nothing else."""
    kept = [each for each in request.query_params.multi_items() if each[0] not in _ONCE]
    whole = urlencode([*kept, (LANGUAGE_ASKED, language)])
    return f"?{whole if len(whole) <= _LONGEST_QUERY else urlencode({LANGUAGE_ASKED: language})}"


def is_page(path: str) -> bool:
    """Whether an address that came from outside is a page of this site, in no disguise of another one's."""
    plain = path.startswith("/") and not path.startswith("//") and len(path) <= _LONGEST_ADDRESS
    odd = "\\" in path or any(character <= " " or character == "\x7f" for character in path)
    return plain and not odd and not path.startswith(_NOT_PAGES)


def static(request: Request, name: str) -> str:
    """The address of a file in `static/`; it changes with the content, so that browsers keep it for ever."""
    return link(request, f"/static/{name}", v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
