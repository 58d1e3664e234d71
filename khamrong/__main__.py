"""`python -m khamrong` is the command line."""

from khamrong.cli import main

main()
