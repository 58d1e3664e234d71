"""Nothing that was started as a child survives the process that started it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from deploy.native.folder import FolderInUse, end_leftovers, free_port, ports, processes_in, secret, sole_owner
from deploy.native.processes import LOOPBACK, ChildFailed, ChildProcesses, run
from tests.support.waiting import eventually

STUBBORN = ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.05; done"]


def test_children_end_when_the_parent_is_killed(tmp_path: Path, owner: Callable[[str], subprocess.Popen[str]]) -> None:
    parent = owner(
        "from deploy.native.processes import ChildProcesses\n"
        "children = ChildProcesses(folder)\n"
        "children.start('one', ['sleep', '600']), children.start('two', ['sleep', '600'])"
    )
    eventually(lambda: len(processes_in(tmp_path, {"sleep"})) == 2)
    parent.kill()
    eventually(lambda: not processes_in(tmp_path, {"sleep"}))


def test_children_end_with_the_thread_that_started_them(tmp_path: Path) -> None:
    with ChildProcesses(tmp_path) as children:
        thread = threading.Thread(target=lambda: children.start("one", ["sleep", "600"]))
        thread.start()
        thread.join()
        eventually(lambda: not processes_in(tmp_path, {"sleep"}))


def test_stopping_goes_in_reverse_order(tmp_path: Path) -> None:
    children = ChildProcesses(tmp_path)
    for name in ("first", "second"):
        note = f"trap 'echo {name} >> ended; exit' TERM; echo ready; while :; do sleep 0.02; done"
        child = children.start(name, ["sh", "-c", note])
        child.wait_until(lambda child=child: "ready" in child.log_tail(), "its first line")  # type: ignore[misc]
    children.stop()
    assert (tmp_path / "ended").read_text().split() == ["second", "first"]


def test_a_deaf_child_is_killed_after_the_grace_time(tmp_path: Path) -> None:
    with ChildProcesses(tmp_path) as children:
        child = children.start("deaf", STUBBORN, grace_seconds=0.2)
        child.wait_until(lambda: "deaf" in child.log_tail(), "its first line")
    assert child.process.returncode == -signal.SIGKILL


def test_a_child_that_ends_early_says_why(tmp_path: Path) -> None:
    with ChildProcesses(tmp_path) as children:
        child = children.start("broken", ["sh", "-c", "echo no such setting >&2; exit 3"])
        with pytest.raises(ChildFailed, match=r"broken ended with code 3 before listening(.|\n)*no such setting"):
            child.wait_for_port(free_port())


def test_a_child_that_is_never_ready_says_why(tmp_path: Path) -> None:
    with ChildProcesses(tmp_path) as children:
        child = children.start("slow", ["sh", "-c", "echo still thinking; sleep 600"])
        with pytest.raises(ChildFailed, match=r"is not ready after 0 s: an answer(.|\n)*still thinking"):
            child.wait_until(lambda: False, "an answer", seconds=0.3)


def test_the_log_is_private(tmp_path: Path) -> None:
    with ChildProcesses(tmp_path) as children:
        assert children.start("one", ["true"]).log.stat().st_mode & 0o777 == 0o600


def test_a_command_that_fails_or_is_missing_says_why() -> None:
    with pytest.raises(ChildFailed, match="ended with code 2: out\nerr"):
        run(["sh", "-c", "echo out; echo err >&2; exit 2"])
    with pytest.raises(ChildFailed, match="no-such-program"):
        run(["no-such-program"])


def test_a_folder_has_one_owner(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with sole_owner(folder), pytest.raises(FolderInUse), sole_owner(folder):
        pytest.fail("two owners")
    with sole_owner(folder):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_leftovers_of_a_killed_owner_are_ended(tmp_path: Path) -> None:
    left = subprocess.Popen(
        ["sh", "-c", "trap '' TERM; echo ready; exec sleep 600"], cwd=tmp_path, stdout=subprocess.PIPE
    )
    elsewhere = subprocess.Popen(["sleep", "600"], cwd="/")
    assert left.stdout
    assert left.stdout.readline() == b"ready\n"
    eventually(lambda: processes_in(tmp_path, {"sleep"}) == [left.pid])
    end_leftovers(tmp_path, {"sleep"}, grace_seconds=0.1)
    assert left.wait() == -signal.SIGKILL
    assert elsewhere.poll() is None
    elsewhere.kill()
    elsewhere.wait()


def test_leftovers_may_be_given_time_to_end_by_themselves(tmp_path: Path) -> None:
    left = subprocess.Popen(["sleep", "0.3"], cwd=tmp_path)
    end_leftovers(tmp_path, {"sleep"}, patience_seconds=10)
    assert left.wait() == 0


def test_ports_stay_and_a_taken_one_is_replaced_unless_it_is_fixed(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    first = ports(file, ["a", "b"])
    assert ports(file, ["a", "b"]) == first
    with closing(socket.create_server((LOOPBACK, first["a"]))):
        moved = ports(file, ["a", "b"])
        assert moved["a"] != first["a"]
        assert moved["b"] == first["b"]
        with (
            pytest.raises(ChildFailed, match="taken by another program"),
            closing(socket.create_server((LOOPBACK, moved["b"]))),
        ):
            ports(file, ["b"], fixed=["b"])


def test_a_password_is_random_private_and_kept(tmp_path: Path) -> None:
    word = secret(tmp_path / "password")
    assert secret(tmp_path / "password") == word
    assert len(word) >= 32
    assert word != secret(tmp_path / "another")
    assert os.stat(tmp_path / "password").st_mode & 0o777 == 0o600
