"""`python -m services.portal api`: the process of the portal."""

from __future__ import annotations

from shared.kernel.lean import leave_out_terminals

leave_out_terminals()

from services.portal.settings import PortalSettings
from services.portal.wiring import SERVICE
from shared.kernel.process import Address, run_role
from shared.kernel.settings import load


def api(address: Address) -> None:
    """The pages."""
    from services.portal.gateway import serve

    serve(load(PortalSettings), address)


if __name__ == "__main__":
    run_role(SERVICE, {"api": api})
