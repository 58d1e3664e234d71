"""The portal's pages: how long its server takes for each, beside an answer of its own that does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Final

import httpx
import stamina

from benchmarks.table import Figure
from khamrong.stack import Stack
from khamrong.trial import SAMPLE
from shared.kernel import ids
from shared.kernel.clock import monotonic

BUDGET_MS: Final = 50.0
TIMES: Final = 30
PAGES: Final = {
    "choosing an authority": "/",
    "an authority's home": "/kathu/",
    "filing: petition and petitioner": "/kathu/petitions/new/details",
    "filing: review": "/kathu/petitions/new/review",
    "a petition's status": "/t/{code}",
    "rating": "/t/{code}/rate",
}


def figures(stack: Stack, port: int) -> Iterator[Figure]:
    """One client, one request at a time, straight to the portal's process; each page warm. Milliseconds."""
    code = _filed(port)
    with httpx.Client(base_url=f"http://127.0.0.1:{stack.processes['portal-api'].port}") as client:
        client.cookies = _begun(client)
        nothing = _median_ms(client, "/health/live")
        for name, path in PAGES.items():
            took = _median_ms(client, path.format(code=code))
            met = took <= BUDGET_MS
            yield Figure(f"page: {name}", took, "ms", "nothing to do", nothing, f"≤ {BUDGET_MS:.0f} ms", met)


def _median_ms(client: httpx.Client, path: str) -> float:
    times = []
    for _ in range(TIMES):
        began = monotonic()
        client.get(path).raise_for_status()
        times.append((monotonic() - began) * 1000)
    return median(times)


def _begun(client: httpx.Client) -> httpx.Cookies:
    """The cookies of somebody who is filing, sent over plain HTTP as well."""
    page = client.get("/kathu/petitions/new")
    token = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    cookies = {each.name: each.value or "" for each in page.cookies.jar}
    headers = {"Sec-Fetch-Site": "same-origin"}
    form = {"csrf": token, "action": "start"}
    begun = client.post("/kathu/petitions/new", data=form, cookies=cookies, headers=headers)
    return httpx.Cookies(cookies | {each.name: each.value or "" for each in begun.cookies.jar})


def _filed(port: int) -> str:
    base = f"http://127.0.0.1:{port}/api"
    key = {"Idempotency-Key": str(ids.new_id())}
    code = str(httpx.post(f"{base}/intake/v1/petitions", json=SAMPLE, headers=key).json()["tracking_code"])
    for attempt in stamina.retry_context(on=httpx.HTTPStatusError, timeout=30, attempts=None, wait_initial=0.1):
        with attempt:
            httpx.get(f"{base}/tracking/v1/t/{code}").raise_for_status()
    return code
