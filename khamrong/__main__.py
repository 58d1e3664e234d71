"""`python -m khamrong` is the command line, as is the program `khamrong`."""

from __future__ import annotations

from shared.kernel.lean import leave_out_terminals


def main() -> None:
    """What `khamrong.cli` does, without what only draws on terminals."""
    leave_out_terminals()
    from khamrong.cli import main as run

    run()


if __name__ == "__main__":
    main()
