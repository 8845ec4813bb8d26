"""Faults a test can plant in the simulated processor: wrong statuses, lost answers, broken connections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

FaultKind = Literal["status", "reset", "timeout", "truncate", "html"]


@dataclass(slots=True)
class Fault:
    """Something that goes wrong with the next ``times`` requests that match.

    ``match`` is a path prefix, optionally after a method (``"/v1/charges"``, ``"POST /v1/refunds"``), ``"*"`` for every
    request, or a function of method and path with query. With ``after`` the request is carried out first and only its
    answer is lost, which is what makes a write's outcome doubtful. ``delay_ms`` is how long a timeout stays silent.
    """

    match: str | Callable[[str, str], bool] = "*"
    kind: FaultKind = "status"
    status: int = 500
    times: int = 1
    after: bool = False
    retry_after: int | None = None
    delay_ms: int = 30_000

    def applies(self, method: str, target: str) -> bool:
        """Tell whether the fault hits a request."""
        if self.times <= 0:
            return False
        if callable(self.match):
            return self.match(method, target)
        wanted, space, prefix = self.match.partition(" ")
        if not space:
            wanted, prefix = method, self.match
        return wanted == method and (prefix == "*" or target.startswith(prefix))
