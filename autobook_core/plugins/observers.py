"""Telling plugins what happened: each on a thread of its own, with a time budget, none in another's way."""

import inspect
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autobook_core.logs import event

BUDGET_SECONDS = 5.0
#: More of an error is not shown, in characters.
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Observer:
    """One implementation of an observing hook: whose, of which hook, and which arguments it takes."""

    plugin: str
    hook: str
    call: Callable[..., Any]
    takes: tuple[str, ...]


class Observers:
    """The observers of all plugins."""

    def __init__(
        self, observers: Sequence[Observer], log: logging.Logger, budget_seconds: float = BUDGET_SECONDS
    ) -> None:
        """Hold the observers.

        Args:
            observers: in the order in which they are started.
            log: where failures are told.
            budget_seconds: how long one telling may take.
        """
        self._observers = tuple(observers)
        self._log = log
        self._budget_seconds = budget_seconds
        self._lock = threading.Lock()
        self._running: dict[Observer, threading.Thread] = {}

    def tell(self, hook: str, **arguments: Any) -> list[str]:
        """Call every implementation of a hook and wait for all of them, at most the budget.

        One that still hangs from an earlier call is not called again, so a hanging plugin holds one thread
        and not one for each run.

        Returns:
            The plugins that failed, sorted.
        """
        failures: dict[Observer, str] = {}
        started: list[tuple[Observer, threading.Thread]] = []
        with self._lock:
            for observer in (one for one in self._observers if one.hook == hook):
                earlier = self._running.get(observer)
                if earlier is not None and earlier.is_alive():
                    failures[observer] = "is still busy with an earlier call"
                    continue
                thread = _begun(observer, arguments, failures)
                self._running[observer] = thread
                started.append((observer, thread))
        deadline = time.monotonic() + self._budget_seconds
        for observer, thread in started:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                failures[observer] = f"did not return within {self._budget_seconds:g} s"
        failed = dict(failures)
        for observer, reason in failed.items():
            event(
                self._log,
                "plugin.failed",
                level=logging.WARNING,
                plugin=observer.plugin,
                hook=hook,
                reason=reason,
            )
        return sorted({observer.plugin for observer in failed})


def _begun(observer: Observer, arguments: dict[str, Any], failures: dict[Observer, str]) -> threading.Thread:
    def work() -> None:
        try:
            result = observer.call(*(arguments[name] for name in observer.takes))
            if inspect.iscoroutine(result):
                result.close()
                failures[observer] = "returned a coroutine: observers are plain functions"
        except BaseException as error:  # noqa: BLE001 a plugin may raise anything, even SystemExit
            failures[observer] = described(error)

    thread = threading.Thread(target=work, name=f"observer {observer.plugin}", daemon=True)
    thread.start()
    return thread


def described(error: BaseException) -> str:
    """Return an error of a plugin in one line, even when it cannot say itself what it is."""
    try:
        text = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 the plugin wrote __str__ too
        text = "an error that cannot be shown"
    return f"{type(error).__name__}: {text}"[:LONGEST_REASON]
