"""What every process counts (RED: rate, errors, duration). Labels never hold ids."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

REQUESTS: Final = Counter("khamrong_requests_total", "HTTP requests", ["service", "route", "method", "status"])
DURATION: Final = Histogram("khamrong_request_seconds", "Duration of HTTP requests", ["service", "route"])
LOG_HEAD: Final = Gauge("khamrong_log_head", "Position of the last fact of a log", ["service"])
