"""The Stripe connector keeps every promise of the kit: for charges, for drafts of invoices, and for newer versions."""

from pathlib import Path
from typing import Any

import pytest

from autobook_core.connector import Context, Page, Stream
from autobook_core.testing import SOURCE_CASES, SourceContract, Subject, run_source_cases
from autobook_core.testing.kit.bench import Bench
from autobook_core.testing.kit.case import Case
from autobook_stripe.source import StripeSource
from tests.connectors.stripe.fake_api import SECRETS, FakeStripe
from tests.connectors.stripe.fake_invoices import FakeStripeInvoices

CONFIG = {"api_key": "rk_canary_4711_key", "webhook_secret": " ".join(SECRETS)}
BY_ID = {case.id: case for case in SOURCE_CASES}


class TestStripe(SourceContract):
    source, config, api = StripeSource, CONFIG, FakeStripe
    golden = Path(__file__).parent / "golden"


@pytest.mark.parametrize("case", SOURCE_CASES, ids=lambda case: case.id)
def test_drafts_of_a_newer_version_that_are_changed_and_deleted_keep_the_promises(case: Case[Bench]) -> None:
    subject = Subject(StripeSource, CONFIG | {"api_version": "2025-03-31.basil"}, FakeStripeInvoices)
    (result,) = run_source_cases(subject, cases=[case])
    assert result.outcome in ("passed", "not_applicable"), result.detail


class EveryList(FakeStripe):
    tells = tuple(stream.name for stream in StripeSource.streams)


@pytest.mark.parametrize(
    "name", ["clean-run", "quiet-run", "credentials-refused", "retry-after-an-hour", "crash-in-commit"]
)
def test_with_every_list_read_it_is_the_same(name: str) -> None:
    (result,) = run_source_cases(Subject(StripeSource, CONFIG, EveryList), cases=[BY_ID[name]])
    assert result.outcome == "passed", result.detail


class ReadsNoEvents(StripeSource):
    """Lists bounded by birth say nothing of later changes."""

    def fetch(self, ctx: Context, stream: Stream, cursor: dict[str, Any] | None) -> Page:
        return super().fetch(ctx, stream, {**(cursor or {}), "no_events": True})


class LetsEventsOrderNothing(StripeSource):
    """An event that comes late carries the object as it was then."""

    def webhook(self, ctx: Context, request: Any) -> Any:
        result = super().webhook(ctx, request)
        bare = [(stream, type(item)(item.id, "", item.data, item.created)) for stream, item in result.items]
        return type(result)(result.delivery_id, bare)


@pytest.mark.parametrize(
    ("mutant", "killers"),
    [
        (ReadsNoEvents, {"update-between-runs", "tombstone"}),
        (LetsEventsOrderNothing, {"webhook-out-of-order"}),
    ],
)
def test_a_stripe_that_misses_changes_fails(mutant: type[StripeSource], killers: set[str]) -> None:
    cases = [BY_ID[name] for name in sorted(killers)]
    results = run_source_cases(Subject(mutant, CONFIG, FakeStripeInvoices), cases=cases)
    assert {result.id for result in results if result.outcome == "failed"} == killers
