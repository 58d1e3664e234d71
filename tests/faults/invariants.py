"""What must hold after any fault, once everything is quiet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

import httpx
import sqlalchemy as sa
from minio import Minio

from khamrong.auditing import logs
from khamrong.stack import Stack
from services.tracking.projections import petition
from shared.eventlog.chain import verify
from shared.kernel.database import connect
from shared.messaging.topology import FACTS

QUIET_SECONDS = 240.0


def is_quiet(stack: Stack, filed: int) -> bool:
    """All facts published, handled and projected; all queues empty."""
    return _relayed(stack) and _projected(stack) and _rendered(stack) >= filed and not any(depths(stack).values())


def depths(stack: Stack) -> dict[str, int]:
    """Messages per queue, ready or unacknowledged."""
    listed = stack.broker.ctl("list_queues", "--quiet", "name", "messages", "--formatter", "json")
    known = {queue.name for queue in FACTS.queues()}
    return {row["name"]: row["messages"] for row in json.loads(listed) if row["name"] in known}


def scalar(stack: Stack, service: str, sql: str) -> Any:
    """The answer of a question to a service's database."""
    engine = connect(stack.settings[f"KHAMRONG_{service.upper()}_DATABASE_URL"], size=1, role=None)
    with engine.connect() as connection:
        answer = connection.execute(sa.text(sql)).scalar()
    engine.dispose()
    return answer


def assert_numbers(numbers: list[str]) -> None:
    """Unique and gapless from 1, in one series."""
    running = sorted(int(number[-6:]) for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert running == list(range(running[0], running[0] + len(running)))


def assert_one_sms_each(client: httpx.Client, numbers: list[str]) -> None:
    """The sandbox's phones got exactly one text for each number."""
    texts = [message["text"] for message in client.get("/sandbox/sms/messages").raise_for_status().json()]
    sent = Counter(word for text in texts for word in text.split() if word in set(numbers))
    assert sent == Counter(numbers)


def assert_one_form_each(stack: Stack, numbers: list[str]) -> None:
    """One `document.rendered` for each petition, and its file in the S3 server."""
    rendered = _rendered(stack)
    assert rendered == len(numbers)
    settings = stack.settings
    store = Minio(
        settings["KHAMRONG_S3_ENDPOINT"],
        settings["KHAMRONG_S3_ACCESS_KEY"],
        settings["KHAMRONG_S3_SECRET_KEY"],
        secure=False,
    )
    assert sum(1 for _ in store.list_objects("khamrong", prefix="forms/", recursive=True)) == len(numbers)


def assert_tracking_is_the_fold(stack: Stack) -> None:
    """Every row of tracking equals the fold of all facts of all logs."""
    rows: dict[Any, Any] = {}
    for feed in logs.feeds().values():
        position = 0
        while page := feed.after(position, 500):
            for envelope in page:
                if (key := petition.key(envelope)) is not None:
                    rows[key] = petition.apply(rows.get(key), envelope)
            position = page[-1].position
    stored = stored_rows(stack)
    assert {key: comparable(row) for key, row in rows.items()} == {key: comparable(row) for key, row in stored.items()}


def stored_rows(stack: Stack) -> dict[Any, Mapping[str, Any]]:
    """Tracking's rows by petition."""
    engine = connect(stack.settings["KHAMRONG_TRACKING_DATABASE_URL"], size=1)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(petition.TABLE)).mappings().all()
    engine.dispose()
    return {row["petition_id"]: row for row in rows}


def comparable(row: Mapping[str, Any]) -> str:
    """Equal rows have equal text."""
    return json.dumps(dict(row), sort_keys=True, default=str, ensure_ascii=False)


def assert_chains_hold(stack: Stack) -> None:
    """Every log verifies."""
    for name, engine in logs.engines().items():
        with engine.connect() as connection:
            assert verify(connection).broken_at is None, name


def khamrong(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line on the stack's folder."""
    command = [sys.executable, "-m", "khamrong", "--data", str(stack.folder), *arguments]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KHAMRONG_")}
    return subprocess.run(command, env=clean, capture_output=True, text=True, timeout=120, check=False)


def _rendered(stack: Stack) -> int:
    return int(scalar(stack, "documents", "SELECT count(*) FROM eventlog.facts WHERE type = 'document.rendered'"))


def _relayed(stack: Stack) -> bool:
    behind = "SELECT (SELECT position FROM eventlog.head) - (SELECT position FROM messaging.relay)"
    return all(scalar(stack, service, behind) == 0 for service in ("intake", "notification", "documents"))


def _projected(stack: Stack) -> bool:
    return khamrong(stack, "projection", "status").returncode == 0
