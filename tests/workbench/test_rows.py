import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from autobook_core.config import init_book
from autobook_core.errors import ConfigurationError
from autobook_core.workbench.bench import Workbench
from tests.workbench.acme_server import Acme, movement

from .conftest import MakeBench, change


def translate(bench: Workbench, file: Path | None = None, stream: str | None = None) -> dict[str, Any]:
    return bench.translate(file=file, stream=stream, posting=False, through=None)[0]


def test_rows_that_were_fetched_are_translated_and_bad_ones_set_aside_with_the_reason(
    acme: Acme, bench: Workbench
) -> None:
    acme.rows = [
        movement(0),
        movement(1, amount="12.50"),
        movement(2, created_at=None),
        movement(3, created_at="2025-06-15T15:03:40Z", currency=None),
    ]
    acme.rows[2]["created_at"] = "2025-06-15T15:02:40Z"
    acme.rows[2].pop("amount")
    bench.fetch(None, pages=9)
    found = translate(bench)
    assert [(row["id"], row["refused"], len(row["records"])) for row in found["rows"]] == [
        ("ch_0", "", 1),
        ("ch_1", "non_integer_amount", 0),
        ("ch_2", "missing_required_field", 0),
        ("ch_3", "missing_required_field", 0),
    ]
    assert found["rows"][1]["detail"] == "Expected `int`, got `str` - at `$.amount`"
    assert (found["records"], found["refused"]) == (1, 3)
    assert (
        found["rows"][0]["records"][0] | {"kind": "charge", "id": "ch_0", "amount": 1_000}
        == (found["rows"][0]["records"][0])
    )


def test_a_row_on_which_the_connector_fails_shows_its_own_lines(on_bench: MakeBench, connector: Path) -> None:
    on_bench().fetch(None, pages=1)
    change(connector, "        born, state", "        raw.amont\n        born, state")
    row = translate(on_bench())["rows"][0]
    assert row["refused"] == "connector_bug"
    assert "'Movement' object has no attribute 'amont'" in row["detail"]
    line = connector.read_text().splitlines().index("        raw.amont") + 1
    assert row["traceback"] == [f"acme.py:{line} in translate: raw.amont"]


def test_translation_needs_no_secret_and_asks_nobody(
    acme: Acme, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.fetch(None, pages=1)
    asked = len(acme.asked)
    object.__setattr__(bench.place, "env", {})
    assert translate(bench)["records"] == 2
    assert len(acme.asked) == asked


def test_a_file_is_a_list_of_rows_named_after_its_stream_or_not(bench: Workbench, tmp_path: Path) -> None:
    for name in ("rows.json", "movement.raw.json", "movement.sandbox.raw.json"):
        (tmp_path / name).write_text(json.dumps([movement(0), movement(1, void=True)]))
        found = translate(bench, tmp_path / name)
        assert [row["stream"] for row in found["rows"]] == ["movement", "movement"]
        assert [row["records"][0]["status"] for row in found["rows"]] == ["succeeded", "canceled"]


def test_the_name_of_a_file_chooses_among_streams(
    on_bench: MakeBench, connector: Path, tmp_path: Path
) -> None:
    change(connector, 'kind="charge"),)', 'kind="charge"), api.Stream("movement.void", shape=Movement))')
    (tmp_path / "movement.void.sandbox.raw.json").write_text(json.dumps([movement(0)]))
    found = translate(on_bench(), tmp_path / "movement.void.sandbox.raw.json")
    assert found["rows"][0]["stream"] == "movement.void"
    assert translate(on_bench(), tmp_path / "movement.void.sandbox.raw.json", "movement")["rows"][0][
        "stream"
    ] == ("movement")


UNREADABLE = {"nowhere": None, "no JSON": "{", "an object": '{"data": []}'}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_holds_no_rows_is_refused_by_name(
    content: str | None, bench: Workbench, tmp_path: Path
) -> None:
    path = tmp_path / "rows.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigurationError) as refused:
        translate(bench, path)
    assert refused.value.file == str(path)
    assert refused.value.fix


def test_without_rows_it_says_where_they_come_from(bench: Workbench) -> None:
    with pytest.raises(ConfigurationError, match="nothing was fetched") as refused:
        translate(bench)
    assert "autobook dev fetch" in refused.value.fix


BANK = """
    def translate(self, stream: api.Stream, raw: Movement) -> Iterable[api.Record]:
        day = datetime.fromisoformat(raw.created_at).date()
        yield api.BankTransaction(
            id=raw.id, created=instant(raw.created_at), account="DK1", booking_date=day, amount=raw.amount,
            currency=raw.currency.upper(), direction="CRDT",
        )
"""


@pytest.fixture
def bank(connector: Path) -> Path:
    """The connector with bank lines instead of charges: they post by themselves."""
    text = connector.read_text()
    begin, end = text.index("    def translate"), text.index("def wrap(")
    connector.write_text(text[:begin] + BANK.lstrip("\n") + "\n\n" + text[end:])
    change(connector, 'kind="charge"', 'kind="bank_transaction"')
    return connector


def test_rows_post_in_memory_by_the_terms_of_a_new_company(bank: Path, bench: Workbench) -> None:
    bench.fetch(None, pages=1)
    document, posted = bench.translate(file=None, stream=None, posting=True, through=date(2025, 6, 30))
    assert posted is not None
    assert document["posted"]["terms"] == "the chart and rules of a new Danish company"
    assert [sum(line["debit"] for line in entry["lines"]) for entry in posted.entries] == [1_000, 1_001]
    assert {line["role"] for entry in posted.entries for line in entry["lines"]} == {"bank", "suspense"}
    assert [(item["code"], item["record"]) for item in posted.exceptions] == [
        ("unmatched_bank_line", "ch_0"),
        ("unmatched_bank_line", "ch_1"),
    ]
    assert [row["status"] for row in posted.records] == ["posted", "posted"]


def test_rows_of_a_file_post_under_the_ids_of_their_records(
    bank: Path, bench: Workbench, tmp_path: Path
) -> None:
    (tmp_path / "rows.json").write_text(json.dumps([movement(7), {"broken": 1}]))
    _, posted = bench.translate(
        file=tmp_path / "rows.json", stream=None, posting=True, through=date(2025, 6, 30)
    )
    assert posted is not None
    assert [entry["sources"] for entry in posted.entries] == [["ch_7"]]
    assert "missing_required_field" in {item["code"] for item in posted.exceptions}


def test_the_books_own_rules_decide_and_its_store_is_not_touched(
    acme: Acme, bank: Path, on_bench: MakeBench, tmp_path: Path
) -> None:
    book = tmp_path / "book"
    init_book(book, company="Acme ApS", overrides=["policy.base_currency=EUR"])
    acme.rows = [movement(0, currency="eur")]
    bench = on_bench(book=book)
    bench.fetch(None, pages=1)
    document, posted = bench.translate(file=None, stream=None, posting=True, through=date(2025, 6, 30))
    assert posted is not None
    assert (posted.terms, posted.currency, len(posted.entries)) == ("the book's chart and rules", "EUR", 1)
    assert json.loads(json.dumps(document)) == document
    assert not (book / "books.db").exists()
