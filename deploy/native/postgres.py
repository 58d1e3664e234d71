"""A private PostgreSQL as a child process, for running without containers and for tests.

Data survives stops and `kill -9`, of the server and of this process. Who may connect: programs on this host that know
the random password in `<directory>/password` (mode 0600); scram-sha-256, loopback TCP, no Unix socket (its path may be
too long).
"""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from deploy.native.folder import end_leftovers, ports, secret, sole_owner
from deploy.native.postgres_binaries import Binaries, Preference, RunAs, find_binaries, ordinary_user
from deploy.native.processes import LOOPBACK, Child, ChildProcesses, run

SUPERUSER = "khamrong"
PROGRAMS = frozenset({"postgres", "initdb"})
SETTINGS = (
    f"listen_addresses={LOOPBACK}",
    "unix_socket_directories=",
    "shared_buffers=64MB",
    "max_connections=200",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    # Statements and details of errors may hold personal data.
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
)
PID_FILE_STATUS_LINE = 7


class PostgresServer:
    """`with PostgresServer(directory) as server: create_engine(server.url("khamrong_intake"))`.

    `settings` are `name=value`; `binaries` says where the programs may come from when both kinds are there. The port is
    kept in the folder while it stays free. Start it from a thread that lives as long as it should (see `processes`).
    """

    def __init__(
        self,
        directory: Path,
        port: int | None = None,
        settings: Sequence[str] = (),
        *,
        binaries: Preference = "any",
        run_as: RunAs | None = None,
    ) -> None:
        self.directory = directory.resolve()
        self._cluster = self.directory / "cluster"
        self._data = self._cluster / "data"
        self._port = port
        self._settings = (*SETTINGS, *settings)
        self._preference = binaries
        self._run_as = run_as
        self._child: Child | None = None
        self._open = ExitStack()

    @property
    def port(self) -> int:
        """The loopback port; known once started."""
        if self._port is None:
            raise RuntimeError("the port is chosen when the server starts")
        return self._port

    @property
    def password(self) -> str:
        """Of the superuser `khamrong`."""
        return secret(self.directory / "password")

    @property
    def pid(self) -> int:
        """The process id of the postmaster; known once started."""
        if self._child is None:
            raise RuntimeError("the server is not running")
        return self._child.process.pid

    @property
    def is_running(self) -> bool:
        """Whether the postmaster was started and has not ended, by whatever cause."""
        return self._child is not None and self._child.process.poll() is None

    def url(self, database: str = "postgres") -> str:
        """SQLAlchemy URL of a database on this server."""
        return f"postgresql+psycopg://{SUPERUSER}:{self.password}@{LOOPBACK}:{self.port}/{quote(database)}"

    def ensure_databases(self, names: Iterable[str]) -> None:
        """Create the databases that are missing."""
        conninfo = self.url().replace("+psycopg", "")
        with psycopg.connect(conninfo, autocommit=True) as connection:
            present = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
            for name in dict.fromkeys(names):
                if name not in present:
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def start(self) -> None:
        """Return once the server accepts connections; a new folder gets a new cluster first."""
        with ExitStack() as opening:
            opening.enter_context(sole_owner(self.directory))
            end_leftovers(self._cluster, PROGRAMS, signal.SIGINT)
            # Without a postgres on the data the file is stale; its process id may be some other program's by now.
            (self._data / "postmaster.pid").unlink(missing_ok=True)
            run_as = self._run_as or ordinary_user()
            self._cluster.mkdir(mode=0o700, exist_ok=True)
            binaries = self._initialised(run_as)
            self._port = self._port or ports(self.directory / "ports.json", ["postgres"])["postgres"]
            children = opening.enter_context(ChildProcesses(self._cluster))
            self._child = self._start_postmaster(children, binaries, run_as)
            self._child.wait_until(self._is_ready, "accepting connections")
            self._open = opening.pop_all()

    def stop(self) -> None:
        """End all connections and stop in an orderly way."""
        self._child = None
        self._open.close()

    def kill(self) -> None:
        """SIGKILL the postmaster, as a crash would; `start` recovers."""
        if self._child:
            self._child.kill()
        self.stop()

    def restart(self) -> None:
        """Stop and start again, on the same port."""
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _initialised(self, run_as: RunAs) -> Binaries:
        version = self._data / "PG_VERSION"
        binaries = find_binaries(self._preference, int(version.read_text()) if version.exists() else None)
        if version.exists():
            run_as.prepare(self._cluster, binaries.folder)
        else:
            self._initialise(binaries, run_as)
        return binaries

    def _initialise(self, binaries: Binaries, run_as: RunAs) -> None:
        """A cluster is complete or absent: it gets its name when initdb is done."""
        draft, password = self._cluster / "draft", self._cluster / "password"
        shutil.rmtree(draft, ignore_errors=True)
        password.unlink(missing_ok=True)
        password.touch(mode=0o600)
        password.write_text(self.password)
        run_as.prepare(self._cluster, binaries.folder)
        command = [*run_as.prefix, str(binaries.folder / "initdb"), "-D", str(draft), "-U", SUPERUSER]
        command += ["--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8", "--locale=C.UTF-8"]
        command += ["--lc-collate=C", "--data-checksums", *(["--no-sync"] if "fsync=off" in self._settings else [])]
        run(command, directory=self._cluster, user=run_as.account)
        password.unlink()
        draft.rename(self._data)

    def _start_postmaster(self, children: ChildProcesses, binaries: Binaries, run_as: RunAs) -> Child:
        command = [*run_as.prefix, str(binaries.folder / "postgres"), "-D", str(self._data), "-p", str(self._port)]
        for setting in self._settings:
            command += ["-c", setting]
        # SIGINT is the fast stop; SIGTERM would wait for clients.
        return children.start("postgres", command, user=run_as.account, stop_signal=signal.SIGINT, grace_seconds=30)

    def _is_ready(self) -> bool:
        """As pg_ctl decides: the server says so in its pid file."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > PID_FILE_STATUS_LINE and lines[PID_FILE_STATUS_LINE].strip() == "ready"
