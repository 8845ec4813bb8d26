"""``rules.toml``: the company's own posting rules, each one checked as far as a file can be."""

import hashlib
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from autobook_core.config.accounts import unknown_account
from autobook_core.config.document import Document, listed, nearest, shown, unknown
from autobook_core.config.locate import Path
from autobook_core.config.matches import read_match
from autobook_core.config.schema import Check, Complaint, decode, filled, refusal
from autobook_core.domain.chart import Chart
from autobook_core.domain.expressions import share_weights
from autobook_core.domain.policy import Policy
from autobook_core.domain.rule import Deferral, PostingRule, Share

#: The codes with a place in the VAT return, besides OSS-COUNTRY-RATE and the codes of the chart.
VAT_CODES = (
    "DK25", "DK0-EU-SERV", "DK0-NONEU-SERV", "EU-SERV-RC", "NONEU-SERV-RC", "DK25-IN", "DK25-BADDEBT", "none",
)  # fmt: skip

_OSS = re.compile(r"OSS-[A-Z]{2}-[0-9]{1,2}(\.[0-9]{1,3})?")
_METHODS = ("day", "month")
_ASPECTS = ("post", "defer", "split", "dimensions", "hold")
_CHECKS: dict[str, Check] = {"name": filled, "hold": filled}


def read_rules(document: Document, chart: Chart) -> tuple[PostingRule, ...]:
    """Return the rules in file order.

    Raises:
        ConfigurationError: a rule is malformed, impossible, or names what does not exist.
    """
    document.refuse_unknown(document.data, ["rule"])
    rules: list[PostingRule] = []
    seen: dict[str, int] = {}
    for index, table in enumerate(document.tables("rule")):
        rule = _Reader(document, chart, ("rule", index)).rule(table)
        if (first := seen.setdefault(rule.name, index)) != index:
            raise document.error(
                ("rule", index, "name"),
                f"two rules are called {rule.name!r}, the first on line {document.line(('rule', first, 'name'))}",
                "give each rule a name of its own: vouchers carry it",
            )
        rules.append(rule)
    return tuple(rules)


def read_rule(name: str, body: dict[str, Any], chart: Chart) -> PostingRule:
    """Return a rule whose body stands in no file, as in a ``rule_change`` record.

    Raises:
        ConfigurationError: as for a rule in a file, without a line.
    """
    return _Reader(Document("", ""), chart, ()).rule({"name": name, **body})


def rules_digest(rules: Iterable[PostingRule], policy: Policy, chart: Chart) -> str:
    """Return twelve hex digits that change when rules, policy or the accounts of the roles do."""
    content = {
        "rules": [msgspec.to_builtins(rule) for rule in rules],
        "policy": msgspec.to_builtins(policy),
        "roles": {account.role: account.number for account in chart.accounts if account.role},
    }
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()[:12]


class _Reader:
    """Reads one rule; ``path`` is where it stands."""

    def __init__(self, document: Document, chart: Chart, path: Path) -> None:
        self.document = document
        self.chart = chart
        self.path = path

    def rule(self, table: dict[str, Any]) -> PostingRule:
        raw = dict(table)
        if isinstance(raw.get("match"), dict):
            raw["match"] = read_match(self.document, (*self.path, "match"), raw["match"])
        if isinstance(raw.get("defer"), dict):
            decode(Deferral, raw["defer"], self.document, (*self.path, "defer"))
        if isinstance(raw.get("split"), list):
            for index, part in enumerate(raw["split"]):
                if isinstance(part, dict):
                    decode(Share, part, self.document, (*self.path, "split", index))
        rule = decode(PostingRule, raw, self.document, self.path, checks=_CHECKS)
        self._check_post(rule)
        self._check_defer(rule)
        self._check_split(rule)
        self._check_dates(rule)
        if "defer" not in raw and not any(raw.get(aspect) for aspect in _ASPECTS):
            raise self.document.error(
                self.path, f"rule {rule.name!r} sets nothing", f"give it one of: {listed(_ASPECTS)}"
            )
        return rule

    def _account(self, name: str, *path: str | int) -> None:
        if self.chart.find(name) is None:
            raise self.document.error(
                (*self.path, *path),
                unknown_account(name, self.chart),
                "name an account of chart.toml, or add it there",
            )

    def _check_post(self, rule: PostingRule) -> None:
        self.document.refuse_unknown(rule.post, ["credit", "debit", "vat"], (*self.path, "post"))
        for side in ("credit", "debit"):
            if side in rule.post:
                self._account(rule.post[side], "post", side)
        code = rule.post.get("vat")
        known = [*VAT_CODES, *(account.vat_code for account in self.chart.accounts if account.vat_code)]
        if code is not None and code not in known and not _OSS.fullmatch(code):
            raise self.document.error(
                (*self.path, "post", "vat"),
                unknown(code, known, "post", kind="VAT code"),
                f"known are: {listed(dict.fromkeys(known))}, OSS-COUNTRY-RATE such as OSS-DE-19",
            )

    def _check_defer(self, rule: PostingRule) -> None:
        if not isinstance(rule.defer, Deferral):
            return
        path = (*self.path, "defer")
        if rule.defer.over != "service_period":
            raise refusal(
                self.document, (*path, "over"), "over", rule.defer.over, Complaint('"service_period"')
            )
        if rule.defer.method not in {None, *_METHODS}:
            raise refusal(
                self.document,
                (*path, "method"),
                "method",
                rule.defer.method,
                Complaint('"day" or "month"', nearest(rule.defer.method or "", _METHODS)),
            )
        self._account(rule.defer.account, "defer", "account")

    def _check_split(self, rule: PostingRule) -> None:
        if not rule.split:
            return
        for index, part in enumerate(rule.split):
            self._account(part.credit, "split", index, "credit")
        try:
            share_weights([part.share for part in rule.split])
        except ValueError as error:
            raise self.document.error(
                (*self.path, "split"),
                f"split: {error}",
                'let the shares make 100 %, or call the last one "rest"',
            ) from None
        if "credit" in rule.post:
            raise self.document.error(
                (*self.path, "split"),
                f"rule {rule.name!r} has both split and post.credit",
                "remove post.credit: the split says where the amount goes",
            )

    def _check_dates(self, rule: PostingRule) -> None:
        if rule.effective_from and rule.effective_to and rule.effective_to < rule.effective_from:
            raise self.document.error(
                (*self.path, "effective_to"),
                f"effective_to {shown(rule.effective_to)} is before effective_from {shown(rule.effective_from)}",
                "let effective_to be the last day on which the rule holds",
            )
