"""Filings a second through HTTP, against pgbench doing the same append as one statement on the same server."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from typing import Final

import sqlalchemy as sa

from benchmarks import http_load
from benchmarks.table import Figure
from shared.kernel.database import connect

CLIENTS: Final = 32
ROUNDS: Final = 3
FILINGS: Final = 3_000
PGBENCH_SECONDS: Final = 5
SHARE: Final = 0.25

# One fact a statement, the data of a filing, in a log of its own database on the same server.
_SCRIPT: Final = """\\set n random(1, 1000000000)
SELECT eventlog.append(jsonb_build_array(jsonb_build_object(
  'event_id', gen_random_uuid(), 'stream', 'petition-' || gen_random_uuid(), 'version', 1, 'type', 'petition.filed',
  'schema_version', 1, 'actor', 'petitioner', 'authority', 'kathu', 'correlation_id', gen_random_uuid(),
  'causation_id', null, 'data', '{data}'::jsonb)));
"""


def figures(port: int, intake_url: str, reference_url: str) -> list[Figure]:
    """Rounds of both in turn; the medians. `reference_url` is a database with an empty log on the same server."""
    data = _data_of_a_filing(port, intake_url)
    loads, references = [], []
    for _ in range(ROUNDS):
        loads.append(http_load.run(port, http_load.filings(FILINGS, f"127.0.0.1:{port}"), CLIENTS))
        references.append(pgbench(reference_url, data))
    rate, reference = median(load.rate for load in loads), median(references)
    for load in loads:
        assert load.statuses[201] == FILINGS, load.statuses
    middle = sorted(loads, key=lambda load: load.rate)[len(loads) // 2]
    return [
        Figure(
            f"filings through HTTP, {CLIENTS} clients", rate, "/s",
            f"pgbench, {CLIENTS} clients, one append a statement", reference,
            f"ratio ≥ {SHARE}", rate >= SHARE * reference,
        ),
        Figure("… 50th percentile", middle.percentile(50) * 1000, "ms", "", None),
        Figure("… 99th percentile", middle.percentile(99) * 1000, "ms", "", None),
    ]  # fmt: skip


def pgbench(url: str, data: str, clients: int = CLIENTS, seconds: int = PGBENCH_SECONDS) -> float:
    """Transactions a second."""
    where = sa.make_url(url)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_SCRIPT.replace("{data}", _escaped(data)))
        script.flush()
        command = [
            str(_program()),
            "-n",
            "-M",
            "prepared",
            "-c",
            str(clients),
            "-j",
            str(min(clients, 2)),
            "-T",
            str(seconds),
        ]
        command += ["-f", script.name, "-h", str(where.host), "-p", str(where.port), "-U", str(where.username)]
        told = subprocess.run(
            [*command, str(where.database)],
            env={"PGPASSWORD": str(where.password)},
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"tps = ([0-9.]+)", told.stdout)
    assert found, told.stdout
    return float(found.group(1))


def _escaped(data: str) -> str:
    """As a literal in a pgbench script, where a colon before a word begins a variable: JSON can spell it otherwise in a
    text. `data` has a blank after the colons of its own."""
    return re.sub(r":(?=\w)", r"\\u003a", data).replace("'", "''")


def _program() -> Path:
    return max(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))


def _data_of_a_filing(port: int, intake_url: str) -> str:
    http_load.run(port, http_load.filings(200, f"127.0.0.1:{port}"), 4)
    with connect(intake_url, size=1).connect() as connection:
        query = sa.text("SELECT data::text FROM eventlog.facts WHERE type = 'petition.filed' ORDER BY position LIMIT 1")
        return str(connection.execute(query).scalar_one())
