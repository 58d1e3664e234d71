"""Health and metrics of a process without a gateway: a worker, a relay. Works with threads and with green threads."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.observing import health

_JSON: Final = "application/json"


def start_probe(checks: Mapping[str, health.Check], host: str, port: int) -> None:
    """Answer `/health/live`, `/health/ready` and `/metrics` from a thread; port 0: not at all."""
    if not port:
        return
    server = ThreadingHTTPServer((host, port), partial(_Probe, checks))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="probe", daemon=True).start()


class _Probe(BaseHTTPRequestHandler):
    def __init__(self, checks: Mapping[str, health.Check], *arguments: Any) -> None:
        self._checks = checks
        super().__init__(*arguments)

    def do_GET(self) -> None:
        match self.path:
            case "/health/live":
                self._answer(200, _JSON, b'{"status":"ok"}')
            case "/health/ready":
                down = health.down(self._checks)
                body = json.dumps({"status": "unavailable" if down else "ok", "down": down})
                self._answer(503 if down else 200, _JSON, body.encode())
            case "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest())
            case _:
                self._answer(404, _JSON, b'{"status":"not found"}')

    def log_message(self, *_: object) -> None:
        """Probes come every few seconds; they are not logged."""

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
