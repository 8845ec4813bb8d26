"""Every case for sources, and how to run them without pytest."""

from collections.abc import Iterable, Mapping

from autobook_core.testing.kit.answer_cases import ANSWER_CASES
from autobook_core.testing.kit.bench import Bench
from autobook_core.testing.kit.case import Case, Result, run_case
from autobook_core.testing.kit.crash_cases import CRASH_CASES
from autobook_core.testing.kit.data_cases import DATA_CASES
from autobook_core.testing.kit.elsewhere_cases import ELSEWHERE_CASES
from autobook_core.testing.kit.fake import Subject
from autobook_core.testing.kit.history_cases import HISTORY_CASES
from autobook_core.testing.kit.purity_cases import PURITY_CASES
from autobook_core.testing.kit.setup_cases import EXTRA_CASES, SETUP_CASES
from autobook_core.testing.kit.transport_cases import TRANSPORT_CASES
from autobook_core.testing.kit.webhook_cases import WEBHOOK_CASES

SOURCE_CASES: tuple[Case[Bench], ...] = (
    *SETUP_CASES,
    *DATA_CASES,
    *HISTORY_CASES,
    *TRANSPORT_CASES,
    *ANSWER_CASES,
    *CRASH_CASES,
    *PURITY_CASES,
    *ELSEWHERE_CASES,
    *WEBHOOK_CASES,
    *EXTRA_CASES,
)


def run_source_cases(
    subject: Subject, exempt: Mapping[str, str] | None = None, cases: Iterable[Case[Bench]] = SOURCE_CASES
) -> list[Result]:
    """Run cases on a source, each on a fresh bench, and return how they ended."""
    return [run_case(case, lambda: Bench(subject), exempt) for case in cases]
