"""A private RabbitMQ as child processes, for tests and for trying the full way without containers.

The node's name, ports, data and password stay in the folder, so that messages in durable queues survive stops and
`kill -9`. The broker is started past the packaged wrapper, which changes user and logs to the system's place, and
without its shell script in between: the child is the Erlang machine itself. The port mapper (epmd) cannot be switched
off, and a broker that finds none starts a daemon that outlives it; so it runs first, in the foreground, as a child.

Needs the Debian package rabbitmq-server (`python -m deploy.native.packages rabbitmq`); written for 3.10 to 4.x.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.native.folder import end_leftovers, ports, secret, sole_owner, write_private
from deploy.native.processes import LOOPBACK, Child, ChildProcesses, NotInstalled, run
from deploy.native.rabbitmq_definitions import completed

LIBRARY = Path("/usr/lib/rabbitmq/lib")
NODE = "khamrong@localhost"
FLUSH_TABLES = "[dets:sync(Table) || Table <- dets:all()]."
QUEUES_WITHOUT_LEADER = (
    "[Name || Queue <- rabbit_amqqueue:list(), amqqueue:get_type(Queue) =:= rabbit_quorum_queue,"
    " Name <- [element(1, amqqueue:get_pid(Queue))], not ets:member(ra_leaderboard, Name)]."
)
DEPTHS = (
    "[{binary_to_list(element(4, amqqueue:get_name(Queue))), Depth} ||"
    " Queue <- rabbit_amqqueue:list(), amqqueue:get_type(Queue) =:= rabbit_quorum_queue,"
    " {ok, Depth, _} <- [ra:consistent_query(amqqueue:get_pid(Queue), fun rabbit_fifo:query_messages_total/1)],"
    " Depth > 0]."
)
DEPTH = re.compile(r'{"([^"]+)",\s*([0-9]+)}')
USER = "khamrong"
PROGRAMS = frozenset({"epmd", "beam.smp", "erl_child_setup"})
SETTINGS = (
    "log.file = false",
    "log.console = true",
    "log.console.level = warning",
    "vm_memory_high_watermark.absolute = 1GB",
    "disk_free_limit.absolute = 200MB",
)
PLUGIN_LISTENERS = {"rabbitmq_management": "management", "rabbitmq_prometheus": "prometheus"}
PROTOCOL_HEADER = b"AMQP\0\0\x09\x01"
METHOD_FRAME = b"\x01"


class RabbitBroker:
    """`with RabbitBroker(directory, definitions=path) as broker: pika.URLParameters(broker.uri)`.

    `definitions` are laid over what the broker holds at each start; `settings` are lines of rabbitmq.conf. Start it
    from a thread that lives as long as it should (see `processes`).
    """

    def __init__(
        self,
        directory: Path,
        plugins: Sequence[str] = (),
        port: int | None = None,
        definitions: Path | None = None,
        *,
        settings: Sequence[str] = (),
    ) -> None:
        self.directory = directory.resolve()
        self.username = USER
        self._plugins = tuple(plugins)
        self._wanted_port = port
        self._definitions = definitions
        self._settings = (*SETTINGS, *settings)
        self._ports: dict[str, int] = {}
        self._broker: Child | None = None
        self._open = ExitStack()

    @property
    def port(self) -> int:
        """The AMQP port on loopback; known once started."""
        return self._ports["amqp"]

    @property
    def password(self) -> str:
        """Of the administrator `username`."""
        return secret(self.directory / "password")

    @property
    def uri(self) -> str:
        """AMQP address of the default virtual host."""
        return f"amqp://{self.username}:{self.password}@{LOOPBACK}:{self.port}/%2F"

    @property
    def management_url(self) -> str:
        """HTTP address of the management plugin, to be used with `username` and `password`."""
        return f"http://{LOOPBACK}:{self._ports['rabbitmq_management']}"

    @property
    def prometheus_url(self) -> str:
        """HTTP address of the metrics plugin."""
        return f"http://{LOOPBACK}:{self._ports['rabbitmq_prometheus']}/metrics"

    @property
    def pid(self) -> int:
        """The process id of the Erlang machine; known once started."""
        if self._broker is None:
            raise RuntimeError("the broker is not running")
        return self._broker.process.pid

    def start(self) -> None:
        """Return once the broker speaks AMQP, with the definitions in place."""
        with ExitStack() as opening:
            opening.enter_context(sole_owner(self.directory))
            end_leftovers(self.directory, PROGRAMS)
            self._choose_ports()
            self._write_configuration()
            children = opening.enter_context(ChildProcesses(self.directory))
            self._start_port_mapper(children)
            command = [str(server_folder() / "sbin" / "rabbitmq-server"), "-noinput"]
            self._broker = children.start("rabbitmq", command, environment=self._environment(), grace_seconds=60)
            self._broker.wait_until(self._speaks_amqp, "speaking AMQP", seconds=120)
            for plugin in self._listening_plugins():
                self._broker.wait_for_port(self._ports[plugin])
            self.settle()
            self._open = opening.pop_all()

    def stop(self) -> None:
        """Stop in an orderly way."""
        self._broker = None
        self._open.close()

    def kill(self) -> None:
        """SIGKILL the Erlang machine and all in its process group, as a crash would; `start` recovers."""
        if self._broker:
            self._broker.kill()
        self.stop()

    def settle(self) -> None:
        """Return once every quorum queue has a leader and what was declared will survive `kill`.

        RabbitMQ keeps part of a new quorum queue in tables that it writes three seconds later. After a crash before
        that the queue never gets a leader again (measured, 3.10.8). `start` settles the definitions; call this for
        queues declared afterwards.
        """
        if self._broker is None:
            raise RuntimeError("the broker is not running")
        self._evaluate(FLUSH_TABLES)
        self._broker.wait_until(
            lambda: self._evaluate(QUEUES_WITHOUT_LEADER) == "{ok, []}", "a leader for each quorum queue"
        )

    def restart(self) -> None:
        """Stop and start again, with the same node name and ports."""
        self.stop()
        self.start()

    def ctl(self, *arguments: str) -> str:
        """Output of rabbitmqctl against this broker; ChildFailed when it fails."""
        command = [str(server_folder() / "sbin" / "rabbitmqctl"), "--quiet", *arguments]
        return run(command, directory=self.directory, environment=self._environment())

    def depths(self) -> dict[str, int]:
        """Messages in each quorum queue that has any, ready or unacknowledged, now: lists of queues are 5 s behind."""
        return {name: int(depth) for name, depth in DEPTH.findall(self._evaluate(DEPTHS))}

    def _evaluate(self, expression: str) -> str:
        """Result of an Erlang expression in the broker, in milliseconds where rabbitmqctl takes a second."""
        program = shutil.which("erl_call") or _not_installed("erl_call")
        command = [program, "-sname", NODE, "-e"]
        return run(command, directory=self.directory, environment=self._environment(), text=f"{expression}\n").strip()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _choose_ports(self) -> None:
        names = ["amqp", "mapper", "distribution", *self._listening_plugins()]
        self._ports = ports(self.directory / "ports.json", names)
        if self._wanted_port:
            self._ports["amqp"] = self._wanted_port

    def _listening_plugins(self) -> list[str]:
        return [plugin for plugin in self._plugins if plugin in PLUGIN_LISTENERS]

    def _write_configuration(self) -> None:
        for name in ("home", "mnesia", "log"):
            (self.directory / name).mkdir(exist_ok=True)
        definitions = self.directory / "definitions.json"
        write_private(definitions, completed(self._definitions, self.username, self.password))
        lines = [
            f"listeners.tcp.default = {LOOPBACK}:{self.port}",
            f"load_definitions = {definitions}",
            *self._settings,
        ]
        for plugin in self._listening_plugins():
            prefix = PLUGIN_LISTENERS[plugin]
            lines += [f"{prefix}.tcp.ip = {LOOPBACK}", f"{prefix}.tcp.port = {self._ports[plugin]}"]
        write_private(self.directory / "rabbitmq.conf", "\n".join([*lines, ""]))
        write_private(self.directory / "env.conf", "")
        write_private(self.directory / "enabled_plugins", f"[{','.join(self._plugins)}].\n")

    def _start_port_mapper(self, children: ChildProcesses) -> None:
        program = shutil.which("epmd") or _not_installed("epmd")
        port = self._ports["mapper"]
        command = [program, "-address", LOOPBACK, "-port", str(port)]
        mapper = children.start("epmd", command, environment={"HOME": str(self.directory / "home")})
        mapper.wait_for_port(port)

    def _environment(self) -> Mapping[str, str]:
        base = self.directory
        return {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "HOME": str(base / "home"),
            # The server script then becomes the Erlang machine instead of waiting for it.
            "RABBITMQ_ALLOW_INPUT": "true",
            "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
            "RABBITMQ_DIST_PORT": str(self._ports["distribution"]),
            "RABBITMQ_MNESIA_BASE": str(base / "mnesia"),
            "RABBITMQ_LOG_BASE": str(base / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": str(base / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(base / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(base / "env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(base / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(base / "rabbitmq.pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "ERL_EPMD_PORT": str(self._ports["mapper"]),
        }

    def _speaks_amqp(self) -> bool:
        """The port opens before the broker answers; ask it to."""
        try:
            with socket.create_connection((LOOPBACK, self.port), 0.5) as connection:
                connection.settimeout(2)
                connection.sendall(PROTOCOL_HEADER)
                return connection.recv(8).startswith(METHOD_FRAME)
        except OSError:
            return False


def server_folder() -> Path:
    """The installed server; NotInstalled without one."""
    found = [path for path in LIBRARY.glob("rabbitmq_server-*") if (path / "sbin" / "rabbitmq-server").exists()]
    return max(found) if found else Path(_not_installed("rabbitmq-server"))


def _not_installed(program: str) -> str:
    raise NotInstalled(f"{program} is not installed: python -m deploy.native.packages rabbitmq")
