"""The settings of a connection to one Stripe account."""

from dataclasses import dataclass

from autobook_core.connector import option, secret

#: From this API version on, an invoice line names its price and taxes by id and a charge no longer names its
#: invoice: an invoice payment does.
FIRST_MODERN_VERSION = "2025-03-31"


@dataclass(frozen=True)
class Config:
    """How to reach the account. Only reading rights are needed."""

    api_key: str = secret("Restricted key with read access (Dashboard > Developers > API keys)")
    webhook_secret: str = secret(
        "Signing secret of the webhook endpoint (whsec_...); several, separated by spaces, while one is replaced",
        default="",
    )
    api_base: str = option("Where the API lives", default="https://api.stripe.com")
    api_version: str = option("API version to ask for; pinned, so that shapes never change by surprise",
                              default="2024-06-20")  # fmt: skip
    account: str = option("Connected account to read (acct_...), if it is not the key's own", default="")
    payout_members: str = option(
        "Ask which balance transactions each automatic payout holds, one request or more per payout",
        default="yes",
        choices=("yes", "no"),
    )

    @property
    def modern(self) -> bool:
        """Whether the pinned version has the newer shapes."""
        return self.api_version[:10] >= FIRST_MODERN_VERSION

    @property
    def headers(self) -> dict[str, str]:
        """What every request says besides the key."""
        headers = {"Stripe-Version": self.api_version}
        if self.account:
            headers["Stripe-Account"] = self.account
        return headers

    @property
    def live(self) -> bool | None:
        """Whether the key is for real money; None where its name does not say."""
        if "_live_" in self.api_key:
            return True
        return False if "_test_" in self.api_key else None
