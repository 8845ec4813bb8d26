"""Reports for people: every one can be read and says whether it ties, and its JSON has whole minor units."""

from pathlib import Path
from typing import Any

import pytest

from autobook_core.reports import REPORTS

from .conftest import Run, example, write_lines

HALF = ("--period", "2025-H1")
#: What each report says of itself where it ties to the ledger.
TIES = {
    "vat": "✓ the boxes equal the accounts of VAT",
    "eu-sales-list": "✓ the list equals box B services of the VAT return",
    "oss": "✓ the tax equals the movement of its account",
    "aged-receivables": "✓ the sum is the balance of receivables",
    "deferred-revenue": "✓ what the schedules say is the balance in the ledger",
    "payouts": "✓ every payout with known members equals their sum, and the list equals the ledger",
    "processor-proof": "✓ what moved at the processor is the balance of the clearing account",
}
#: Nothing of these was sold in the little book.
EMPTY = {"eu-sales-list", "oss"}


def numbers(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [found for one in value.values() for found in numbers(one)]
    if isinstance(value, list):
        return [found for one in value for found in numbers(one)]
    return [value]


@pytest.fixture
def unpaid(tmp_path: Path, run: Run) -> Path:
    """A book with one invoice that nobody paid."""
    folder = tmp_path / "unpaid"
    assert run("init", folder).code == 0
    lines = write_lines(tmp_path / "in.jsonl", example("bank-transfer")["records"][:1])
    assert run("import", lines, "--as-of", "2025-06-30", "--book", folder).code == 0
    return folder


@pytest.mark.parametrize("name", sorted(set(TIES) - EMPTY))
def test_a_report_says_that_it_ties_to_the_ledger(name: str, filled: Path, unpaid: Path, run: Run) -> None:
    book = unpaid if name == "aged-receivables" else filled
    done = run("report", name, *HALF, "--book", book)
    assert done.code == 0
    assert TIES[name] in done.lines
    assert max(map(len, done.lines)) <= 100


@pytest.mark.parametrize("name", sorted(EMPTY))
def test_a_report_without_figures_says_so(name: str, filled: Path, run: Run) -> None:
    done = run("report", name, *HALF, "--book", filled)
    assert (done.code, done.out) == (0, "")
    assert done.err.splitlines()[0] == f"{name}: no figures for 2025-01-01 to 2025-06-30"


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_the_json_of_a_report_holds_no_fractions_and_what_people_see(
    name: str, filled: Path, run: Run
) -> None:
    done = run("report", name, *HALF, "--json", "--book", filled)
    assert done.code == 0
    assert done.json["report"] == ("processor-proof" if name == "stripe-proof" else name)
    assert done.json["currency"] == "DKK"
    assert not any(isinstance(value, float) for value in numbers(done.json))


def test_the_vat_return_is_shown_in_whole_kroner_and_given_in_minor_units(filled: Path, run: Run) -> None:
    found = run("report", "vat", *HALF, "--json", "--book", filled).json
    shown = run("report", "vat", *HALF, "--book", filled)
    line = next(line for line in shown.lines if line.startswith("Salgsmoms"))
    assert line.split()[-1] == str(found["boxes"]["salgsmoms"] // 100) != "0"
    assert "suspense_open" in shown.out


def test_a_period_by_name_is_the_same_as_its_days(filled: Path, run: Run) -> None:
    named = run("report", "profit-loss", *HALF, "--json", "--book", filled)
    spelled = run(
        "report", "profit-loss", "--from", "2025-01-01", "--to", "2025-06-30", "--json", "--book", filled
    )
    assert named.json == spelled.json


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--period", "2025-Q5"), "write it as 2025-06, 2025-Q2, 2025-H1 or 2025"),
        (("--period", "2025", "--at", "2025-01-01"), "--period is given beside other days"),
    ],
)
def test_days_that_cannot_be_are_refused(
    arguments: tuple[str, ...], message: str, filled: Path, run: Run
) -> None:
    done = run("report", "vat", *arguments, "--book", filled)
    assert done.code == 2
    assert message in done.err


def test_a_payout_that_does_not_add_up_ends_with_1(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "book"
    assert run("init", folder).code == 0
    records = example("payout-and-bank-line")["records"]
    payout = next(one for one in records if one["type"] == "payout")
    own = payout["data"]["balance_transaction"]
    payout["data"]["balance_transactions"] = ["txn_nowhere", own["id"] if isinstance(own, dict) else own]
    run("import", write_lines(tmp_path / "in.jsonl", records), "--as-of", "2025-06-30", "--book", folder)
    done = run("report", "payouts", *HALF, "--book", folder)
    assert done.code == 1
    assert "✗ not so: every payout with known members equals their sum" in done.out


def test_a_narrow_or_plain_terminal_can_be_read(
    filled: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("COLUMNS", "40")
    for name in TIES:
        done = run("report", name, *HALF, "--book", filled)
        assert done.code == 0
        assert "✓" not in done.out
