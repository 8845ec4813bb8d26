"""The kit is held to account: every broken connector fails the cases written for its mistake.

A case that no broken connector needs is not worth its time, so the table must name every case. The whole
matrix, every broken connector against every case, takes minutes: ask for it with ``make matrix``.
"""

import logging
from collections.abc import Callable
from functools import partial
from io import StringIO
from pathlib import Path
from types import ModuleType

import pytest

from autobook_core.logs import configure
from autobook_core.testing import (
    SINK_CASES,
    SOURCE_CASES,
    SinkSubject,
    Subject,
    run_sink_cases,
    run_source_cases,
)
from tests.testing.kit import acmebooks_mutants as sinks
from tests.testing.kit import mutants_files as files
from tests.testing.kit import mutants_offering as offering
from tests.testing.kit import mutants_reading as reading
from tests.testing.kit import mutants_telling as telling
from tests.testing.kit.acmebooks import AcmeBooks, FakeAcmeBooks
from tests.testing.kit.acmebooks_mutants import SINK_MUTANTS
from tests.testing.kit.acmepay import AcmePay
from tests.testing.kit.acmepay_hooks import HOOKED, FakeHookedAcmePay, HookedAcmePay
from tests.testing.kit.acmepay_mutants import MUTANTS

GOLDEN = Path(__file__).parent / "golden"
CASE_IDS = {case.id for case in SOURCE_CASES} | {case.id for case in SINK_CASES}

SOURCE_KILLERS: dict[type[AcmePay], str] = {
    reading.AdvancesEveryPage: "newest-first clean-run update-between-runs crash-after-commit crash-mid-translate "
    "crash-after-booking crash-before-answer crash-after-answer crash-before-fetch",
    reading.LastRowIsTheMark: "shuffled-rows ties-across-a-page insert-while-paging",
    reading.MarkStaysBehind: "quiet-run",
    reading.ExclusiveBound: "same-instant clean-run",
    reading.TrimsThePage: "clean-run duplicate-page",
    reading.FirstPageOnly: "clean-run",
    reading.ErrorIsEmptyPage: "status-500 status-502 status-503 connect-timeout read-timeout connection-reset "
    "html-instead-of-json truncated-json",
    reading.RefusalIsEmptyPage: "credentials-refused",
    reading.CursorOnSelf: "sweep cursor-replay fresh-objects",
    reading.ChangesTheCursor: "cursor-replay",
    reading.FloatMoney: "whole-amounts",
    reading.TakesWhatComes: "broken-amount",
    reading.NowInTranslate: "pure-translate",
    reading.LocalTime: "time-zone",
    reading.IgnoresVoids: "tombstone",
    reading.BypassesHttp: "clean-run",
    reading.VersionIsBirth: "old-news",
    reading.ParsesInFetch: "malformed-row",
    reading.ErrorIn200IsEmptyPage: "error-in-200",
    reading.NeedsTheMark: "row-without-mark",
    telling.SecretInCursor: "canary",
    telling.SecretInRepr: "canary",
    telling.SecretInLog: "canary",
    telling.SecretInError: "canary",
    telling.SecretInRow: "canary",
    telling.NoLookback: "late-row",
    telling.ReadsAllPagesAtOnce: "endless-pages",
    telling.PauseIsTheEnd: "retry-after-an-hour",
    telling.ReachesAround: "status-503 declared-limit",
    telling.RetriesByItself: "retry-after retry-after-an-hour declared-limit",
    telling.PlaceInFile: "crash-before-commit crash-in-commit crash-and-fault",
    telling.TupleInCursor: "json-cursor",
    telling.LetsTokensExpire: "expired-page-token",
    telling.ExpiredIsTheEnd: "expired-page-token",
    telling.EmptyIsAnError: "empty-page",
    telling.DropsKnownRows: "update-between-runs update-while-paging",
    telling.IdByPlace: "duplicate-rows",
    telling.MovingBirth: "update-between-runs",
    telling.TrustsAnOldCursor: "older-cursor",
    telling.MigratesToNonsense: "past-cursors",
    telling.NoAccount: "check",
    telling.CheckAlwaysWell: "check",
    telling.SilentSetting: "config-help",
    telling.TwinStreams: "streams",
    offering.Unverified: "webhook-tampered webhook-stale",
    offering.SignedOverJson: "webhook-tampered",
    offering.NeverStale: "webhook-stale",
    offering.DeliveryByTime: "webhook-replayed",
    offering.DeliveryWithoutVersion: "webhook-out-of-order",
    offering.DeliveryAsksAgain: "webhook-good",
    offering.StumblesOverTheUnknown: "webhook-unknown-type",
    offering.FreshIdEachTime: "crash-mid-translate pure-translate",
    offering.LowerCaseCurrency: "nothing-set-aside",
    offering.SaysMoreThanLastYear: "golden-translate",
    offering.FloatBalance: "balance",
    offering.LocaleOfTheStart: "other-locale",
    offering.IdFromHash: "hash-seed",
    offering.YenAreHundredths: "minor-units",
    offering.DinarsAreHundredths: "minor-units",
    offering.KnowsOneSecret: "webhook-rotation",
    offering.EmptySecretIsLive: "webhook-rotation",
}

