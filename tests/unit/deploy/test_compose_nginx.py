"""The proxy of the compose file: filling in its template spares nginx's own variables, and nginx takes the result."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from deploy.native.folder import free_port
from tests.support.waiting import eventually
from tests.unit.deploy.compose_files import ROOT, production, services

TEMPLATE = ROOT / "deploy" / "nginx" / "khamrong.conf.template"
GIVEN = services()["nginx"]["environment"]
OF_THE_IMAGE = {"PATH", "HOSTNAME", "HOME", "NGINX_VERSION", "NJS_VERSION", "PKG_RELEASE", "NJS_RELEASE"}


def filled(given: dict[str, str]) -> str:
    """As the image's entrypoint does: envsubst replaces `$NAME` and `${NAME}` where that variable is set."""
    text = TEMPLATE.read_text(encoding="utf-8")
    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda found: given.get(found[1] or found[2], found[0]), text)


def test_every_placeholder_is_given_and_everything_given_is_used() -> None:
    code = "\n".join(line.partition("#")[0] for line in TEMPLATE.read_text().splitlines())
    assert set(re.findall(r"\$\{([A-Z_]+)\}", code)) == {*GIVEN} - {"NGINX_ENVSUBST_OUTPUT_DIR"}


def test_no_variable_of_nginx_is_one_of_the_environment() -> None:
    assert set(re.findall(r"\$([a-z]\w*|\d)", TEMPLATE.read_text())).isdisjoint(OF_THE_IMAGE | set(GIVEN))


def test_every_address_is_that_of_a_gateway() -> None:
    for name in {*GIVEN} - {"NGINX_ENVSUBST_OUTPUT_DIR", "LISTEN", "RUN_DIR", "PAGES"}:
        host, _, port = GIVEN[name].partition(":")
        command = services()[host]["command"]
        assert command[command.index("--port") + 1] == port
        assert command[3] == "api" or host.startswith("sandbox-")


@pytest.mark.parametrize("laid_over", [False, True], ids=["alone", "production"])
def test_nginx_takes_it(laid_over: bool, tmp_path: Path) -> None:
    nginx = shutil.which("nginx")
    if nginx is None:
        pytest.skip("nginx is not installed")
    given = production()["nginx"]["environment"] if laid_over else GIVEN
    text = filled(given | {"RUN_DIR": str(tmp_path)})
    text = re.sub(r"\b[a-z-]+-(?:api|sms|id):8080", "127.0.0.1:8080", text)
    if laid_over:
        text = text.replace("/tls/", f"{certificate(tmp_path)}/")
    (tmp_path / "khamrong.conf").write_text(text)
    done = subprocess.run(
        [nginx, "-t", "-e", "stderr", "-c", str(tmp_path / "khamrong.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_while_the_portal_is_away_people_read_a_page_and_programs_a_status(tmp_path: Path) -> None:
    nginx, port, nobody = shutil.which("nginx"), free_port(), free_port()
    if nginx is None:
        pytest.skip("nginx is not installed")
    here = {"RUN_DIR": str(tmp_path), "LISTEN": f"127.0.0.1:{port}", "PAGES": str(TEMPLATE.parent)}
    text = re.sub(r"\b[a-z-]+-(?:api|sms|id):8080", f"127.0.0.1:{nobody}", filled(GIVEN | here))
    (tmp_path / "khamrong.conf").write_text(text)
    user = " user root;" if os.geteuid() == 0 else ""
    command = [nginx, "-e", "stderr", "-c", str(tmp_path / "khamrong.conf"), "-g", f"daemon off;{user}"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
        try:
            page = eventually(lambda: answer_at(f"http://127.0.0.1:{port}/kathu/"), 20)
            program = httpx.get(f"http://127.0.0.1:{port}/api/intake/v1/authorities")
        finally:
            running.terminate()
    assert (page.status_code, page.headers["retry-after"]) == (503, "30")
    assert page.headers["content-type"].startswith("text/html")
    assert "ปิดปรับปรุงชั่วคราว" in page.text
    assert program.status_code == 502


def answer_at(url: str) -> httpx.Response | None:
    """Whatever answers there; None while nobody does."""
    try:
        return httpx.get(url)
    except httpx.TransportError:
        return None


def certificate(folder: Path) -> Path:
    """A folder with a self-signed certificate and its key."""
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=khamrong.example.go.th"]
    command += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(command, capture_output=True, check=True)
    return folder


def test_redirects_name_no_port() -> None:
    assert "absolute_redirect off" in filled(GIVEN)
