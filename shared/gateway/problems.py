"""Errors over HTTP: RFC 9457 `application/problem+json`, in Thai where a citizen reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from shared.observing.logs import traceback

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = 5
_TITLES: Final = {
    400: "คำขอไม่ถูกต้อง",
    401: "ต้องเข้าสู่ระบบ",
    403: "ไม่มีสิทธิ์ดำเนินการ",
    404: "ไม่พบข้อมูล",
    405: "ไม่รองรับวิธีเรียกนี้",
    409: "ดำเนินการไม่ได้ในสถานะนี้",
    413: "ข้อมูลมีขนาดใหญ่เกินไป",
    415: "ไม่รองรับไฟล์ประเภทนี้",
    422: "ข้อมูลไม่ถูกต้อง",
    429: "เรียกใช้งานถี่เกินไป",
    500: "ระบบขัดข้อง",
    503: "ระบบไม่พร้อมให้บริการชั่วคราว",
}
_UNCLEAR: Final = {
    "missing": "กรุณาระบุข้อมูลนี้",
    "json_invalid": "รูปแบบ JSON ไม่ถูกต้อง",
    "greater_than_equal": "ต้องไม่น้อยกว่า {ge}",
    "less_than_equal": "ต้องไม่เกิน {le}",
}
"""What is wrong with a field, by pydantic's name of the error."""
_log = structlog.get_logger(__name__)


class FieldProblem(BaseModel):
    """What is wrong with one field; `field` is a path like `petitioner.phone`."""

    field: str
    message: str


class ProblemDetail(BaseModel):
    """The body of an error."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None


class Problem(Exception):
    """Raised anywhere below an endpoint to answer with an error."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        kind: str = "about:blank",
        errors: Sequence[FieldProblem] | None = None,
        headers: Mapping[str, str] | None = None,
        **extensions: Any,
    ) -> None:
        super().__init__(f"{status} {kind}")
        self.status, self.detail, self.kind = status, detail, kind
        self.errors, self.headers, self.extensions = errors, headers, extensions

    def response(self) -> JSONResponse:
        """The answer, with the problem's extension members beside the standard ones."""
        body: dict[str, Any] = {
            "type": self.kind,
            "title": _TITLES.get(self.status, "เกิดข้อผิดพลาด"),
            "status": self.status,
            "detail": self.detail,
            **self.extensions,
        }
        if self.errors is not None:
            body["errors"] = [error.model_dump() for error in self.errors]
        headers = {"Cache-Control": "no-store", **(self.headers or {})}
        return JSONResponse(body, self.status, headers, media_type=MEDIA_TYPE)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem responses of an endpoint, for its OpenAPI."""
    schema = {"schema": {"$ref": "#/components/schemas/ProblemDetail"}}
    return {status: {"description": _TITLES[status], "content": {MEDIA_TYPE: schema}} for status in statuses}


def add_schema(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document with the schema that `responses` refers to."""
    schema = ProblemDetail.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = schema.pop("$defs", {})
    document.setdefault("components", {}).setdefault("schemas", {}).update({"ProblemDetail": schema, **parts})
    return document


def schemas() -> dict[str, Any]:
    """The schemas that the problem responses refer to."""
    schema = ProblemDetail.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "ProblemDetail": schema}


def install(app: FastAPI) -> None:
    """Make every error that is raised below an endpoint a problem; none shows data, SQL or a trace."""
    described = app.openapi
    app.openapi = lambda: add_schema(described())  # type: ignore[method-assign]
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for outage in (OperationalError, InterfaceError, PoolTimeout):
        app.add_exception_handler(outage, _unavailable)


async def _problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return error.response()


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = [FieldProblem(field=_path(found["loc"]), message=_message(found)) for found in error.errors()]
    return Problem(422, "กรุณาตรวจสอบข้อมูลที่ระบุไว้", errors=errors).response()


def _path(location: Sequence[int | str]) -> str:
    """`petitioner.phone`; a place in a text that is no JSON is the body's."""
    if location[0] == "body" and len(location) > 1 and isinstance(location[1], int):
        return "body"
    inner = location[1:] if len(location) > 1 else location
    return ".".join(str(part) for part in inner)


def _message(found: Mapping[str, Any]) -> str:
    return _UNCLEAR.get(found["type"], "รูปแบบข้อมูลไม่ถูกต้อง").format_map(found.get("ctx", {}))


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 413:
        return too_large().response()
    return Problem(error.status_code, _TITLES.get(error.status_code, "เกิดข้อผิดพลาด"), headers=error.headers).response()


async def _unavailable(request: Request, error: Exception) -> JSONResponse:
    _log.error("database_unavailable", path=request.url.path, error=type(error).__name__)
    wait = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return Problem(503, "ระบบไม่พร้อมให้บริการชั่วคราว กรุณาลองใหม่อีกครั้ง", headers=wait).response()


def too_large() -> Problem:
    """413: more octets than any request of this gateway needs."""
    return Problem(413, "ข้อมูลที่ส่งมีขนาดใหญ่เกินกว่าที่ระบบรับได้", headers={"Connection": "close"})


def unexpected(path: str, error: Exception) -> Problem:
    """500 for what nobody expected; where it happened is in the log, without texts or data."""
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    where = traceback((type(error), error, error.__traceback__))
    _log.error("unexpected_error", path=path, error=type(error).__name__, sqlstate=state, where=where)
    return Problem(500, "ระบบขัดข้อง กรุณาลองใหม่อีกครั้ง")
