"""The terms under which a company books: chart, policy, compiled rules, local dates."""

from collections.abc import Sequence
from datetime import date

from autobook_core.domain.calendar import local_days
from autobook_core.domain.chart import Chart
from autobook_core.domain.policy import Policy
from autobook_core.domain.rule import PostingRule
from autobook_core.posting.rules import Rules, account_number


class Terms:
    """What every posting function is given besides the record."""

    def __init__(
        self,
        *,
        policy: Policy,
        chart: Chart,
        rules: Sequence[PostingRule] = (),
        plugin_rules: Sequence[PostingRule] = (),
        version: str = "1",
    ) -> None:
        """Compile the rules once."""
        self.policy = policy
        self.chart = chart
        self.base = policy.base_currency
        self.version = version
        self.rules = Rules(rules, plugin_rules, policy, chart, version)
        self.local_day = local_days(policy.time_zone)
        self._numbers: dict[str, str] = {}

    def account(self, role: str) -> str:
        """Return the account number of a role.

        Raises:
            SetAside: the chart has no account for it.
        """
        number = self._numbers.get(role)
        if number is None:
            number = self._numbers[role] = account_number(self.chart, role)
        return number

    def day(self, instant: int) -> date:
        """Return the booking date of an instant: the calendar date where the company is."""
        return self.local_day(instant)
