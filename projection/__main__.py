"""``python -m projection`` is ``pns``."""

from projection.cli import main

main()
