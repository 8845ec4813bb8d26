"""Bugs that other people's connectors had: the kit turns each of them down, and says what is wrong."""

import re

import pytest

from autobook_core.testing import (
    SINK_CASES,
    SOURCE_CASES,
    SinkSubject,
    Subject,
    run_sink_cases,
    run_source_cases,
)
from tests.testing.kit import field_bugs as field
from tests.testing.kit import field_bugs_sinks as sinks
from tests.testing.kit.acmebooks import AcmeBooks, FakeAcmeBooks
from tests.testing.kit.acmepay import AcmePay
from tests.testing.kit.acmepay_fake import FakeAcmePay
from tests.testing.kit.acmepay_hooks import FakeHookedAcmePay

CONFIG = {"api_key": "canary-4711-key"}
THREAD = re.compile(r"[\w.-]+/[\w.-]+#\d+")

#: The bug, the other side it meets, the case that tells, and words by which its author finds it.
SOURCES: list[tuple[type[AcmePay], type[FakeAcmePay], str, tuple[str, ...]]] = [
    (
        field.MovesBeforeDrained, FakeAcmePay, "newest-first",
        (
            "rows are lost: ch_0000", "was asked with the cursor None", 'left the cursor {"high": ',
            "before the window was drained",
        ),
    ),
    (
        field.LastElementOfThePage, FakeAcmePay, "newest-first",
        ("rows are lost: ch_0000", "No answer held it", "left the cursor", "are bounds inclusive"),
    ),
    (
        field.MarkOfAnotherField, FakeAcmePay, "clean-run",
        ("No answer held it", "nothing that was read is later than", "not another field"),
    ),
    (
        field.WindowsThatMeet, field.FakeWithFilters, "clean-run",
        ("No answer held it", "windows that only meet leave a gap"),
    ),
    (
        field.MarkRoundedUp, field.FakeInMilliseconds, "same-instant",
        ("No answer held it", "nothing that was read is later than", "never rounded up"),
    ),
    (
        field.LaterThanTheLast, FakeAcmePay, "same-instant",
        ("No answer held it", "Rows of that very instant had been read", "bounds are inclusive (>=)"),
    ),
    (
        field.DropsTheSameSecond, FakeAcmePay, "same-instant",
        ("The other side told of it, but no page of fetch holds it", "bound exclusive"),
    ),
    (
        field.TrimsTheOverfetched, FakeAcmePay, "clean-run",
        ("rows are lost: ch_0003", "The other side told of it, but no page of fetch holds it", "a page cut"),
    ),
    (
        field.NoOverlap, FakeAcmePay, "late-row",
        ("It appeared after later rows had been read", "overlap by the lookback"),
    ),
    (
        field.FiltersByCreation, field.FakeWithFilters, "update-between-runs",
        (
            "ch_0000 is not kept as the other side tells it now", "It was born at", "no answer held its change",
            "a filter by creation, never sees a change",
        ),
    ),
    (
        field.UpdatedIsCreated, FakeAcmePay, "old-news",
        ("with the versions 1750000000, 1750000000", "a version must grow with every change"),
    ),
    (
        field.SavesItsPlaceFirst, FakeAcmePay, "crash-before-commit",
        ("held it and was never stored", "the very same cursor", "keeps its place elsewhere than in the cursor"),
    ),
    (
        field.ReadsAhead, FakeAcmePay, "fresh-objects",
        ("The other side told of it, but no page of fetch holds it", "rows kept for a later call"),
    ),
    (
        field.ErrorIsNoRows, FakeAcmePay, "error-in-200",
        ("200 with an error in its JSON", "taken for an empty page", "ctx.http.reject_if"),
    ),
    (
        field.OnePageOnly, FakeAcmePay, "clean-run",
        ("No answer held it", "has_more=False", "token of the next page"),
    ),
    (
        field.TokenUnderAnotherName, FakeAcmePay, "clean-run",
        ("says there is more but does not move on",),
    ),
    (
        field.EveryRowHasTheMark, FakeHookedAcmePay, "row-without-mark",
        ("ch_0001 came without the field that the cursor goes by", "KeyError: 'updated'", "its content decides"),
    ),
    (
        field.PoisonRow, FakeAcmePay, "malformed-row",
        ("ValueError", "n/a", "one poison row blocks its page"),
    ),
    (
        field.NullIsNoList, field.FakeWithNull, "empty-page",
        ("'NoneType' object is not iterable", "a page without rows"),
    ),
    (
        field.EmptyPageNeverEnds, FakeAcmePay, "empty-page",
        ("says there is more but does not move on", "a page without rows"),
    ),
]  # fmt: skip

