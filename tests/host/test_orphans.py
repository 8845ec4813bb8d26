"""A worker never outlives the core, however that ended and whatever the worker was doing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.host.plugin import with_method

CORE = """
import logging, sys
from pathlib import Path
from autobook_core.clock import SystemClock
from autobook_core.host import Processes
from autobook_core.intake.context import RunContext
from autobook_core.plugins.found import Candidate, Origin

path = sys.argv[1]
origin = Origin("local:pay.py", path=path)
keeper = Processes()
(told,) = keeper.announced([Candidate("local:pay.py", "", frozenset(), origin.load, origin)])
made = keeper.connector_class(origin, told.connectors[0].spec())
source = made(made.Config(api_key="k", address="http://127.0.0.1:9"))
context = RunContext(
    http=None, log=logging.getLogger(), connection_id="pay", start=0, home=Path(path).parent, clock=SystemClock()
)
source.fetch(context, source.streams[0], None)
"""
DOING = {
    "sleeping": "import time; time.sleep(60)",
    "looping": "while True: pass",
}


@pytest.mark.parametrize("body", DOING.values(), ids=DOING.keys())
def test_a_worker_ends_soon_after_the_core_was_killed(tmp_path: Path, body: str) -> None:
    pid_file = tmp_path / "pid"
    path = tmp_path / "pay.py"
    path.write_text(
        with_method(
            "def fetch(self, ctx, stream, cursor):\n"
            f"    with open({str(pid_file)!r}, 'w') as file: file.write(str(os.getpid()))\n    {body}"
        )
    )
    core = subprocess.Popen([sys.executable, "-c", CORE, str(path)])
    until = time.monotonic() + 20
    while not (pid_file.exists() and pid_file.read_text()):
        assert time.monotonic() < until, "the worker never began"
        time.sleep(0.05)
    worker = int(pid_file.read_text())
    core.send_signal(signal.SIGKILL)
    core.wait()
    while _runs(worker):
        assert time.monotonic() < until, "the worker outlived the core"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be noted as ended does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")
