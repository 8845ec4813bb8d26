"""The queue: errors first, the oldest first, amounts with every decimal."""

from typing import Any

from autobook_core.cli.looks import Looks
from autobook_tui.viewmodels import inbox
from autobook_tui.viewmodels.cells import MOST_ROWS

LOOKS = Looks()


def test_errors_come_first_and_then_the_oldest(make: Any, now: int) -> None:
    items = (
        make.exception(1, severity="warning", opened_at=now - 900),
        make.exception(2, opened_at=now - 10),
        make.exception(3, opened_at=now - 20),
    )
    assert [item.id for item in inbox.in_order(items)] == [3, 2, 1]


def test_a_row_has_severity_code_record_amount_and_detail(make: Any) -> None:
    (row,) = inbox.table((make.exception(),), LOOKS, 120, old=False).rows
    assert [cell.text for cell in row.cells] == [
        "! ERROR", "unmatched bank line", "B-1", "551.05 DKK", "nothing matches it",
    ]  # fmt: skip


def test_a_warning_an_old_row_and_an_unknown_amount(make: Any) -> None:
    item = make.exception(severity="warning", amount=None, currency=None)
    assert [inbox.table((item,), LOOKS, 80, old=old).rows[0].cells[0].text for old in (False, True)] == [
        "▲ WARN", "? OLD",
    ]  # fmt: skip
    assert inbox.table((item,), LOOKS, 80, old=False).rows[0].cells[3].text == ""


def test_the_place_in_the_queue_tells_what_is_not_shown(make: Any) -> None:
    items = tuple(make.exception(at) for at in range(MOST_ROWS + 7))
    assert (
        inbox.where(inbox.table(items, LOOKS, 80, old=False), 4)
        == "5 of 200 shown; 7 more: autobook exceptions"
    )
    assert inbox.where(inbox.table((), LOOKS, 80, old=False), 0) == "nothing waits for a person"


def test_the_detail_is_whole_and_clean(make: Any, now: int, hostile: str) -> None:
    item = make.exception(
        detail=hostile, record=hostile, code=hostile, source=hostile, suggestions=(hostile,)
    )
    lines = ["".join(cell.text for cell in line) for line in inbox.detail(item, LOOKS, now)]
    assert all(line.isprintable() for line in lines)
    assert "amount   551.05 DKK" in lines
    assert "open for 2h 00m" in lines
    assert lines[1].startswith("␛]0;OWNED␇␛[2Jpay <202e>me<202c> <9b>31m [bold]now[/bold] [/")
