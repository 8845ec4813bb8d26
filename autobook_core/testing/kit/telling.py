"""From the result of a case to the verdict of a test, and to what the plugin of pytest is told."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from autobook_core.testing.kit.announced import announced
from autobook_core.testing.kit.case import Case, Result
from autobook_core.testing.kit.names import PROPERTY
from autobook_core.testing.kit.report import Told


def tell(
    request: pytest.FixtureRequest,
    connector: type[Any],
    result: Result,
    *,
    of: int,
    live: bool = False,
    maintainers: int | None = None,
    golden: Sequence[tuple[str, bool]] = (),
) -> None:
    """Tell the plugin how a case ended, in this process or from a worker.

    Args:
        request: of the test.
        connector: the class that was put to the test.
        result: how the case ended.
        of: how many cases the contract has.
        live: whether it was tried against the live service.
        maintainers: people who look after it, where the package's metadata does not say.
        golden: golden files that were written, each with whether it changed.
    """
    known = announced(connector)
    told = Told(
        type=known.type,
        title=known.title,
        roles=known.roles,
        folder=str(known.folder or ""),
        maintainers=known.maintainers if maintainers is None else maintainers,
        live=live,
        of=of,
        id=result.id,
        group=str(result.group),
        outcome=result.outcome,
        detail=result.detail,
        milliseconds=result.milliseconds,
        golden=tuple(golden),
    )
    request.node.user_properties.append((PROPERTY, msgspec.to_builtins(told)))


def judge(case: Case[Any], result: Result) -> None:
    """Fail or skip the test as the case ended."""
    if result.outcome == "failed":
        pytest.fail(f"{result.detail}\n\n{case.id}: {case.checks}\nWhy: {case.bug}.", pytrace=False)
    if result.outcome in ("exempt", "not_applicable"):
        pytest.skip(f"{result.outcome}: {result.detail}")
