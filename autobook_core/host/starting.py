"""How a process of ours is started: our own interpreter, our own search path, and nothing of the environment."""

import json
import os
import sys

from autobook_core.host.guard import ENVIRONMENT

_BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); from {module} import main; main()"


def command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs ``main()`` of a module with the code that runs here.

    The interpreter is isolated: no variable and no folder of the user changes what it imports.
    """
    path = json.dumps([os.path.abspath(part) for part in sys.path])  # noqa: PTH100 - "" is the current folder
    return [sys.executable, "-I", "-X", "utf8", "-c", _BOOT.format(module=module), path, *arguments]


def environment() -> dict[str, str]:
    """Return what a stranger's process finds in its environment."""
    return {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
