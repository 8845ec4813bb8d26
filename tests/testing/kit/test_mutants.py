"""The kit is held to account: every broken connector fails the cases written for its mistake.

A case that no broken connector needs is not worth its time, so the table must name every case. The whole
matrix, every broken connector against every case, takes minutes: ask for it with ``-m slow -s``.
"""

from collections import defaultdict
from pathlib import Path

import pytest

from autobook_core.testing import (
    SINK_CASES,
    SOURCE_CASES,
    SinkSubject,
    Subject,
    run_sink_cases,
    run_source_cases,
)
from tests.testing.kit import acmebooks_mutants as sinks
from tests.testing.kit import acmepay_mutants as sources
from tests.testing.kit.acmebooks import AcmeBooks, FakeAcmeBooks
from tests.testing.kit.acmebooks_mutants import SINK_MUTANTS
from tests.testing.kit.acmepay import AcmePay
from tests.testing.kit.acmepay_hooks import FakeHookedAcmePay
from tests.testing.kit.acmepay_mutants import MUTANTS

GOLDEN = Path(__file__).parent / "golden"
CASE_IDS = {case.id for case in SOURCE_CASES} | {case.id for case in SINK_CASES}

SOURCE_KILLERS: dict[type[AcmePay], str] = {
    sources.AdvancesEveryPage: "newest-first clean-run update-between-runs crash-after-commit crash-mid-translate "
    "crash-after-booking crash-before-answer crash-after-answer crash-before-fetch",
    sources.LastRowIsTheMark: "shuffled-rows ties-across-a-page insert-while-paging",
    sources.MarkStaysBehind: "quiet-run",
    sources.ExclusiveBound: "same-instant clean-run",
    sources.TrimsThePage: "clean-run duplicate-page",
    sources.FirstPageOnly: "clean-run",
    sources.ErrorIsEmptyPage: "status-500 status-502 status-503 connect-timeout read-timeout connection-reset "
    "html-instead-of-json truncated-json",
    sources.RefusalIsEmptyPage: "credentials-refused",
    sources.CursorOnSelf: "sweep cursor-replay fresh-objects",
    sources.ChangesTheCursor: "cursor-replay",
    sources.FloatMoney: "whole-amounts",
    sources.TakesWhatComes: "broken-amount",
    sources.NowInTranslate: "pure-translate",
    sources.LocalTime: "time-zone",
    sources.IgnoresVoids: "tombstone",
    sources.BypassesHttp: "clean-run",
    sources.VersionIsBirth: "old-news",
    sources.ParsesInFetch: "malformed-row",
    sources.SecretInCursor: "canary",
    sources.SecretInRepr: "canary",
    sources.SecretInLog: "canary",
    sources.SecretInError: "canary",
    sources.SecretInRow: "canary",
    sources.NoLookback: "late-row",
    sources.ReadsAllPagesAtOnce: "endless-pages",
    sources.PauseIsTheEnd: "retry-after-an-hour",
    sources.ReachesAround: "status-503 declared-limit",
    sources.RetriesByItself: "retry-after retry-after-an-hour declared-limit",
    sources.PlaceInFile: "crash-before-commit crash-in-commit crash-and-fault",
    sources.TupleInCursor: "json-cursor",
    sources.LetsTokensExpire: "expired-page-token",
    sources.ExpiredIsTheEnd: "expired-page-token",
    sources.EmptyIsAnError: "empty-page",
    sources.DropsKnownRows: "update-between-runs update-while-paging",
    sources.IdByPlace: "duplicate-rows",
    sources.MovingBirth: "update-between-runs",
    sources.TrustsAnOldCursor: "older-cursor",
    sources.NoAccount: "check",
    sources.CheckAlwaysWell: "check",
    sources.SilentSetting: "config-help",
    sources.TwinStreams: "streams",
    sources.Unverified: "webhook-tampered webhook-stale",
    sources.SignedOverJson: "webhook-tampered",
    sources.NeverStale: "webhook-stale",
    sources.DeliveryByTime: "webhook-replayed",
    sources.DeliveryWithoutVersion: "webhook-out-of-order",
    sources.DeliveryAsksAgain: "webhook-good",
    sources.StumblesOverTheUnknown: "webhook-unknown-type",
    sources.OtherCurrency: "golden-translate",
    sources.FloatBalance: "balance",
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
    subject = Subject(mutant, {"api_key": "canary-4711-key"}, FakeHookedAcmePay, GOLDEN)
    cases = [case for case in SOURCE_CASES if only is None or case.id in only]
    return {
        item.id: item.detail for item in run_source_cases(subject, cases=cases) if item.outcome == "failed"
    }


def sink_kills(mutant: type[AcmeBooks], only: set[str] | None = None) -> dict[str, str]:
    """Return what each case says that the broken sink fails."""
    subject = SinkSubject(mutant, {"token": "canary-4711-key"}, FakeAcmeBooks)
    cases = tuple(case for case in SINK_CASES if only is None or case.id in only)
    return {item.id: item.detail for item in run_sink_cases(subject, cases=cases) if item.outcome == "failed"}


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
    assert named == CASE_IDS


@pytest.mark.slow
def test_the_whole_matrix_of_mistakes_and_cases() -> None:
    killed: dict[str, list[str]] = {}
    for mutant in MUTANTS:
        killed[mutant.__name__] = list(source_kills(mutant))
    for sink in SINK_MUTANTS:
        killed[f"sink {sink.__name__}"] = list(sink_kills(sink))
    needed: dict[str, list[str]] = defaultdict(list)
    for name, cases in killed.items():
        print(f"{name}: {len(cases)}: {' '.join(cases)}")
        for case in cases:
            needed[case].append(name)
    print("\n".join(f"only {names[0]} needs {case}" for case, names in needed.items() if len(names) == 1))
    assert [name for name, cases in killed.items() if not cases] == []
    assert [name for name in CASE_IDS if not needed[name]] == []
