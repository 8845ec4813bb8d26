"""One check of the kit: a plain function over a bench, with the class of bug it comes from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter_ns
from typing import Any, Generic, Protocol, TypeVar


class Broken(AssertionError):
    """The connector broke a promise; the message says which."""


class NotApplicable(Exception):
    """The connector makes no such promise; the message says why."""


class Group(StrEnum):
    """What a case is about."""

    SETUP = "setup"
    TRANSPORT = "transport"
    DATA = "data"
    CRASH = "crash"
    PURITY = "purity"
    WEBHOOK = "webhook"
    DELIVERY = "delivery"
    EXTRAS = "extras"
    LIVE = "live"


class Closable(Protocol):
    """What a case works on."""

    def close(self) -> None:
        """Let go of everything."""


B = TypeVar("B", bound=Closable)


@dataclass(frozen=True, slots=True)
class Case(Generic[B]):
    """A named check.

    Attributes:
        id: its name in reports and exemptions; it never changes.
        group: what it is about.
        bug: the class of bug it was written for.
        run: the check itself; raises :class:`Broken` or :class:`NotApplicable`.
    """

    id: str
    group: Group
    bug: str
    run: Callable[[B], None]

    @property
    def checks(self) -> str:
        """Return what it checks, in a sentence."""
        return (self.run.__doc__ or self.id).strip().splitlines()[0]


class Cases(Generic[B]):
    """Collects the cases of one group; a decorator gives each its name and reason."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.all: list[Case[B]] = []

    def __call__(self, id: str, *, bug: str) -> Callable[[Callable[[B], None]], Callable[[B], None]]:
        """Register a function as a case."""

        def register(run: Callable[[B], None]) -> Callable[[B], None]:
            self.all.append(Case(id, self.group, bug, run))
            return run

        return register


@dataclass(frozen=True, slots=True)
class Result:
    """How a case ended: ``passed``, ``failed``, ``exempt`` or ``not_applicable``, and why."""

    id: str
    group: str
    outcome: str
    detail: str = ""
    milliseconds: int = 0


def run_case(case: Case[B], make_bench: Callable[[], B], exempt: Mapping[str, str] | None = None) -> Result:
    """Run one case on a bench of its own and return how it ended. What the connector raises is a failure."""
    reason = (exempt or {}).get(case.id)
    if reason is not None:
        return Result(case.id, case.group, "exempt", reason)
    began = perf_counter_ns()
    outcome, detail = "passed", ""
    bench: B | None = None
    try:
        bench = make_bench()
        case.run(bench)
    except NotApplicable as reason_why:
        outcome, detail = "not_applicable", str(reason_why)
    except (Broken, KeyboardInterrupt) as broken:
        if type(broken) is KeyboardInterrupt:
            raise
        outcome, detail = "failed", str(broken)
    except Exception as error:  # noqa: BLE001 - a stranger's code may raise anything; it is the verdict
        outcome, detail = "failed", f"{type(error).__name__}: {error}"
    finally:
        if bench is not None:
            bench.close()
    return Result(case.id, case.group, outcome, detail, (perf_counter_ns() - began) // 1_000_000)


def require(holds: Any, promise: str) -> None:
    """Go on where a promise holds.

    Raises:
        Broken: it does not.
    """
    if not holds:
        raise Broken(promise)


def unknown_exemptions(exempt: Mapping[str, str], cases: Sequence[Case[Any]]) -> list[str]:
    """Return what is wrong with a connector's exemptions: ids there are none of, reasons left out."""
    known = {case.id for case in cases}
    wrong = [f"there is no case {name!r}" for name in exempt if name not in known]
    return wrong + [f"{name}: an exemption needs a reason" for name, why in exempt.items() if not why.strip()]
