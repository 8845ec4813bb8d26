"""Checking a connector: whose account answers, what it offers, and what a reviewer would ask about."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from autobook_core.connector import Health, Sink, Source, option_fields
from autobook_core.errors import ConnectorBug
from autobook_core.workbench.failing import failure
from autobook_core.workbench.hiding import hide_values
from autobook_core.workbench.loading import Connector
from autobook_core.workbench.opening import Opened
from autobook_core.workbench.subject import Subject

PRODUCTION = (
    "check says live=True, as it does unless told otherwise: take these for production credentials, "
    "and use a sandbox while you work"
)


def checked(opened: Opened, subject: Subject) -> dict[str, Any]:
    """Return what ``check`` says and what can be seen of the connector, as JSON-able values without secrets.

    ``ok`` is true where ``check`` said so and no finding is an error.
    """
    health, error = ask(opened, subject)
    steps = opened.trace.take(opened.redactor)
    findings = [*_of_config(subject.connector), *_of_streams(subject.connector)]
    if health is not None:
        findings += _of_health(health, subject, asked=bool(steps))
    wrong = any(item["level"] == "error" for item in findings)
    found = {
        "what": subject.what, "type": subject.kind, "role": "source" if _is_source(subject) else "sink",
        "ok": error is None and health is not None and health.ok and not wrong,
        "health": None if health is None else dataclasses.asdict(health), "error": error, "steps": steps,
        "streams": _streams(subject.connector), "limits": _limits(subject.connector), "findings": findings,
    }  # fmt: skip
    told: dict[str, Any] = hide_values(found, opened.redactor)
    return told


def ask(opened: Opened, subject: Subject) -> tuple[Health | None, dict[str, Any] | None]:
    """Return what ``check`` says, or how it failed."""
    try:
        health: object = opened.connector.check(opened.context)
        if not isinstance(health, Health):
            raise ConnectorBug(f"check gave a {type(health).__name__}, not a Health")
    except (KeyboardInterrupt, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001 - a stranger's code may raise anything, even SystemExit
        return None, failure(error, subject, opened.redactor)
    return health, None


def _is_source(subject: Subject) -> bool:
    return issubclass(subject.connector, Source)


def _finding(level: str, text: str) -> dict[str, str]:
    return {"level": level, "text": text}


def _of_health(health: Health, subject: Subject, *, asked: bool) -> Iterator[Mapping[str, str]]:
    if not health.ok:
        yield _finding("error", f"check says that it does not work: {health.message or 'without a reason'}")
    if not health.account_id:
        yield _finding(
            "warning", "check names no account_id, so a connection cannot be pinned to its account"
        )
    elif subject.account and health.account_id != subject.account:
        yield _finding(
            "error",
            f"the connection was made for account {subject.account}, these credentials open {health.account_id}",
        )
    if health.missing:
        yield _finding("warning", f"not allowed to read: {', '.join(health.missing)}")
    if health.live:
        yield _finding("warning", PRODUCTION)
    if not asked and subject.connector.base_url not in (Source.base_url, Sink.base_url):
        yield _finding("warning", "check asked the other side nothing, so it cannot know")


def _of_config(connector: Connector) -> Iterator[Mapping[str, str]]:
    config = connector.Config
    parameters = getattr(config, "__dataclass_params__", None)
    if parameters is None or not parameters.frozen:
        yield _finding("error", "Config is no frozen dataclass: write @dataclass(frozen=True)")
        return
    for spec in option_fields(config):
        if not spec.metadata.get("help", "").strip():
            yield _finding(
                "error", f"the setting {spec.name} has no help text; write option(...) or secret(...)"
            )
        if spec.metadata.get("secret") and spec.repr:
            yield _finding("error", f"the secret {spec.name} stands in the repr; declare it with secret(...)")


def _of_streams(connector: Connector) -> Iterator[Mapping[str, str]]:
    if not issubclass(connector, Source):
        return
    names: list[str] = []
    if not connector.streams:
        yield _finding("error", "there is no stream")
    for stream in connector.streams:
        if not stream.name:
            yield _finding("error", "a stream has no name")
        elif stream.name in names:
            yield _finding("error", f"two streams are called {stream.name}, and would share one cursor")
        late = sorted(set(stream.after) - set(names))
        if late:
            yield _finding("error", f"{stream.name} comes after {', '.join(late)}, not listed before it")
        names.append(stream.name)


def _streams(connector: Connector) -> list[dict[str, Any]]:
    if not issubclass(connector, Source):
        return []
    return [
        {
            "name": stream.name, "kind": stream.kind or stream.name, "after": list(stream.after),
            "lookback_seconds": stream.lookback, "sweep_seconds": int(stream.sweep.total_seconds()),
            "cursor_version": stream.cursor_version, "shape": getattr(stream.shape, "__name__", str(stream.shape)),
        }
        for stream in connector.streams
    ]  # fmt: skip


def _limits(connector: Connector) -> list[dict[str, Any]]:
    return [{"calls": item.calls, "per_seconds": item.per, "match": item.match} for item in connector.limits]
