"""Any page may come again, in any order, any number of times; other content under one event is a conflict."""

from typing import Any

import pytest

from autobook_core.connector import Envelope
from autobook_core.intake.landing import FURTHEST, LONGEST_ID, as_json, raw_row, rows_of
from autobook_core.store.rows import RawRow, Row, week_of


def known(intake: Any, row: RawRow) -> None:
    """Let the book know a row as it stands after booking."""
    week = week_of(row.created)
    stored = Row(
        intake.connection, "invoice", week, row.id, "posted", b"v", row.version, row.digest, 1, 0, None, None, b"",
    )  # fmt: skip
    with intake.store.writing():
        if intake.store.records.in_week(intake.connection, "invoice", week, [row.id]):
            intake.store.records.replace([stored])
        else:
            intake.store.records.insert([stored])


def test_a_row_that_comes_twice_in_one_page_lands_once(intake: Any) -> None:
    landed = intake.land(intake.row(), intake.row(), intake.row("b"))
    assert (landed.rows, landed.new, landed.known, landed.conflicts) == (3, 2, 1, 0)
    assert [row.id for row in intake.waiting()] == ["a", "b"]


def test_a_page_that_comes_again_brings_nothing(intake: Any) -> None:
    rows = [intake.row("a"), intake.row("b", created=1_700_000_000)]
    intake.land(*rows)
    for row in rows:
        known(intake, row)
    assert intake.land(*reversed(rows)).new == 0
    assert len(intake.waiting()) == 2


def test_pages_that_overlap_bring_only_what_is_new(intake: Any) -> None:
    rows = [intake.row(name) for name in "abc"]
    intake.land(*rows[:2])
    for row in rows[:2]:
        known(intake, row)
    assert intake.land(*rows[1:]).new == 1


def test_other_content_of_a_known_row_is_new(intake: Any) -> None:
    known(intake, intake.row())
    assert intake.land(intake.row(content="2")).new == 1


@pytest.mark.parametrize(
    ("stored", "comes", "new"),
    [
        (5, 4, 0),
        (5, 6, 1),
        (9, 10, 1),
        ("2025-01-02", "2025-01-01", 0),
        ("2025-01-01", "2025-01-02", 1),
        ("", 4, 1),
        (5, "", 1),
        (5, 5, 1),
    ],
)
def test_an_older_version_after_a_newer_one_is_dropped(
    intake: Any, stored: Any, comes: Any, new: int
) -> None:
    known(intake, intake.row(version=stored))
    assert intake.land(intake.row(content="2", version=comes)).new == new


def test_rows_without_an_id_are_all_kept_to_be_set_aside(intake: Any) -> None:
    assert intake.land(intake.row(""), intake.row("")).new == 2


def test_an_event_told_again_is_known_and_with_other_content_a_conflict(intake: Any) -> None:
    assert intake.land(intake.row(event_id="evt_1")).conflicts == 0
    again = intake.land(intake.row(event_id="evt_1"))
    assert (again.new, again.known) == (0, 1)
    other = intake.land(intake.row(content="2", event_id="evt_1"))
    assert (other.new, other.conflicts) == (1, 1)
    assert [row.refused for row in intake.waiting()] == ["", "duplicate_conflict"]
    third = intake.land(intake.row(content="3", event_id="evt_1"))
    assert third.conflicts == 1
    assert intake.land(intake.row(event_id="evt_1")).new == 0


def test_an_event_with_two_contents_in_one_page_is_a_conflict_too(intake: Any) -> None:
    rows = [intake.row(content=text, event_id="evt_1") for text in "12"]
    assert intake.land(*rows).conflicts == 1
    assert [row.refused for row in intake.waiting()] == ["", "duplicate_conflict"]


def test_the_same_content_under_two_events_lands_once(intake: Any) -> None:
    assert intake.land(intake.row(event_id="evt_1"), intake.row(event_id="evt_2")).new == 1


def test_nothing_new_makes_no_page(intake: Any) -> None:
    assert intake.land().rows == 0
    assert intake.waiting() == []


@pytest.mark.parametrize("rank", [0, 9, 60])
def test_pages_of_every_rank_land(intake: Any, rank: int) -> None:
    intake.land(intake.row(), rank=rank, kind="invoice", origin="a.csv")
    (waiting,) = intake.store.pages.waiting(9)
    page = intake.store.pages.get(waiting.id)
    assert (page.origin, page.stream) == ("a.csv", "invoice")


def test_numbers_as_versions_are_ordered_as_numbers(intake: Any) -> None:
    assert raw_row(Envelope("a", version=9)).version < raw_row(Envelope("a", version=10)).version


def test_a_mapping_has_one_digest_whatever_the_order_of_its_keys() -> None:
    one, two = rows_of([Envelope("a", data={"x": 1, "y": 2}), Envelope("a", data={"y": 2, "x": 1})])
    assert (one.digest, one.data) == (two.digest, two.data)
    assert as_json({"b": 1, "a": None}) == '{"a":null,"b":1}'


@pytest.mark.parametrize("id", ["x" * (LONGEST_ID + 1), "a\0b"])
def test_an_id_that_is_none_is_refused_under_a_name_of_its_own(id: str) -> None:
    row = raw_row(Envelope(id))
    assert row.refused == "malformed_id"
    assert len(row.id) <= LONGEST_ID
    assert "\0" not in row.id


@pytest.mark.parametrize(
    ("created", "kept"), [(5, 5), (FURTHEST - 1, FURTHEST - 1), (10**30, 0), (-(10**30), 0)]
)
def test_an_instant_nobody_can_mean_is_as_good_as_none(created: int, kept: int) -> None:
    assert raw_row(Envelope("a", created=created)).created == kept
