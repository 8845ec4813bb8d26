"""What contracts told becomes one section for each connector, and what a run could not show stays as it was."""

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autobook_core.plugins.conformance import FILE, CaseResult, Report, Section, read_report, source_digest
from autobook_core.testing.kit.announced import announced, maintainers_of
from autobook_core.testing.kit.report import Told, gathered, merged, write_report
from autobook_core.testing.kit.summary import summed_up
from tests.testing.kit.acmepay import AcmePay

DAY = date(2025, 6, 1)
LATER = date(2025, 6, 9)


def told(id: str = "poison", outcome: str = "passed", **changes: Any) -> Told:
    plain = Told(
        type="acme", title="Acme", roles=("sink",), folder="", maintainers=1, live=False, of=2, id=id,
        group="delivery", outcome=outcome, detail="", milliseconds=40,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **changes)


def live(id: str = "live-check", outcome: str = "passed", **changes: Any) -> Told:
    return told(id, outcome, live=True, group="live", **changes)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "autobook_acme"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    return folder


def says(package: Path, *items: Told, today: date = DAY, write: bool = True) -> list[str]:
    """Return the summary of a run of one contract that told this."""
    there = [("test_acme.py::TestAcme", msgspec.to_builtins(msgspec.structs.replace(item, folder=str(package))))
             for item in items]  # fmt: skip
    return summed_up(there, today=today, write=write, root=package.parent)


def section(package: Path) -> Section:
    report = read_report(package)
    assert report is not None
    return report.connectors["acme"]


def test_of_several_contracts_of_one_connector_the_worst_result_of_a_case_counts() -> None:
    order = ("failed", "exempt", "passed", "not_applicable")
    for at, worse in enumerate(order):
        for better in order[at:]:
            for pair in ((worse, better), (better, worse)):
                assert merged(told(outcome=one) for one in pair)[0].outcome == worse
    one, other = gathered([("a", told(title="B")), ("b", told(title="A")), ("c", told("find", title="B"))])
    assert (one.title, other.title, sorted(other.told)) == ("A", "B", ["a", "c"])


def test_a_contract_that_was_half_run_keeps_the_tier_back_even_beside_a_whole_one() -> None:
    whole = [("a", told()), ("a", told("find"))]
    assert gathered(whole)[0].not_run == 0
    assert gathered([*whole, ("b", told())])[0].not_run == 1
    assert gathered([("a", told()), ("a", told(outcome="failed"))])[0].not_run == 1, (
        "a case that was run twice"
    )


def test_a_live_run_leaves_its_day_in_the_report_and_a_red_one_takes_it_away(package: Path) -> None:
    says(package, told(), told("find"))
    assert section(package).live is None
    said = says(package, live(), live("live-ids"), today=LATER)
    assert said[0] == "Acme, live: green: 2 passed (0.0 s)"
    assert (section(package).day, section(package).live) == (DAY, LATER)
    says(package, told(), told("find"), today=date(2025, 6, 20))
    assert (section(package).day, section(package).live) == (date(2025, 6, 20), LATER)
    said = says(package, live(), live("live-ids", "failed"), today=LATER)
    assert said[0] == "Acme, live: not green: 1 passed, 1 failed (0.0 s)"
    assert section(package).live is None


def test_a_live_run_that_showed_nothing_is_not_green(package: Path) -> None:
    says(package, told(), told("find"))
    said = says(package, live(), live("live-ids", "not_applicable", detail="the sandbox has no rows"))
    assert said[:2] == [
        "Acme, live: not green: 1 passed, 1 not applicable (0.0 s)",
        "  live-ids showed nothing: the sandbox has no rows",
    ]
    assert section(package).live is None


def test_half_a_live_run_changes_nothing(package: Path) -> None:
    says(package, told(), told("find"))
    says(package, live(), live("live-ids"), today=LATER)
    said = says(package, live(outcome="failed"))
    assert said[-1] == "  no report was written: 1 of its live promises were not run"
    assert section(package).live == LATER


def test_a_live_run_needs_a_report_to_be_noted_in_and_says_when_that_is_of_other_code(package: Path) -> None:
    green = (live(), live("live-ids"))
    assert "there is none yet" in says(package, *green)[-1]
    assert not (package / FILE).exists()
    says(package, told(), told("find"))
    (package / "more.py").write_text("")
    assert says(package, *green)[-1] == "  the rest of it is of other code: pytest --autobook-report"
    assert section(package).source != source_digest(package)


def test_the_summary_counts_the_evidence_of_the_report_that_lies_there(package: Path) -> None:
    run = (told(maintainers=2), told("find", maintainers=2))
    says(package, *run)
    says(package, live(), live("live-ids"))
    assert says(package, *run, write=False)[0] == "Acme: gold: 2 passed (0.0 s)"


def test_reports_of_other_connectors_of_the_package_stay_and_an_unreadable_file_is_written_anew(
    package: Path,
) -> None:
    one = Section("0.1.0", DAY, "sha256:1", (CaseResult("poison", "delivery", "passed"),))
    (package / FILE).write_text("rubbish")
    write_report(package, {"b": one})
    write_report(package, {"a": one})
    assert read_report(package) == Report({"a": one, "b": one})
    text = (package / FILE).read_text()
    assert text.index('"a"') < text.index('"b"')
    assert text.endswith("}\n")


def test_a_report_that_cannot_be_written_is_told_and_ends_nothing(package: Path) -> None:
    (package / FILE).mkdir()
    assert "no report was written: " in says(package, told(), told("find"))[-1]


def test_a_class_nobody_announces_goes_by_its_own_name_and_gets_no_report(package: Path) -> None:
    assert (announced(AcmePay).type, announced(AcmePay).title) == ("", "AcmePay")
    nobody = (told(type=""), told("find", type=""))
    assert "no installed plugin announces the class Acme" in says(package, *nobody)[-1]
    assert maintainers_of(None) == 1


def test_our_own_connectors_are_known_by_what_the_product_calls_them() -> None:
    from autobook_stripe.source import StripeSource

    known = announced(StripeSource)
    assert (known.type, known.title, known.roles) == ("stripe", "Stripe", ("source",))
    assert known.folder is not None
    assert known.folder.name == "autobook_stripe"
