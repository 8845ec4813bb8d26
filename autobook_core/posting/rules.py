"""Rules, compiled: which account, VAT code and deferral a line gets, and by whose word.

Rules are read top to bottom and each aspect is taken from the first matching rule that sets
it. A line whose account stays undecided is set aside. Decisions are remembered by the facts they
depend on, so a million equal lines are decided once.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from autobook_core.domain.chart import Chart
from autobook_core.domain.expressions import parse_interval, parse_range, parse_rate, share_weights
from autobook_core.domain.policy import Policy
from autobook_core.domain.problems import SetAside
from autobook_core.domain.rule import Deferral, PostingRule
from autobook_core.posting.builtin import builtin_rules
from autobook_core.posting.tax import region, tax_code, vat_role

#: Decisions kept before all are forgotten, so that strange data cannot fill the memory.
_MOST_REMEMBERED = 50_000


class LineFacts(Struct, frozen=True, gc=False):
    """What a rule may look at on an invoice line. Equal facts get equal decisions."""

    source: str
    product: str | None
    price: str | None
    nickname: str | None
    interval: str | None
    interval_count: int
    usage: str
    proration: bool
    customer_country: str | None
    vat_number: bool
    currency: str
    taxed: bool
    tax_country: str | None
    tax_milli: int | None
    amount: int | None = None
    tax: int | None = None
    metadata: tuple[tuple[str, str], ...] = ()
    day: date | None = None


class Decision(Struct, frozen=True, kw_only=True):
    """Where a line goes.

    Attributes:
        accounts: account numbers and whole weights; one pair unless the line is split.
        tax_code: the VAT code; None where the rule says there is none.
        vat_account: number of the account that owes the VAT.
        deferral: (account number it waits on, ``day`` or ``month``), or None for at once.
        rule: the names of the rules that decided.
    """

    accounts: tuple[tuple[str, int], ...]
    tax_code: str | None
    vat_account: str | None
    deferral: tuple[str, str] | None
    rule: str


#: Conditions on the tax that ask only whether there is any.
_TAX_OR_NONE = (0, "> 0", ">0")

Test = Callable[[LineFacts], bool]


class Rules:
    """The compiled rules of one company."""

    def __init__(
        self,
        company: Sequence[PostingRule],
        plugins: Sequence[PostingRule],
        policy: Policy,
        chart: Chart,
        version: str,
    ) -> None:
        """Compile the company's rules, then the plugins', then the built-in ones."""
        rules = (*company, *plugins, *builtin_rules(policy))
        self.version = version
        self._others = [rule for rule in rules if rule.match.get("record", "invoice_line") != "invoice_line"]
        lines = [rule for rule in rules if rule.match.get("record", "invoice_line") == "invoice_line"]
        self._compiled = [(rule, _tests(rule)) for rule in lines]
        used = {key for rule in lines for key in rule.match}
        self.uses_amount = "amount" in used
        self.uses_tax = any(rule.match.get("tax", 0) not in _TAX_OR_NONE for rule in lines)
        self.uses_metadata = tuple(sorted(key[9:] for key in used if key.startswith("metadata.")))
        self.uses_dates = any(rule.effective_from or rule.effective_to for rule in lines)
        self._policy = policy
        self._chart = chart
        self._known: dict[LineFacts, Decision | SetAside] = {}

    def of(self, record: str) -> list[PostingRule]:
        """Return the rules for one kind of record other than invoice lines, in order."""
        return [rule for rule in self._others if rule.match["record"] == record]

    def decide(self, facts: LineFacts) -> Decision:
        """Return the decision for a line.

        Raises:
            SetAside: no rule sets the account, a rule holds the line, the tax is not
                understood, or a role has no account.
        """
        known = self._known.get(facts)
        if known is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            try:
                known = self._decide(facts)
            except SetAside as reason:
                known = reason
            self._known[facts] = known
        if isinstance(known, SetAside):
            raise known
        return known

    def _decide(self, facts: LineFacts) -> Decision:
        matching = [rule for rule, tests in self._compiled if _holds(rule, tests, facts)]
        held = _first(matching, lambda rule: rule.hold)
        if held is not None:
            raise SetAside("held_by_rule", f"rule {held.name!r} holds it: {held.hold}")
        account = _first(matching, lambda rule: rule.split or rule.post.get("credit"))
        if account is None:
            raise SetAside("no_rule_matches", "no rule says to which account this line goes")
        derived = tax_code(
            taxed=facts.taxed,
            tax_country=facts.tax_country,
            tax_milli=facts.tax_milli,
            customer_country=facts.customer_country,
            vat_number=facts.vat_number,
            oss_registered=self._policy.oss_registered,
        )
        named = _first(matching, lambda rule: rule.post.get("vat"))
        if named is not None and named.post["vat"] not in (derived, "none" if not facts.taxed else derived):
            msg = f"rule {named.name!r} sets VAT code {named.post['vat']}, but the line's tax says {derived}"
            raise SetAside("unknown_tax_treatment", msg)
        code = None if named is not None and named.post["vat"] == "none" else derived
        waits = _first(matching, lambda rule: rule.defer is not None)
        deciders = [rule.name for rule in (account, named, waits) if rule is not None]
        return Decision(
            accounts=self._accounts(account),
            tax_code=code,
            vat_account=self._number(vat_role(derived)) if facts.taxed else None,
            deferral=self._deferral(None if waits is None else waits.defer),
            rule=", ".join(dict.fromkeys(deciders)),
        )

    def _accounts(self, rule: PostingRule) -> tuple[tuple[str, int], ...]:
        if not rule.split:
            return ((self._number(rule.post["credit"]), 1),)
        weights = share_weights([part.share for part in rule.split])
        return tuple(
            (self._number(part.credit), weight) for part, weight in zip(rule.split, weights, strict=True)
        )

    def _deferral(self, defer: Deferral | bool | None) -> tuple[str, str] | None:
        if defer is None or defer is False:
            return None
        spec = Deferral() if defer is True else defer
        return self._number(spec.account), spec.method or self._policy.deferral_method

    def _number(self, name: str) -> str:
        return account_number(self._chart, name)


def account_number(chart: Chart, name: str) -> str:
    """Return the number of a role or number.

    Raises:
        SetAside: ``unknown_account``.
    """
    number = chart.number(name)
    if number is None:
        raise SetAside("unknown_account", f"the chart has no account with the role or number {name!r}")
    return number


def _first(rules: Iterable[PostingRule], aspect: Callable[[PostingRule], Any]) -> PostingRule | None:
    return next((rule for rule in rules if aspect(rule)), None)


def _holds(rule: PostingRule, tests: Sequence[Test], facts: LineFacts) -> bool:
    if facts.day is not None:
        if rule.effective_from is not None and facts.day < rule.effective_from:
            return False
        if rule.effective_to is not None and facts.day > rule.effective_to:
            return False
    return all(test(facts) for test in tests)


def _tests(rule: PostingRule) -> list[Test]:
    return [_test(key, value) for key, value in rule.match.items() if key != "record"]


def _test(key: str, value: Any) -> Test:
    if key == "interval":
        interval = parse_interval(value)
        return lambda facts: interval.holds(facts.interval, facts.interval_count)
    if key in ("customer_country", "tax_country"):
        return _country_test(key, value)
    if key == "tax":
        if value == 0:
            return lambda facts: not facts.taxed
        if value in _TAX_OR_NONE:
            return lambda facts: facts.taxed
        wanted = parse_range(value)
        return lambda facts: facts.tax is not None and wanted.holds(facts.tax)
    if key == "amount":
        bounds = parse_range(value)
        return lambda facts: facts.amount is not None and bounds.holds(facts.amount)
    if key == "tax_rate":
        milli = parse_rate(value)
        return lambda facts: facts.tax_milli == milli
    if key.startswith("metadata."):
        pair = (key[9:], value)
        return lambda facts: pair in facts.metadata
    return lambda facts: getattr(facts, key, None) == value


def _country_test(key: str, value: str) -> Test:
    if value in ("EU", "non-EU"):
        return lambda facts: region(getattr(facts, key)) == value
    return lambda facts: getattr(facts, key) == value
