"""What a command says when it cannot go on: one sentence, what to do about it, and an exit code."""

import os
import sys
from typing import Any

from autobook_core.cli.text import clean
from autobook_core.errors import AutobookError, BadConfig, ConfigurationError, PluginError

FINE, NEEDS_A_PERSON, WRONG_USE = 0, 1, 2
#: As a shell counts them: 128 and the number of the signal.
STOPPED, NOBODY_READS = 130, 141

STOPPED_TEXT = "stopped: what was done so far is kept and nothing is lost; run the same command to go on"


def exit_code(error: AutobookError) -> int:
    """Return 2 where a setting or the use is wrong, 1 where something else needs a person."""
    wrong_use = isinstance(error, ConfigurationError | PluginError | BadConfig)
    return WRONG_USE if wrong_use else NEEDS_A_PERSON


def tell(
    message: str, fix: str = "", *, json: bool, file: str = "", line: int = 0, paint: Any = None
) -> None:
    """Write an error to standard error, for people or as one JSON object."""
    sys.stdout.flush()
    if json:
        from json import dumps

        document = {"error": message, "fix": fix, "file": file, "line": line}
        sys.stderr.write(dumps(document) + "\n")
        return
    word = paint("error:", "bad") if paint else "error:"
    sys.stderr.write(f"{word} {clean(message)}\n")
    if fix:
        sys.stderr.write(f"  fix: {clean(fix)}\n")


def tell_error(error: AutobookError, *, json: bool, paint: Any = None) -> int:
    """Write an error of Autobook and return the exit code."""
    file, line = getattr(error, "file", ""), getattr(error, "line", 0)
    tell(str(error), error.fix, json=json, file=file, line=line, paint=paint)
    return exit_code(error)


def nobody_reads() -> int:
    """Give up writing: who read the output has gone. Return the exit code."""
    # What is still buffered would raise once more when the interpreter ends.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return NOBODY_READS
