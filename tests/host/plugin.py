"""A payments connector as a stranger would write it, and what may be wrong with one."""

GOOD = '''
import os
from dataclasses import dataclass

import autobook_core.connector as api


@dataclass(frozen=True)
class Config:
    api_key: str = api.secret("Restricted key with read access")
    address: str = api.option("Where the API lives")
    pages: int = api.option("How many pages at most", default=50)


class Pay(api.Source):
    """Payments of a made-up processor."""

    Config = Config
    streams = (api.Stream("movement", lookback=600, kind="charge"),)

    @property
    def base_url(self):
        return self.config.address

    def auth(self):
        import httpx

        return httpx.BasicAuth(self.config.api_key, "")

    def check(self, ctx):
        return api.Health(ok=True, account_id=ctx.http.get("/v1/account").json()["id"])

    def fetch(self, ctx, stream, cursor):
        mark = api.Watermark(cursor, ctx.start, stream.lookback)
        body = ctx.http.get("/v1/movements", params={"since": mark.since, "after": mark.token or ""}).json()
        return mark.page((self.wrap(row) for row in body["data"]), token=body["next"])

    def wrap(self, row):
        return api.Envelope(row["id"], row["updated"], row, row["created"])

    def translate(self, stream, raw):
        yield api.Charge(
            id=raw["id"], created=raw["created"], amount=raw["amount"], currency="EUR", status="succeeded"
        )

# HERE

@api.hookimpl
def autobook_connectors():
    return [api.ConnectorSpec("pay", "Pay", Pay)]
'''


def with_method(code: str) -> str:
    """Return the good connector with other methods: the code goes into a subclass of the same name."""
    body = "".join(f"    {line}\n" for line in code.strip().splitlines())
    return GOOD.replace("# HERE", f"\nclass Pay(Pay):\n{body}\n")


def with_top(code: str) -> str:
    """Return the good connector with code that runs when it is imported."""
    return code + "\n" + GOOD
