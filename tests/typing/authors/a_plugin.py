"""The hooks as an author writes them: connectors, rules and observers, and what a type checker refuses in them."""

from collections.abc import Iterable

import autobook_core.connector as api
from tests.typing.authors.a_sink import AcmeBooks
from tests.typing.authors.a_source import AcmePay


@api.hookimpl
def autobook_connectors() -> Iterable[api.ConnectorSpec]:
    return [
        api.ConnectorSpec(
            "acmepay", "AcmePay", "autobook_acmepay.source:AcmePay", summary="Charges and payouts"
        ),
        api.ConnectorSpec("acmepay2", "AcmePay", AcmePay, api=api.API_VERSION),
        api.ConnectorSpec("acmebooks", "AcmeBooks", AcmeBooks, roles={"sink"}),
    ]


@api.hookimpl
def autobook_rules() -> Iterable[api.PostingRule]:
    yield api.PostingRule(name="hosting", match={"product": "hosting"}, post={"credit": "3010"}, priority=10)
    yield api.PostingRule(
        name="yearly",
        defer=api.Deferral(over="service_period"),
        split=(api.Share(share="rest", credit="3010"),),
    )


@api.hookimpl
def autobook_run_started(run: api.RunInfo) -> None:
    print(run.run_id, run.connection, run.started_at)


@api.hookimpl
def autobook_run_finished(run: api.RunInfo, report: api.RunReport) -> None:
    if report.outcome == "failed":
        print(run.run_id, report.error)


@api.hookimpl
def autobook_alert(alert: api.Alert) -> None:
    print(alert.level, alert.title, alert.command)


api.ConnectorSpec("bad", "Bad", int)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
api.ConnectorSpec("bad", "Bad", "a:B", roles="sink")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
api.ConnectorSpec("bad", load="a:B")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
api.PostingRule(name="bad", posts={"credit": "3010"})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
api.PostingRule("bad")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
api.RunReport("done")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
