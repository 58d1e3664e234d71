"""`python -m khamrong` is the command line."""

from shared.kernel.lean import leave_out_terminals

leave_out_terminals()

from khamrong.cli import main

main()
