"""``pns`` as a test calls it."""

from __future__ import annotations

from projection.cli import main


def run(capsys, *args):
    """Exit code, output and errors of ``pns`` with these arguments."""
    code = 0
    try:
        main([str(a) for a in args])
    except SystemExit as leave:
        code = leave.code
    out = capsys.readouterr()
    return code, out.out, out.err
