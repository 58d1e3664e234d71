"""A private, strict S3 server (Ceph: monitor, in-memory store, radosgw) as child processes, for tests.

Data survives an orderly stop, not `kill -9` of the daemons: the store lives in memory (at most 1 GiB) until it is
stopped. Runs as root or not.

Needs the Debian packages radosgw, ceph-mon, ceph-osd and ceph-common (`python -m deploy.native.packages radosgw`).
"""

from __future__ import annotations

import shutil
import uuid
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.native.folder import end_leftovers, ports, secret, sole_owner, write_private
from deploy.native.processes import LOOPBACK, ChildProcesses, NotInstalled, run
from deploy.native.radosgw_configuration import OSD_PORTS, configuration

DAEMONS = ("ceph-mon", "ceph-osd", "radosgw")
PROGRAMS = (*DAEMONS, "ceph", "ceph-authtool", "monmaptool", "radosgw-admin")
USER = "khamrong"
GATEWAY = "client.rgw"


class RadosGateway:
    """`with RadosGateway(directory) as s3: Minio(s3.endpoint, s3.access_key, s3.secret_key, secure=False)`.

    Without a secret key a random one is made and kept in the folder. Start it from a thread that lives as long as it
    should (see `processes`).
    """

    def __init__(
        self, directory: Path, port: int | None = None, access_key: str = USER, secret_key: str | None = None
    ) -> None:
        self.directory = directory.resolve()
        self.access_key = access_key
        self._secret_key = secret_key
        self._wanted_port = port
        self._cluster = self.directory / "cluster"
        self._ports: dict[str, int] = {}
        self._open = ExitStack()

    @property
    def secret_key(self) -> str:
        """Of `access_key`."""
        return self._secret_key or secret(self.directory / "secret_key")

    @property
    def port(self) -> int:
        """The S3 port on loopback; known once started."""
        return self._wanted_port or self._ports["s3"]

    @property
    def endpoint(self) -> str:
        """`host:port`, as the minio client wants it; plain HTTP."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def url(self) -> str:
        """The endpoint with its scheme."""
        return f"http://{self.endpoint}"

    def start(self) -> None:
        """Return once the gateway answers and knows the keys; a new folder gets a new cluster first."""
        check_installed()
        with ExitStack() as opening:
            opening.enter_context(sole_owner(self.directory))
            end_leftovers(self.directory, PROGRAMS, patience_seconds=30)
            is_new = not (self.directory / "complete").exists()
            if is_new:
                self._lay_out()
            self._configure()
            children = opening.enter_context(ChildProcesses(self.directory))
            self._start_daemons(children, is_new)
            self._ensure_keys(is_new)
            (self.directory / "complete").touch()
            self._open = opening.pop_all()

    def stop(self) -> None:
        """Stop in an orderly way; the store is written out."""
        self._open.close()

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

    def _lay_out(self) -> None:
        """An empty cluster; what an interrupted attempt left is removed first."""
        shutil.rmtree(self._cluster, ignore_errors=True)
        for name in ("mon", "osd", "run", "rgw", "crash"):
            (self._cluster / name).mkdir(parents=True)
        (self._cluster / "fsid").write_text(str(uuid.uuid4()))
        self._configure()
        keyring, monitors = str(self._cluster / "keyring"), str(self._cluster / "monmap")
        everything = ["--cap", "mon", "allow *", "--cap", "osd", "allow *", "--cap", "mgr", "allow *"]
        run(["ceph-authtool", "--create-keyring", keyring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *"])
        run(["ceph-authtool", keyring, "--gen-key", "-n", "client.admin", *everything])
        address = f"[v2:{LOOPBACK}:{self._ports['monitor']}]"
        run(["monmaptool", "--create", "--addv", "a", address, "--fsid", self._fsid(), monitors])
        run(["ceph-mon", *self._conf(), "--mkfs", "-i", "a", "--monmap", monitors, "--keyring", keyring])

    def _configure(self) -> None:
        """A second monitor on a taken port would silently join the other cluster; this one's port is in its data."""
        self._ports = ports(self.directory / "ports.json", ["monitor", "s3", "osd"], fixed=["monitor"])
        text = configuration(
            self._cluster,
            self._fsid(),
            monitor_port=self._ports["monitor"],
            s3_port=self.port,
            osd_port=min(self._ports["osd"], 65_535 - OSD_PORTS),
        )
        write_private(self._cluster / "ceph.conf", text)

    def _start_daemons(self, children: ChildProcesses, is_new: bool) -> None:
        monitor = children.start("mon", ["ceph-mon", *self._conf(), "-i", "a", "-f"])
        monitor.wait_for_port(self._ports["monitor"])
        if is_new:
            store = str(uuid.uuid4())
            run(["ceph", *self._conf(), "--connect-timeout", "10", "osd", "new", store])
            run(["ceph-osd", *self._conf(), "-i", "0", "--mkfs", "--osd-uuid", store])
        osd = children.start("osd", ["ceph-osd", *self._conf(), "-i", "0", "-f"], grace_seconds=60)
        osd.wait_until(lambda: "1 up" in run(["ceph", *self._conf(), "osd", "stat"]), "being up")
        gateway = children.start("rgw", ["radosgw", *self._conf(), "-n", GATEWAY, "-f"])
        gateway.wait_for_port(self.port, seconds=90)

    def _ensure_keys(self, is_new: bool) -> None:
        """The account with its keys; other keys than last time are added to it."""
        keys = [f"--access-key={self.access_key}", f"--secret-key={self.secret_key}"]
        known = self.directory / "keys"
        if known.exists() and known.read_text() == "\n".join(keys):
            return
        what = ["user", "create", f"--display-name={USER}"] if is_new else ["key", "create", "--key-type=s3"]
        run(["radosgw-admin", *self._conf(), "-n", GATEWAY, *what, f"--uid={USER}", *keys])
        write_private(known, "\n".join(keys))

    def _fsid(self) -> str:
        return (self._cluster / "fsid").read_text()

    def _conf(self) -> list[str]:
        return ["-c", str(self._cluster / "ceph.conf")]


def check_installed() -> None:
    """NotInstalled when a program is missing."""
    if missing := [program for program in PROGRAMS if not shutil.which(program)]:
        raise NotInstalled(f"{', '.join(missing)} not installed: python -m deploy.native.packages radosgw")
