"""Every entry once: a key is written, found again as it was, and never written twice."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from autobook_core.connector import Context, Delivery, Receipt
from autobook_plaintext.sink import Config, PlainText

Entry = Callable[..., dict[str, Any]]
Many = Callable[..., list[Delivery]]


@pytest.fixture(params=["both", "hledger", "beancount"])
def sink(request: pytest.FixtureRequest) -> PlainText:
    return PlainText(Config(format=request.param))


def states(receipts: list[Receipt]) -> list[str]:
    return [receipt.state for receipt in receipts]


def files(ctx: Context) -> dict[str, bytes]:
    folder = ctx.home / "files" / "ledger"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def bodies(sink: PlainText, ctx: Context, items: list[Delivery]) -> list[list[Any]]:
    found = sink.find(ctx, [item.key for item in items])
    return [[remote.body for remote in found[item.key]] for item in items]


def test_what_was_delivered_is_found_as_it_was(sink: PlainText, ctx: Context, deliveries: Many) -> None:
    items = deliveries(400)
    assert set(states(list(sink.deliver(ctx, items)))) == {"accepted"}
    assert bodies(sink, ctx, items) == [[item.body] for item in items]


def test_what_was_not_delivered_is_not_found(sink: PlainText, ctx: Context, deliveries: Many) -> None:
    assert sink.find(ctx, ["a"]) == {"a": []}
    list(sink.deliver(ctx, deliveries(3)))
    assert sink.find(ctx, ["a", "book/", "book/33"]) == {"a": [], "book/": [], "book/33": []}


def test_a_second_delivery_is_accepted_and_changes_nothing(
    sink: PlainText, ctx: Context, deliveries: Many
) -> None:
    items = deliveries(50)
    first = list(sink.deliver(ctx, items))
    before = files(ctx)
    assert list(sink.deliver(ctx, items)) == first
    assert files(ctx) == before


def test_a_key_with_another_body_is_rejected_whatever_its_month(
    sink: PlainText, ctx: Context, entry: Entry
) -> None:
    body = entry(1, day=date(2025, 3, 1))
    list(sink.deliver(ctx, [Delivery("k", "journal_entry", body)]))
    before = files(ctx)
    for other in (body | {"text": "other"}, body | {"date": "2025-07-01"}):
        (receipt,) = sink.deliver(ctx, [Delivery("k", "journal_entry", other)])
        assert receipt.state == "rejected"
        assert "2025-03" in receipt.why
    assert files(ctx) == before


def test_the_same_key_twice_in_one_batch_is_written_once(sink: PlainText, ctx: Context, entry: Entry) -> None:
    item, other = (Delivery("k", "journal_entry", entry(number)) for number in (1, 2))
    assert sorted(states(list(sink.deliver(ctx, [item, item, other])))) == [
        "accepted",
        "accepted",
        "rejected",
    ]
    assert bodies(sink, ctx, [item]) == [[item.body]]


def test_a_late_entry_rewrites_its_month_alone(
    sink: PlainText, ctx: Context, deliveries: Many, entry: Entry
) -> None:
    list(sink.deliver(ctx, deliveries(300)))
    before = files(ctx)
    late = Delivery("late", "journal_entry", entry(1000, day=date(2025, 2, 14), currency="DKK"))
    assert states(list(sink.deliver(ctx, [late]))) == ["accepted"]
    after = files(ctx)
    changed = {Path(name).stem for name in after if after[name] != before.get(name)}
    assert changed - {"accounts"} == {"2025-02"}
    assert bodies(sink, ctx, [late]) == [[late.body]]


def test_one_percent_more_touches_only_its_months(sink: PlainText, ctx: Context, deliveries: Many) -> None:
    items = deliveries(1000)
    list(sink.deliver(ctx, items[:990]))
    folder = ctx.home / "files" / "ledger"
    before = {path: path.stat().st_ino for path in folder.rglob("2025-*")}
    assert set(states(list(sink.deliver(ctx, items)))) == {"accepted"}
    rewritten = {path.stem for path, inode in before.items() if path.stat().st_ino != inode}
    assert rewritten == {item.body["date"][:7] for item in items[990:]}


def test_entries_stand_in_the_order_of_date_series_and_number(ctx: Context, entry: Entry) -> None:
    sink = PlainText(Config())
    wanted = [("2025-05-01", 2), ("2025-05-01", 10), ("2025-05-09", 1), ("2025-05-30", 3)]
    for day, number in [wanted[2], wanted[1], wanted[3], wanted[0]]:
        body = entry(number, series="A", text="x") | {"date": day}
        list(sink.deliver(ctx, [Delivery(f"{number}", "journal_entry", body)]))
    text = (ctx.home / "files/ledger/hledger/2025-05.journal").read_text(encoding="utf-8")
    heads = [line for line in text.splitlines() if line.startswith("2025")]
    assert heads == [f"{day} (A-{number}) x" for day, number in wanted]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"date": "2025-02-30"}, "date"), ({"date": "20250101"}, "date"), ({"currency": "XXX"}, "currency"),
        ({"lines": []}, "no lines"), ({"text": None}, "texts"), ({"sources": "in_1"}, "lists"),
        ({"lines": [{"account": "1", "name": "a", "type": "asset", "amount": 1}]}, "add up to 1"),
        ({"lines": [{"account": "1", "name": "a", "type": "asset", "amount": 0.0}]}, "minor units"),
        ({"lines": [{"account": "1", "name": "a", "type": "assets", "amount": 0}]}, "type of account"),
        ({"lines": [{"account": "1", "name": "a", "type": "asset", "amount": 10**16}]}, "minor units"),
        ({"lines": [{"account": "1"}]}, "a line needs"),
    ],
)  # fmt: skip
def test_what_is_no_entry_is_rejected_with_its_reason(
    changes: dict[str, Any], why: str, ctx: Context, entry: Entry
) -> None:
    good = Delivery("good", "journal_entry", entry(2))
    bad = Delivery("bad", "journal_entry", entry(1) | changes)
    receipts = {receipt.key: receipt for receipt in PlainText(Config()).deliver(ctx, [bad, good])}
    assert (receipts["bad"].state, receipts["good"].state) == ("rejected", "accepted")
    assert why in receipts["bad"].why


def test_another_kind_of_document_and_a_missing_key_are_rejected(ctx: Context, entry: Entry) -> None:
    body = entry(1)
    del body["number"]
    items = [Delivery("a", "invoice", entry(1)), Delivery("b", "journal_entry", body)]
    receipts = list(PlainText(Config()).deliver(ctx, items))
    assert states(receipts) == ["rejected", "rejected"]
    assert "number" in receipts[1].why


class PowerCut(BaseException):
    """The machine stops: nothing after this line happens."""


@pytest.mark.parametrize("step", range(1, 14))
def test_a_crash_at_any_rename_leaves_whole_files_and_the_rest_comes_again(
    step: int, ctx: Context, deliveries: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink, items = PlainText(Config()), deliveries(40)
    list(sink.deliver(ctx, items[:10]))
    count, replace = 0, os.replace

    def until_the_cut(source: Any, target: Any) -> None:
        nonlocal count
        count += 1
        if count == step:
            raise PowerCut
        replace(source, target)

    monkeypatch.setattr(os, "replace", until_the_cut)
    receipts: list[Receipt] = []
    with pytest.raises(PowerCut):
        receipts.extend(sink.deliver(ctx, items))
    monkeypatch.undo()

    found = sink.find(ctx, [item.key for item in items])
    there = {item.key: item for item in items if found[item.key]}
    assert {receipt.key for receipt in receipts} <= set(there), "a receipt is only given for what is on disk"
    assert all([remote.body for remote in found[key]] == [item.body] for key, item in there.items())
    assert set(states(list(sink.deliver(ctx, items)))) == {"accepted"}
    assert bodies(sink, ctx, items) == [[item.body] for item in items]
    assert not [name for name in files(ctx) if name.endswith(".tmp")]


def test_an_entry_in_one_journal_only_counts_as_not_there_and_is_completed(
    ctx: Context, deliveries: Many
) -> None:
    items = deliveries(5)
    list(PlainText(Config(format="hledger")).deliver(ctx, items))
    sink = PlainText(Config(format="both"))
    assert bodies(sink, ctx, items) == [[]] * 5
    assert set(states(list(sink.deliver(ctx, items)))) == {"accepted"}
    assert bodies(sink, ctx, items) == [[item.body] for item in items]


def test_a_disk_that_refuses_means_try_again(
    sink: PlainText, ctx: Context, deliveries: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = deliveries(5)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        receipts = list(sink.deliver(ctx, items))
    assert set(states(receipts)) == {"retry"}
    assert "No space" in receipts[0].why
    assert bodies(sink, ctx, items) == [[]] * 5
    assert not files(ctx)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("hledger/2025-05.journal", "  10.00 DKK", "  10.01 DKK"),
        ("hledger/2025-05.journal", "(A-1)", "(A-2)"),
        ("beancount/2025-05.beancount", "Income:A2-Sales", "Income:A3-Sales"),
        ("beancount/2025-05.beancount", '"in_1"', '"in_2"'),
        ("beancount/2025-05.beancount", "10.00 DKK", "x"),
    ],
)
def test_a_file_changed_by_hand_is_not_given_back_as_the_entry(
    name: str, before: str, after: str, ctx: Context, entry: Entry
) -> None:
    lines = [
        {"account": "1", "name": "Bank", "type": "asset", "amount": 1000},
        {"account": "2", "name": "Sales", "type": "income", "amount": -1000},
    ]
    body = entry(1, series="A", text="x", currency="DKK", sources=["in_1"], lines=lines, day=date(2025, 5, 1))
    sink, item = PlainText(Config()), Delivery("k", "journal_entry", body)
    list(sink.deliver(ctx, [item]))
    path = ctx.home / "files" / "ledger" / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    assert bodies(sink, ctx, [item]) != [[body]]
    assert states(list(sink.deliver(ctx, [item]))) == ["rejected"]


def test_a_persons_own_lines_survive_the_next_delivery(ctx: Context, entry: Entry) -> None:
    sink = PlainText(Config(format="hledger"))
    list(sink.deliver(ctx, [Delivery("a", "journal_entry", entry(1, day=date(2025, 5, 1)))]))
    path = ctx.home / "files/ledger/hledger/2025-05.journal"
    path.write_text(path.read_text(encoding="utf-8") + "\n; checked by Ida\n", encoding="utf-8")
    list(sink.deliver(ctx, [Delivery("b", "journal_entry", entry(2, day=date(2025, 5, 2)))]))
    assert "; checked by Ida" in path.read_text(encoding="utf-8")


def test_check_tells_whether_the_folder_can_be_written(ctx: Context) -> None:
    assert PlainText(Config()).check(ctx).ok
    (ctx.home / "taken").write_bytes(b"")
    health = PlainText(Config(folder="taken")).check(ctx)
    assert not health.ok
    assert "taken" in health.message
    assert not PlainText(Config(format="ledger")).check(ctx).ok


def test_the_connector_is_announced_as_a_sink() -> None:
    import autobook_plaintext

    (spec,) = autobook_plaintext.autobook_connectors()
    assert (spec.type, spec.load, spec.roles) == (
        "plaintext",
        "autobook_plaintext.sink:PlainText",
        frozenset({"sink"}),
    )
