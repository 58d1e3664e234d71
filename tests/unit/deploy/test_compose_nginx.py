"""The proxy of the compose file: filling in its template spares nginx's own variables, and nginx takes the result."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

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
    for name in {*GIVEN} - {"NGINX_ENVSUBST_OUTPUT_DIR", "LISTEN", "RUN_DIR"}:
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


def certificate(folder: Path) -> Path:
    """A folder with a self-signed certificate and its key."""
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=khamrong.example.go.th"]
    command += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(command, capture_output=True, check=True)
    return folder


def test_redirects_name_no_port() -> None:
    assert "absolute_redirect off" in filled(GIVEN)