SINKS: list[tuple[type[AcmeBooks], str, tuple[str, ...]]] = [
    (
        sinks.FreshKeyPerAttempt,
        "lost-reply",
        ("2 times", "under keys of the connector's own", "Delivery.key"),
    ),
    (sinks.RetriesALostReply, "lost-reply", ("2 times under one key", "a sink does not retry by itself")),
    (sinks.ResendsWithoutLooking, "find", ("what stands there is not found",)),
    (sinks.DroppedCountsAsDelivered, "poison", ("a refused entry is", "its receipt did not say so")),
    (sinks.PoisonBlocksTheBatch, "poison", ("a refused entry is", "keeps back all the others")),
]


@pytest.mark.parametrize(
    ("bug", "fake", "case", "words"), SOURCES, ids=[bug.__name__ for bug, _, _, _ in SOURCES]
)
def test_a_source_with_the_bug_is_told_its_cause(
    bug: type[AcmePay], fake: type[FakeAcmePay], case: str, words: tuple[str, ...]
) -> None:
    (chosen,) = [one for one in SOURCE_CASES if one.id == case]
    (result,) = run_source_cases(Subject(bug, CONFIG, fake), cases=[chosen])
    told = f"{result.detail}\n{chosen.checks}\nWhy: {chosen.bug}."
    print(told)
    assert result.outcome == "failed"
    assert [word for word in words if word not in told] == []


@pytest.mark.parametrize(("bug", "case", "words"), SINKS, ids=[bug.__name__ for bug, _, _ in SINKS])
def test_a_sink_with_the_bug_is_told_its_cause(
    bug: type[AcmeBooks], case: str, words: tuple[str, ...]
) -> None:
    (chosen,) = [one for one in SINK_CASES if one.id == case]
    (result,) = run_sink_cases(SinkSubject(bug, {"token": "canary-4711-key"}, FakeAcmeBooks), cases=(chosen,))
    told = f"{result.detail}\n{chosen.checks}\nWhy: {chosen.bug}."
    print(told)
    assert result.outcome == "failed"
    assert [word for word in words if word not in told] == []


@pytest.mark.parametrize(
    ("source", "fake"),
    [(AcmePay, field.FakeWithFilters), (field.AcmePayInMilliseconds, field.FakeInMilliseconds)],
    ids=["filters", "milliseconds"],
)
def test_the_good_connector_passes_what_the_bugs_fail(source: type[AcmePay], fake: type[FakeAcmePay]) -> None:
    named = {case for _, met, case, _ in SOURCES if met is fake}
    results = run_source_cases(
        Subject(source, CONFIG, fake), cases=[one for one in SOURCE_CASES if one.id in named]
    )
    assert {result.id: result.detail for result in results if result.outcome != "passed"} == {}


def test_every_bug_of_the_field_names_its_thread_and_is_put_to_the_test() -> None:
    tested = {bug for bug, _, _, _ in SOURCES} | {bug for bug, _, _ in SINKS}
    there = {
        found
        for module in (field, sinks)
        for found in vars(module).values()
        if isinstance(found, type)
        and issubclass(found, AcmePay | AcmeBooks)
        and found.__module__ == module.__name__
    }
    assert there - tested == {field.AcmePayInMilliseconds}
    assert [bug.__name__ for bug in tested if not THREAD.search(bug.__doc__ or "")] == []
