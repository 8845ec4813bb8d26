"""The command line: a thin list of what there is, one module per group of commands.

Results go to standard output, progress and diagnostics to standard error. A command ends with 0 when all
is well, 1 when something needs a person, 2 when it was used or configured wrongly.
"""

import gc
import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Asking for the version loads nothing else."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given == ["--version"]:
        from autobook_core import __version__

        sys.stdout.write(f"autobook {__version__}\n")
        return 0
    # Importing makes many objects and hardly any garbage: the collector would look through them a hundred times.
    gc.set_threshold(20_000, 20, 20)
    from autobook_core.cli.app import run

    return run(given)