SINK_KILLERS: dict[type[AcmeBooks], str] = {
    sinks.FindsNothing: "delivered-once find crash-before-send crash-after-send crash-before-receipt "
    "crash-after-receipts crash-after-arrival",
    sinks.PoisonFailsBatch: "poison",
    sinks.SaysAccepted: "poison",
    sinks.RetriesInside: "lost-reply lost-reply-and-crash",
    sinks.PretendsKeys: "lost-reply",
    sinks.FreshKeyEachTime: "delivered-once",
    sinks.EchoesWhatWasSent: "altered find",
    sinks.SwallowsTimeout: "lost-request outage",
    sinks.SilenceIsRefusal: "lost-request lost-reply",
    sinks.RoundsAmounts: "delivered-once",
    sinks.ForgetsAReceipt: "receipts",
    sinks.SendsBeforeAskedFor: "delivered-once",
    sinks.CheckAlwaysWell: "sink-check",
    sinks.TellsTheToken: "sink-canary",
    sinks.SkipsWithoutAWord: "poison",
    sinks.PlaceOnDisk: "crash-before-arrival",
}


def source_kills(mutant: type[AcmePay], only: set[str] | None = None) -> dict[str, str]:
    """Return what each case says that the broken source fails."""
    hooked = issubclass(mutant, HookedAcmePay)
    config = HOOKED if hooked else {"api_key": HOOKED["api_key"]}
    subject = Subject(mutant, config, FakeHookedAcmePay, GOLDEN if hooked else None)
    cases = [case for case in SOURCE_CASES if only is None or case.id in only]
    return {
        item.id: item.detail for item in run_source_cases(subject, cases=cases) if item.outcome == "failed"
    }


def sink_kills(mutant: type[AcmeBooks], only: set[str] | None = None) -> dict[str, str]:
    """Return what each case says that the broken sink fails."""
    subject = SinkSubject(mutant, {"token": "canary-4711-key"}, FakeAcmeBooks)
    cases = tuple(case for case in SINK_CASES if only is None or case.id in only)
    return {item.id: item.detail for item in run_sink_cases(subject, cases=cases) if item.outcome == "failed"}


def _sources_of(module: ModuleType) -> dict[str, list[str]]:
    """Return the cases that each broken source of a module fails, among all of them."""
    own = [mutant for mutant in MUTANTS if mutant.__module__ == module.__name__]
    return {mutant.__name__: list(source_kills(mutant)) for mutant in own}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_every_broken_source_fails_the_cases_for_its_mistake(mutant: type[AcmePay]) -> None:
    killers = set(SOURCE_KILLERS[mutant].split())
    killed = source_kills(mutant, killers)
    print("\n".join(f"{mutant.__name__} <- {name}: {why}" for name, why in killed.items()))
    assert set(killed) == killers


@pytest.mark.parametrize("mutant", SINK_MUTANTS, ids=lambda mutant: mutant.__name__)
def test_every_broken_sink_fails_the_cases_for_its_mistake(mutant: type[AcmeBooks]) -> None:
    killers = set(SINK_KILLERS[mutant].split())
    killed = sink_kills(mutant, killers)
    print("\n".join(f"{mutant.__name__} <- {name}: {why}" for name, why in killed.items()))
    assert set(killed) == killers


def test_every_case_has_a_broken_connector_that_needs_it() -> None:
    named = {name for names in (*SOURCE_KILLERS.values(), *SINK_KILLERS.values()) for name in names.split()}
    assert named | files.killed_cases() == CASE_IDS


FAMILIES: dict[str, Callable[[], dict[str, list[str]]]] = {
    "reading": partial(_sources_of, reading),
    "telling": partial(_sources_of, telling),
    "offering": partial(_sources_of, offering),
    "sinks": lambda: {mutant.__name__: list(sink_kills(mutant)) for mutant in SINK_MUTANTS},
    "files": files.whole_matrix,
}


@pytest.mark.matrix
@pytest.mark.parametrize("family", FAMILIES)
def test_no_mistake_survives_the_whole_kit(family: str) -> None:
    killed = FAMILIES[family]()
    print(*(f"{name}: {len(cases)}: {' '.join(cases)}" for name, cases in killed.items()), sep="\n")
    assert [name for name, cases in killed.items() if not cases] == []


def test_a_secret_in_a_log_is_seen_where_the_program_redacts_its_own_logs() -> None:
    root = logging.getLogger()
    before = list(root.handlers), root.level
    configure(stream=StringIO())
    try:
        assert set(source_kills(telling.SecretInLog, {"canary"})) == {"canary"}
    finally:
        root.handlers, level = before[0], before[1]
        root.setLevel(level)
