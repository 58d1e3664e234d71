"""Readable documentation of an API from its own OpenAPI, without any request to a third party."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

if TYPE_CHECKING:
    from jinja2 import Template

_METHODS: Final = ("get", "post", "put", "patch", "delete")


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader  # weighs 3 MB, and this page is rarely opened

    return Environment(loader=PackageLoader("shared.gateway", "templates"), autoescape=True).get_template("docs.html")


def docs_page(app: FastAPI) -> Callable[[], HTMLResponse]:
    """An endpoint that shows every operation with its parameters, bodies and answers."""

    def docs() -> HTMLResponse:
        described = app.openapi()
        page = _template().render(
            title=described["info"]["title"], source=app.openapi_url, operations=_operations(described),
            schemas=described.get("components", {}).get("schemas", {}),
        )  # fmt: skip
        return HTMLResponse(page)

    return docs


def _operations(described: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"path": path, "method": method.upper(), **item[method]}
        for path, item in described["paths"].items()
        for method in _METHODS
        if method in item
    ]
