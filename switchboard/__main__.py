"""`python -m switchboard`: the same as the command `switchboard`."""

from switchboard.cli import main

main()
