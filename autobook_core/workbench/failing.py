"""What a failed call means: a contract's error by what happens next, anything else with the connector's own lines."""

import sys
import traceback
from pathlib import Path
from typing import Any

from autobook_core.errors import (
    AuthFailed,
    AutobookError,
    BadConfig,
    ConnectorBug,
    CursorExpired,
    RateLimited,
    Unavailable,
)
from autobook_core.logs import Redactor
from autobook_core.workbench.hiding import hide_values
from autobook_core.workbench.subject import Subject

#: Characters of an answer that was refused.
_MOST_ANSWER = 500
_MEND = "mend the connector at the last line shown"


def failure(error: BaseException, subject: Subject, redactor: Redactor) -> dict[str, Any]:
    """Return a failed call as JSON-able values without secrets.

    Its keys are ``type``, ``message``, ``fix``, ``retry_after_seconds``, ``answer`` (what the other side said
    where it refused) and ``traceback`` (the connector's own lines, outermost first).
    """
    known = isinstance(error, AutobookError) and type(error) is not ConnectorBug
    found = {
        "type": type(error).__name__,
        "message": str(error) or type(error).__name__,
        "fix": getattr(error, "fix", "") or _fix(error),
        "retry_after_seconds": getattr(error, "retry_after_seconds", None),
        "answer": _answer(error),
        "traceback": [] if known else own_lines(error, subject),
    }
    told: dict[str, Any] = hide_values(found, redactor)
    return told


def own_lines(error: BaseException, subject: Subject) -> list[str]:
    """Return where in the connector an error came from: its own lines only, outermost first."""
    return [
        f"{_short(frame.filename, subject)}:{frame.lineno} in {frame.name}: {frame.line or ''}".rstrip(": ")
        for frame in traceback.extract_tb(error.__traceback__)
        if _short(frame.filename, subject)
    ]


def _short(filename: str, subject: Subject) -> str:
    """Return a file of the connector as seen from the folder that holds it; empty for another's file."""
    for folder in map(Path, subject.folders):
        if Path(filename) == folder or folder in Path(filename).parents:
            return str(Path(filename).relative_to(folder.parent))
    return ""


def _answer(error: BaseException) -> str:
    client = sys.modules.get("httpx")
    if client is not None and isinstance(error, client.HTTPStatusError):
        return str(error.response.text[:_MOST_ANSWER])
    return ""


def _fix(error: BaseException) -> str:
    if isinstance(error, AuthFailed):
        return "give it credentials that are allowed this, with -o KEY=env:NAME"
    if isinstance(error, BadConfig):
        return f"mend the setting {error.field}".rstrip() if error.field else "mend the settings"
    if isinstance(error, CursorExpired):
        return "nothing in the connector: a run begins the window again; here: --reset"
    if isinstance(error, RateLimited):
        return f"run the same command again in {error.retry_after_seconds} s"
    if isinstance(error, Unavailable):
        return "run the same command again; the trace shows what was answered"
    client = sys.modules.get("httpx")
    if client is not None and isinstance(error, client.HTTPStatusError):
        return "the request is wrong: compare it with the other side's documentation"
    return "" if isinstance(error, AutobookError) and type(error) is not ConnectorBug else _MEND
