"""A private, strict S3 server (Ceph: monitor, in-memory store, radosgw) as child processes, for tests.

Data survives an orderly stop, not `kill -9`: the store lives in memory (at most 1 GiB) until it is stopped. Runs as root or not.

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

    Without a secret key a random one is made and kept in the folder. Start it from a thread that lives as long as it should
    (see `processes`).
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
            end_leftovers(self.directory, PROGRAMS, grace_seconds=30)
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
