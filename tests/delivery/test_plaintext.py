"""The real plain-text sink: what is delivered is on disk, once."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from autobook_core.delivery import checkpoints
from autobook_plaintext.sink import Config, PlainText


def journal(office: Any, form: str = "hledger") -> str:
    folder: Path = office.folder / "files" / "ledger" / form
    return "\n".join(path.read_text() for path in sorted(folder.glob("[0-9]*")))


@pytest.fixture
def sink() -> PlainText:
    return PlainText(Config())


def test_every_entry_stands_in_both_journals_and_is_verified(office: Any, sink: PlainText) -> None:
    for month in (1, 2, 3):
        office.post(20, day=date(2025, month, 28))
    report = office.deliver(sink)
    assert (report.verified, report.error) == (60, "")
    for form in ("hledger", "beancount"):
        text = journal(office, form)
        for row in office.rows():
            assert text.count(row.key) == 1
    assert office.rows()[0].remote_id == f"2025-01/{office.rows()[0].key}"
    assert office.deliver(sink).sent == 0


@pytest.mark.parametrize("name", checkpoints.ALL)
def test_a_crash_and_a_second_run_write_every_entry_once(
    office: Any, sink: PlainText, crash_at: Callable[..., type[BaseException]], name: str
) -> None:
    office.post(10)
    with pytest.raises(crash_at(name)):
        office.deliver(sink)
    office.restart()
    report = office.deliver(sink)
    assert report.verified == 10
    text = journal(office)
    assert all(text.count(row.key) == 1 for row in office.rows())


def test_an_edited_journal_is_a_conflict(
    office: Any, sink: PlainText, crash_at: Callable[..., type[BaseException]]
) -> None:
    office.post(3)
    with pytest.raises(crash_at(checkpoints.AFTER_RECEIPTS)):
        office.deliver(sink)
    office.restart()
    for path in (office.folder / "files" / "ledger").glob("*/2025-01.*"):
        path.write_text(path.read_text().replace("125.02", "125.92").replace("-100.02", "-100.92"))
    report = office.deliver(sink)
    assert (report.verified, report.conflict) == (2, 1)
    assert office.inbox() == [("delivery_conflict", "A-2025-2")]


def test_a_folder_that_cannot_be_written_puts_the_entries_off(office: Any, sink: PlainText) -> None:
    office.post(2)
    blocked = office.folder / "files" / "ledger"
    blocked.mkdir(parents=True)
    (blocked / "hledger").write_text("a file where the folder should be")
    office.deliver(sink)
    assert set(office.states()) <= {"ready", "sending"}
    (blocked / "hledger").unlink()
    assert office.deliver(sink).verified == 2
