"""Translating in another process, where Python scatters text over sets and dictionaries in another way."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import msgspec

from autobook_core.connector import Source
from autobook_core.intake.translation import Refusal, Translator
from autobook_core.store.rows import RawRow

#: Seconds after which a child process is given up.
PATIENCE = 60
#: One raw row: its stream and its bytes.
Row = tuple[str, bytes]


class Unreachable(Exception):
    """The connector cannot be loaded by name in another process; the message says why."""


class _Asked(msgspec.Struct):
    module: str
    name: str
    config: dict[str, Any]
    rows: list[Row]


def said(source: Source, rows: Sequence[Row]) -> list[Any]:
    """Return the records of raw rows as JSON values, one list a row, or the code of the refusal."""
    translator = Translator(source)
    found = [translator.records(stream, RawRow("row", "", 0, False, b"", data)) for stream, data in rows]
    plain = [
        {"refused": one.code}
        if isinstance(one, Refusal)
        else [{"kind": record.kind, **msgspec.structs.asdict(record)} for record in one]
        for one in found
    ]
    return msgspec.json.decode(msgspec.json.encode(plain), type=list[Any])


def said_elsewhere(
    source: type[Source], config: Mapping[str, Any], rows: Sequence[Row], seeds: Sequence[int]
) -> list[list[Any]]:
    """Return what :func:`said` gives in a fresh process for each seed of Python's hashes.

    Raises:
        Unreachable: the class cannot be found by its name there, or its settings are no JSON values.
    """
    try:
        asked = msgspec.json.encode(_Asked(source.__module__, source.__qualname__, dict(config), list(rows)))
    except (TypeError, ValueError) as error:
        raise Unreachable(f"its settings are no JSON values: {error}") from None
    children = [_child(seed) for seed in seeds]
    try:
        answers = [child.communicate(asked, timeout=PATIENCE) for child in children]
    finally:
        for child in children:
            child.kill()
            child.wait()
    for child, (_, complaint) in zip(children, answers, strict=True):
        if child.returncode != 0:
            last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
            raise Unreachable(f"{source.__module__}:{source.__qualname__} cannot be loaded elsewhere: {last}")
    return [msgspec.json.decode(answer, type=list[Any]) for answer, _ in answers]


def _child(seed: int) -> "subprocess.Popen[bytes]":
    surroundings = {
        **os.environ,
        "PYTHONHASHSEED": str(seed),
        "PYTHONPATH": os.pathsep.join(place or os.curdir for place in sys.path),
    }
    return subprocess.Popen(  # noqa: S603 - this very Python, and a program of ours
        [sys.executable, "-c", f"import {__name__} as here; here.main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=surroundings,
    )


def main() -> None:
    """Answer one question from standard input on standard output."""
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=_Asked)
    found: Any = import_module(asked.module)
    for part in asked.name.split("."):
        found = getattr(found, part)
    answer = said(found(found.Config(**asked.config)), asked.rows)
    sys.stdout.buffer.write(msgspec.json.encode(answer))
