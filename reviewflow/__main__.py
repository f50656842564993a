"""`python -m reviewflow` is the command `reviewflow`."""

from reviewflow.cli import main

main()
