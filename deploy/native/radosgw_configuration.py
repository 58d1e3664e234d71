"""The smallest Ceph that starts in a second: a monitor, an in-memory store written out when stopped, a gateway.

Why the settings that are not obvious: no authentication between the daemons, so every connection mode must be `crc`
(with the default the gateway asks for `secure` and hangs); the two `paxos` intervals (start 12.5 s → 1 s);
`tcp_nodelay` (a call 43 ms → 4 ms); `osd fast shutdown = false`, so that the store is written out; a short `osd mon
shutdown timeout`, because all are told to stop at once when their parent dies.
"""

from __future__ import annotations

from pathlib import Path
from string import Template

OSD_PORTS = 40
"""Room the store is given to bind its four messengers."""

_TEMPLATE = Template("""[global]
fsid = $cluster
mon host = [v2:127.0.0.1:$monitor_port]
mon initial members = a
public network = 127.0.0.0/8
cluster network = 127.0.0.0/8
public addr = 127.0.0.1
ms bind ipv4 = true
ms bind ipv6 = false
ms bind msgr1 = false
ms bind port min = $osd_port
ms bind port max = $last_osd_port
ms mon client mode = crc
ms client mode = crc
ms cluster mode = crc
ms service mode = crc
ms mon cluster mode = crc
ms mon service mode = crc
auth cluster required = none
auth service required = none
auth client required = none
keyring = $directory/keyring
run dir = $directory/run
admin socket =
pid file = $directory/run/$$name.pid
log to file = false
log to stderr = true
mon cluster log to file = false
crash dir = $directory/crash
paxos propose interval = 0.02
paxos min wait = 0.01
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon warn on pool no redundancy = false
osd crush chooseleaf type = 0
mon max pg per osd = 1000
mon data avail crit = 1
mon data avail warn = 2
osd objectstore = memstore
memstore device bytes = 1073741824
osd memory target = 939524096
osd max object name len = 2048
osd fast shutdown = false
osd mon shutdown timeout = 1
[mon.a]
mon data = $directory/mon
[osd.0]
osd data = $directory/osd
osd journal = $directory/osd/journal
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$s3_port tcp_nodelay=1
rgw data = $directory/rgw
rgw enable usage log = false
rgw thread pool size = 32
rgw zone = default
debug rgw = 0
""")


def configuration(directory: Path, cluster: str, *, monitor_port: int, s3_port: int, osd_port: int) -> str:
    """The text of ceph.conf."""
    return _TEMPLATE.substitute(
        directory=directory,
        cluster=cluster,
        monitor_port=monitor_port,
        s3_port=s3_port,
        osd_port=osd_port,
        last_osd_port=osd_port + OSD_PORTS,
    )
