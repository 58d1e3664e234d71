"""Tells whoever sent a message what became of it: delivery receipts over HTTP, tried a few times."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import httpx
import structlog

from sandbox.sms_gateway.behaviour import Receipts
from sandbox.sms_gateway.ledger import Ledger, Message
from sandbox.sms_gateway.settings import SmsSandboxSettings
from shared.kernel import clock

log = structlog.get_logger(__name__)

TIMEOUT: Final = httpx.Timeout(connect=2.0, read=10.0, write=5.0, pool=30.0)
LONGEST_PAUSE_SECONDS: Final = 30.0
DELIVERED, UNDELIVERED, MOBILE_OFF = "DELIVERED", "UNDELIVERED", "MOBILE_OFF"


def receipts_for(message: Message, delivered_at: datetime) -> list[dict[str, str | None]]:
    """The bodies to post, in that order, as the behaviour asked for when the message was accepted."""
    delivered = _body(message, DELIVERED, DELIVERED, delivered_at)
    undelivered = _body(message, UNDELIVERED, MOBILE_OFF, delivered_at)
    match message.receipts:
        case Receipts.NORMAL:
            return [delivered]
        case Receipts.DUPLICATE:
            return [delivered, delivered]
        case Receipts.OUT_OF_ORDER:
            return [delivered, _body(message, UNDELIVERED, MOBILE_OFF, message.at)]
        case Receipts.UNDELIVERED:
            return [undelivered]
        case Receipts.NONE:
            return []


class Reporter:
    """Lives in one event loop. A receipt not yet taken when the process ends is sent after the next start."""

    def __init__(self, settings: SmsSandboxSettings, ledger: Ledger) -> None:
        self._settings = settings
        self._ledger = ledger
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_flight = asyncio.Semaphore(settings.receipts_in_flight)
        self._http: httpx.AsyncClient | None = None

    def report(self, message: Message) -> None:
        """Begin to send the receipts of a message; needs the running loop."""
        task = asyncio.get_running_loop().create_task(self._report(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def resume(self) -> None:
        """Begin with what an earlier run left."""
        for message in self._ledger.unsettled():
            self.report(message)

    async def close(self) -> None:
        """Stop; what is not yet taken stays due."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.aclose()

    async def _report(self, message: Message) -> None:
        url = self._destination(message)
        if url is not None and message.receipts is not Receipts.NONE:
            await asyncio.sleep(self._settings.receipt_delay_seconds)
            for body in receipts_for(message, clock.now()):
                if not await self._post_until_taken(url, body):
                    log.warning("sms_sandbox.receipt_not_taken", message_id=message.message_id)
        self._ledger.settle(message.message_id)

    async def _post_until_taken(self, url: str, body: dict[str, str | None]) -> bool:
        pause = self._settings.receipt_retry_seconds
        for attempt in range(self._settings.receipt_attempts):
            if attempt:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            async with self._in_flight:
                if await self._post(url, body):
                    return True
        return False

    async def _post(self, url: str, body: dict[str, str | None]) -> bool:
        ours = self._is_ours(url)
        headers = self._headers() if ours else {}
        auth = self._auth() if ours else httpx.Auth()
        try:
            response = await self._client().post(url, json=body, headers=headers, auth=auth)
        except httpx.HTTPError:
            return False
        return response.is_success

    def _destination(self, message: Message) -> str | None:
        ours = self._settings.callback_url
        return message.callback_url or (str(ours) if ours else None)

    def _is_ours(self, url: str) -> bool:
        """The secret of our own callback is not told to an address that a request names."""
        ours = self._settings.callback_url
        return ours is not None and urlsplit(str(ours))[:2] == urlsplit(url)[:2]

    def _headers(self) -> dict[str, str]:
        name = self._settings.callback_header
        return {name: self._settings.callback_secret.get_secret_value()} if name else {}

    def _auth(self) -> httpx.Auth:
        name = self._settings.callback_username
        return httpx.BasicAuth(name, self._settings.callback_password.get_secret_value()) if name else httpx.Auth()

    def _client(self) -> httpx.AsyncClient:
        if self._http is None:
            most = self._settings.receipts_in_flight
            self._http = httpx.AsyncClient(timeout=TIMEOUT, limits=httpx.Limits(max_connections=most))
        return self._http


def _body(message: Message, status: str, code: str, at: datetime) -> dict[str, str | None]:
    return {
        "message_id": message.message_id,
        "reference": message.reference,
        "to": message.to,
        "status": status,
        "code": code,
        "at": at.isoformat(),
    }
